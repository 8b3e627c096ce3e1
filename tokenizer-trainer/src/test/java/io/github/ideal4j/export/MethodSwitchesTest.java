package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.tokenizer.TokenizerTrainer;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every switch of the method trains from its configuration, and its bundle is the same model. */
class MethodSwitchesTest {

  private static final List<RgbImage> OTHERS = TinyPhotographs.of(3, TinyVit.INPUT_SIZE, 3);

  @TempDir Path folder;
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

  private TrainingLoop.Result train(String run, StopSignal stop, int stopAt, String... overrides)
      throws IOException {
    TokenizerTrainer trainer =
        new TokenizerTrainer(
            TinyTokenizer.config(overrides),
            manager,
            folder.resolve("features"),
            (name, total, unit) -> new Stopping(stop, name.startsWith("Training") ? stopAt : -1),
            stop);
    TokenizerTrainer.Photographs photographs =
        new TokenizerTrainer.Photographs(
            TinyPhotographs.of(12, TinyVit.INPUT_SIZE, 1),
            TinyPhotographs.of(3, TinyVit.INPUT_SIZE, 2),
            Map.of());
    return trainer.train(photographs, backbone, folder.resolve(run), true);
  }

  /** Raises a signal after so many steps. */
  private static final class Stopping implements Progress.Stage {
    private final StopSignal stop;
    private final int at;
    private long done;

    Stopping(StopSignal stop, int at) {
      this.stop = stop;
      this.at = at;
    }

    @Override
    public void advance(long units) {
      done += units;
      if (done == at) {
        stop.request();
      }
    }

    @Override
    public void note(String remark) {}

    @Override
    public void close() {}
  }

  private static String[] settings(String given) {
    String all =
        "training.steps=6 training.logEvery=2 training.validateEvery=6 training.checkpointEvery=6 "
            + "loss.lpips=0 "
            + given;
    return all.split(" ");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "model.quantizer.kind=FSQ model.quantizer.levels=[8,5,5] model.fusion=ATTENTION_SKIP",
        "model.quantizer.composition=RESIDUAL model.quantizer.codebooks=2 model.pixelInput=DEEP_AND_SHALLOW"
      })
  void switchesTrainAndTheBundleIsTheSameModel(String given) throws IOException {
    requireSameBundle(given);
  }

  /** All of them take minutes: {@code -Dideal.long=true}. */
  @EnabledIfSystemProperty(
      named = "ideal.long",
      matches = "true",
      disabledReason = "takes minutes; -Dideal.long=true runs it")
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "model.codebook.learning=GRADIENT model.codebook.entropyWeight=0.01",
        "model.codebook.learning=GRADIENT model.quantizer.gradient=ROTATION",
        "model.quantizer.cosine=false",
        "model.quantizer.kind=SIMVQ",
        "model.quantizer.kind=IBQ model.codebook.entropyWeight=0.05",
        "model.quantizer.kind=FSQ model.quantizer.levels=[4,2,3] model.quantizer.symmetric=true",
        "model.quantizer.kind=LFQ model.codebook.entropyWeight=0.1",
        "model.quantizer.kind=MAGVIT2 model.codebook.entropyWeight=0.1",
        "model.quantizer.kind=BSQ model.codebook.entropyWeight=0.1 model.codebook.entropyTemperature=1",
        "model.quantizer.composition=RESIDUAL model.quantizer.codebooks=3",
        "model.quantizer.composition=PRODUCT model.quantizer.codebooks=2 model.quantizer.kind=LFQ",
        "model.quantizer.composition=RESIDUAL model.quantizer.codebooks=2 model.quantizer.kind=FSQ model.quantizer.symmetric=true model.quantizer.clampLevels=true",
        "model.fusion=NONE loss.shallowMse=0 loss.shallowCosine=0",
        "model.pixelInput=DEEP_AND_SHALLOW loss.pixel=L1 loss.pixelsOverVariance=true",
        "data.standardize=false loss.lpips=0.3 loss.perceptual=BACKBONE loss.perceptualRamp=4"
      })
  void everySwitchTrainsAndTheBundleIsTheSameModel(String given) throws IOException {
    requireSameBundle(given);
  }

  /** The export itself compares tokens, pixels and features with the original, and throws. */
  private void requireSameBundle(String given) throws IOException {
    TrainingLoop.Result result = train("run", new StopSignal(), -1, settings(given));
    assertThat(result.finished()).isTrue();
    TokenizerRun run = TokenizerRun.open(folder.resolve("run"));
    TokenizerExport.Result exported =
        TokenizerExport.export(run, backbone, "toy", OTHERS, folder.resolve("bundle"));
    int codebooks = run.config().model().codebooks();
    assertThat(exported.comparison().tokens())
        .isEqualTo((long) OTHERS.size() * codebooks * TinyVit.GRID * TinyVit.GRID);
    assertThat(exported.bundle().description().grid().codebooks()).isEqualTo(codebooks);
    List<Map<String, Double>> lines = run.folder().metrics().read();
    assertThat(lines.get(lines.size() - 1).get("validationUsage")).isPositive();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "adversarial.network=PATCHES adversarial.channels=8 adversarial.depth=1",
        "adversarial.network=BACKBONE adversarial.taps=[0,2] adversarial.adaptive=true"
      })
  void aResumedRunKeepsItsDiscriminator(String given) throws IOException {
    String[] all =
        settings(
            given
                + " adversarial.weight=0.5 adversarial.discriminatorStart=2"
                + " adversarial.generatorStart=3");
    TrainingLoop.Result whole = train("whole", new StopSignal(), -1, all);
    train("parted", new StopSignal(), 4, all);
    TrainingLoop.Result rest = train("parted", new StopSignal(), -1, all);
    assertThat(rest.checkpoint().read().sha256()).isEqualTo(whole.checkpoint().read().sha256());
    try (SafetensorsFile weights = SafetensorsFile.open(whole.checkpoint().weights())) {
      assertThat(weights.names())
          .anyMatch(name -> name.startsWith("discriminator."))
          .anyMatch(name -> name.startsWith("discriminator.optimizer."));
      assertThat(weights.floats("discriminator.lecam_real")[0]).isNotZero();
    }
    TokenizerRun run = TokenizerRun.open(folder.resolve("whole"));
    assertThat(run.folder().metrics().read().get(2)).containsKey("adversarial");
    TokenizerExport.export(run, backbone, "toy", OTHERS, folder.resolve("bundle"));
    try (SafetensorsFile weights =
        SafetensorsFile.open(folder.resolve("bundle").resolve("weights.safetensors"))) {
      assertThat(weights.names()).noneMatch(name -> name.startsWith("discriminator."));
    }
  }

  /** Before both start steps the discriminator is as if it was not there. */
  @Test
  void anAdversaryThatHasNotStartedChangesNothing() throws IOException {
    train("without", new StopSignal(), -1, settings("training.seed=3"));
    train(
        "with",
        new StopSignal(),
        -1,
        settings("training.seed=3 adversarial.weight=0.5 adversarial.network=PATCHES"));
    Map<String, Double> one = last("without");
    assertThat(last("with")).isEqualTo(one);
  }

  private Map<String, Double> last(String run) throws IOException {
    List<Map<String, Double>> lines =
        TokenizerRun.open(folder.resolve(run)).folder().metrics().read();
    Map<String, Double> numbers = new java.util.TreeMap<>(lines.get(lines.size() - 1));
    numbers.remove("seconds");
    return numbers;
  }
}
