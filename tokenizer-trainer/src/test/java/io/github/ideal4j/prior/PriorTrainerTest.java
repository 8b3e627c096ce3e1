package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.progress.Progress;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriorTrainerTest {

  @TempDir Path folder;
  private NDManager manager;
  private Path train;

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    train = TokenFiles.write(folder.resolve("train.arrow"), 24, 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static PriorTrainingConfig config(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model.layers=2",
                "model.dim=32",
                "model.heads=2",
                "training.steps=30",
                "training.batch=8",
                "training.logEvery=10",
                "training.validateEvery=30",
                "training.checkpointEvery=11",
                "training.optimizer.warmup=5"));
    all.addAll(List.of(overrides));
    return PriorTrainingConfig.PRESETS.load("tiny", all);
  }

  private TrainingLoop.Result train(
      PriorSources sources, Path root, PriorTrainingConfig config, StopSignal stop)
      throws IOException {
    return new PriorTrainer(config, manager, Progress.silent(), stop).train(sources, root, true);
  }

  private List<Map<String, Double>> curve(Path root) throws IOException {
    List<Map<String, Double>> lines = new ArrayList<>();
    for (Map<String, Double> line : PriorRun.open(root).folder().metrics().read()) {
      Map<String, Double> numbers = new TreeMap<>(line);
      numbers.remove("seconds");
      lines.add(numbers);
    }
    return lines;
  }

  @Test
  void oneBatchIsLearntByHeart() throws IOException {
    Path few = TokenFiles.write(folder.resolve("few.arrow"), 8, 5);
    PriorTrainingConfig config =
        config(
            "dropout=0",
            "classDrop=0",
            "training.steps=150",
            "training.logEvery=50",
            "training.optimizer.learningRate=1e-2");
    train(PriorSources.of(few), folder.resolve("run"), config, new StopSignal());
    List<Map<String, Double>> curve = curve(folder.resolve("run"));
    assertThat(curve.get(0).get("loss")).isGreaterThan(0.8);
    assertThat(curve.get(2).get("loss")).isLessThan(0.3);
  }

  @Test
  void theFirstLossIsThatOfAUniformGuess() throws IOException {
    PriorTrainingConfig config = config("training.steps=1", "training.logEvery=1");
    train(PriorSources.of(train), folder.resolve("run"), config, new StopSignal());
    assertThat(curve(folder.resolve("run")).get(0).get("loss"))
        .isCloseTo(Math.log(TokenFiles.CODES), within(1e-5));
  }

  @Test
  void knowingTheClassHelpsOnImagesNeverSeen() throws IOException {
    Path held = TokenFiles.write(folder.resolve("held.arrow"), 12, 2);
    PriorSources sources = PriorSources.of(train).withValidation(held);
    PriorTrainingConfig config = config("training.steps=120", "training.validateEvery=120");
    train(sources, folder.resolve("run"), config, new StopSignal());
    Map<String, Double> last = curve(folder.resolve("run")).get(11);
    assertThat(last.get("validationLoss")).isLessThan(1.4);
    assertThat(last.get("validationLoss")).isLessThan(last.get("validationLossWithoutClass"));
  }

  /** Every kind of chance: order, corruption, dropped classes, views. */
  private static List<PriorTrainingConfig> kinds() {
    String[] ordered = {"order.randomUntil=0.4", "order.rasterFrom=0.8", "corruption=0.1"};
    return List.of(
        config(),
        config(concat(ordered, "model.targetPositions=true")),
        config(concat(ordered, "model.kind=rar")));
  }

  private static String[] concat(String[] some, String more) {
    String[] all = Arrays.copyOf(some, some.length + 1);
    all[some.length] = more;
    return all;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aStoppedRunEndsLikeAnUninterruptedOne(PriorTrainingConfig config) throws IOException {
    Path mirrored = TokenFiles.write(folder.resolve("mirrored.arrow"), 24, 3);
    PriorSources sources = PriorSources.of(train).withMirrored(mirrored);
    Path whole = folder.resolve("whole");
    Path parted = folder.resolve("parted");
    TrainingLoop.Result expected = train(sources, whole, config, new StopSignal());
    StopSignal stop = new StopSignal();
    Progress stopping = (name, total, unit) -> new StoppingStage(17, stop);
    TrainingLoop.Result first =
        new PriorTrainer(config, manager, stopping, stop).train(sources, parted, true);
    assertThat(first.steps()).isEqualTo(17);
    TrainingLoop.Result rest = train(sources, parted, config, new StopSignal());
    assertThat(curve(parted)).isEqualTo(curve(whole));
    assertThat(rest.checkpoint().read().sha256()).isEqualTo(expected.checkpoint().read().sha256());
  }

  @SuppressWarnings("ArrayRecordComponent") // a counter that changes
  private record StoppingStage(int[] left, StopSignal stop) implements Progress.Stage {

    StoppingStage(int steps, StopSignal stop) {
      this(new int[] {steps}, stop);
    }

    @Override
    public void advance(long units) {
      left[0] -= (int) units;
      if (left[0] == 0) {
        stop.request();
      }
    }

    @Override
    public void note(String remark) {}

    @Override
    public void close() {}
  }

  @Test
  void aLoadedPriorIsTheAveragedOneAndKnowsItsLabels() throws IOException {
    Path root = folder.resolve("run");
    train(PriorSources.of(train), root, config("training.emaDecay=0.5"), new StopSignal());
    PriorRun run = PriorRun.open(root);
    assertThat(run.labels()).containsExactly("cat", "dog", "owl");
    assertThat(run.config().data()).isEqualTo(new PriorData(TokenFiles.CODES, 3, 3, 3, 1));
    assertThat(run.tokenizerSha256()).isEqualTo("ab".repeat(32));
    Prior first = run.load(manager);
    Prior second = run.load(manager);
    for (Map.Entry<String, NDArray> entry : first.named().entrySet()) {
      assertThat(entry.getValue().toFloatArray())
          .containsExactly(second.named().get(entry.getKey()).toFloatArray());
    }
    int[][] tokens =
        new PriorSampler(first, manager)
            .sample(new int[] {0, 2}, GuidanceSchedule.constant(2), PriorSampler.greedy());
    assertThat(Arrays.stream(tokens[0]).allMatch(token -> token >= 4 && token < 8)).isTrue();
    assertThat(Arrays.stream(tokens[1]).allMatch(token -> token >= 8)).isTrue();
  }

  /** The token files' classes differ in their codes, and in nothing else. */
  @ParameterizedTest
  @ValueSource(strings = {"model.targetPositions=true", "model.kind=rar"})
  void whatWasLearntInRandomOrderHoldsInRasterOrder(String model) throws IOException {
    Path held = TokenFiles.write(folder.resolve("held.arrow"), 12, 2);
    PriorTrainingConfig config =
        config(
            model,
            "order.randomUntil=1",
            "order.rasterFrom=1",
            "training.steps=160",
            "training.validateEvery=160",
            "training.optimizer.learningRate=5e-3");
    Path root = folder.resolve("run");
    train(PriorSources.of(train).withValidation(held), root, config, new StopSignal());
    Map<String, Double> last = curve(root).get(15);
    assertThat(last.get("validationLoss")).isLessThan(1.6);
    assertThat(last.get("validationLoss")).isLessThan(last.get("validationLossWithoutClass"));
  }

  @Test
  void anOrderNeedsAModelThatKnowsWhatComesNext() {
    assertThatThrownBy(() -> config("order.randomUntil=0.5", "order.rasterFrom=0.75"))
        .hasMessageContaining(
            "order.rasterFrom 0.75 needs model.targetPositions=true, or model.kind=rar");
    assertThatThrownBy(() -> config("model.kind=rar", "order.randomUntil=0.5"))
        .hasMessageContaining("0 <= randomUntil <= rasterFrom <= 1 must hold, got 0.5 and 0.0");
  }

  @Test
  void filesThatDoNotFitTogetherAreRefusedByName() throws IOException {
    Path other = TokenFiles.write(folder.resolve("other.arrow"), 24, 1, "cd".repeat(32));
    Path fewer = TokenFiles.write(folder.resolve("fewer.arrow"), 23, 1);
    Path root = folder.resolve("run");
    assertThatThrownBy(
            () ->
                train(
                    PriorSources.of(train).withValidation(other), root, config(), new StopSignal()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other.arrow was written by tokenizer toy")
        .hasMessageContaining("cdcd");
    assertThatThrownBy(
            () ->
                train(PriorSources.of(train).withMirrored(fewer), root, config(), new StopSignal()))
        .hasMessageContaining("fewer.arrow has 23 rows, the training tokens 24");
  }
}
