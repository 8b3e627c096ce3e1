package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTrainerTest {

  @TempDir Path folder;
  private static final String POSITIONS = "decode_transformer.slot_position_embedding";

  private NDManager manager;
  private Path backbone;

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    backbone = TinyVit.write(folder.resolve("vit.safetensors"), 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private TrainingLoop.Result train(
      String run, int photographs, StopSignal stop, LongConsumer steps, String... overrides)
      throws IOException {
    TokenizerTrainer trainer =
        new TokenizerTrainer(
            TinyTokenizer.config(overrides),
            manager,
            folder.resolve("features"),
            (name, total, unit) -> new Watched(steps),
            stop);
    return trainer.train(photographs(photographs), backbone, folder.resolve(run), true);
  }

  private TrainingLoop.Result train(String run, String... overrides) throws IOException {
    return train(run, 24, new StopSignal(), steps -> {}, overrides);
  }

  private static TokenizerTrainer.Photographs photographs(int count) {
    return new TokenizerTrainer.Photographs(
        TinyPhotographs.of(count, TinyVit.INPUT_SIZE, 1),
        TinyPhotographs.of(5, TinyVit.INPUT_SIZE, 2),
        Map.of());
  }

  /** Tells how many units were counted in this stage, after each. */
  private static final class Watched implements Progress.Stage {
    private final LongConsumer steps;
    private long done;

    Watched(LongConsumer steps) {
      this.steps = steps;
    }

    @Override
    public void advance(long units) {
      done += units;
      steps.accept(done);
    }

    @Override
    public void note(String remark) {}

    @Override
    public void close() {}
  }

  private List<Map<String, Double>> curve(String run) throws IOException {
    List<Map<String, Double>> lines = new ArrayList<>();
    for (Map<String, Double> line :
        TokenizerRun.open(folder.resolve(run)).folder().metrics().read()) {
      Map<String, Double> numbers = new TreeMap<>(line);
      numbers.remove("seconds");
      lines.add(numbers);
    }
    return lines;
  }

  @Test
  void fewPhotographsAreLearntByHeart() throws IOException {
    train(
        "run",
        4,
        new StopSignal(),
        steps -> {},
        "training.steps=120",
        "training.batch=4",
        "loss.lpips=0");
    List<Map<String, Double>> curve = curve("run");
    Map<String, Double> first = curve.get(0);
    Map<String, Double> last = curve.get(curve.size() - 1);
    assertThat(last.get("pixels")).isLessThan(0.25 * first.get("pixels"));
    assertThat(last.get("deepCosine")).isLessThan(0.5 * first.get("deepCosine"));
    assertThat(last.get("shallowCosine")).isLessThan(0.5 * first.get("shallowCosine"));
  }

  @Test
  void equalSeedsGiveEqualCurvesAndOthersDoNot() throws IOException {
    train("one");
    train("two");
    train("other", "training.seed=1");
    assertThat(curve("two")).isEqualTo(curve("one"));
    assertThat(curve("other")).isNotEqualTo(curve("one"));
  }

  /** Weights stay float32 and move as without rounding, to a few percent of every loss. */
  @Test
  void roundedProductsTrainLikeExactOnes() throws IOException {
    String[] some = {
      "training.steps=20", "training.logEvery=5", "model.fusion=ATTENTION", "loss.lpips=0"
    };
    train("exact", some);
    String[] rounded = Arrays.copyOf(some, some.length + 1);
    rounded[some.length] = "training.precision=BFLOAT16";
    train("rounded", rounded);
    List<Map<String, Double>> exact = curve("exact");
    List<Map<String, Double>> close = curve("rounded");
    assertThat(close).isNotEqualTo(exact);
    for (int i = 0; i < exact.size(); i++) {
      double loss = exact.get(i).get("loss");
      assertThat(close.get(i).get("loss")).isCloseTo(loss, within(0.05 * loss));
    }
    Map<String, Double> last = close.get(close.size() - 1);
    assertThat(last.get("loss")).isLessThan(0.9 * close.get(0).get("loss"));
  }

  @Test
  void decayAsReleasedMovesPositionsToo() throws IOException {
    String[] once = {"training.steps=2", "training.logEvery=1", "training.validateEvery=0"};
    train("matrices", once);
    String[] released = Arrays.copyOf(once, once.length + 1);
    released[once.length] = "training.optimizer.decayOn=RELEASED";
    train("released", released);
    assertThat(weights("released", POSITIONS)).isNotEqualTo(weights("matrices", POSITIONS));
  }

  private float[] weights(String run, String name) throws IOException {
    Path file = TokenizerRun.open(folder.resolve(run)).checkpoint().weights();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      return weights.floats(name);
    }
  }

  @Test
  void aStoppedRunEndsLikeAnUninterruptedOne() throws IOException {
    TrainingLoop.Result whole = train("whole");
    StopSignal stop = new StopSignal();
    TrainingLoop.Result part =
        train(
            "parted",
            24,
            stop,
            steps -> {
              if (steps == 17) {
                stop.request();
              }
            },
            new String[0]);
    assertThat(part.finished()).isFalse();
    TrainingLoop.Result rest = train("parted");
    assertThat(rest.finished()).isTrue();
    assertThat(curve("parted")).isEqualTo(curve("whole"));
    assertThat(rest.checkpoint().read().sha256()).isEqualTo(whole.checkpoint().read().sha256());
  }

  /** Features that are computed in the step are those of the cache but for its rounding. */
  @Test
  void aRunWithoutCachedFeaturesLearnsAlikeAndIsTakenUpExactly() throws IOException {
    String[] read = {"data.cacheFeatures=false", "training.steps=20", "loss.lpips=0"};
    TrainingLoop.Result whole = train("whole", read);
    train("cached", "training.steps=20", "loss.lpips=0");
    double loss = curve("cached").get(1).get("loss");
    assertThat(curve("whole").get(1).get("loss")).isCloseTo(loss, within(0.02 * loss));
    StopSignal stop = new StopSignal();
    LongConsumer late =
        steps -> {
          if (steps == 13) {
            stop.request();
          }
        };
    train("parted", 24, stop, late, read);
    TrainingLoop.Result rest = train("parted", read);
    assertThat(curve("parted")).isEqualTo(curve("whole"));
    assertThat(rest.checkpoint().read().sha256()).isEqualTo(whole.checkpoint().read().sha256());
  }

  @Test
  void hundredsOfStepsLeaveNoArrayBehind() throws IOException {
    List<Integer> arrays = new ArrayList<>();
    train(
        "run",
        24,
        new StopSignal(),
        steps -> arrays.add(manager.getManagedArrays().size()),
        "training.steps=300",
        "training.validateEvery=100",
        "training.checkpointEvery=100",
        "loss.lpips=0");
    List<Integer> late = arrays.subList(arrays.size() - 280, arrays.size());
    assertThat(late).containsOnly(late.get(0));
  }

  @Test
  void photographsOfAnotherSizeAreRefusedBeforeAnythingIsComputed() {
    TokenizerTrainer trainer =
        new TokenizerTrainer(
            TinyTokenizer.config(),
            manager,
            folder.resolve("features"),
            Progress.silent(),
            new StopSignal());
    TokenizerTrainer.Photographs wrong =
        new TokenizerTrainer.Photographs(TinyPhotographs.of(3, 16, 1), List.of(), Map.of());
    assertThatThrownBy(() -> trainer.train(wrong, backbone, folder.resolve("run"), false))
        .hasMessageContaining("takes images of 32 x 32, got 16 x 16");
    assertThat(folder.resolve("features")).doesNotExist();
  }
}
