package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleException;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.BundleWriter;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.ImageSampler;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.Uniforms;
import io.github.ideal4j.prior.PriorRun;
import io.github.ideal4j.prior.PriorSampler;
import io.github.ideal4j.prior.PriorSources;
import io.github.ideal4j.prior.PriorTrainer;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.prior.TokenFilter;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.testing.Peer;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prior that was trained for a moment, in a bundle, and the tokens that others draw from it. */
class PriorBundleTest {

  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private static final int CODES = 12;
  private static final int[] LABELS =
      IntStream.range(0, 64).map(i -> i * (i + 1) / 2 % 4).toArray();
  private static final SamplingOptions OPTIONS = new SamplingOptions(1.5, 0.75, 8, 0.875);

  @TempDir Path folder;
  private NDManager manager;
  private Bundle bundle;

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    BundleDescription description =
        new BundleDescription(
            "tiny",
            new BundleDescription.ImageSize(4, 6),
            new BundleDescription.Grid(ROWS, COLUMNS),
            new BundleDescription.Codebook(CODES, 2),
            new BundleDescription.Backbone(
                "none", Sha256.of(new byte[0]), List.of(1), List.of(0.5), List.of(0.5)),
            Optional.empty(),
            Map.of());
    bundle =
        new BundleWriter(description)
            .addText(BundleFiles.ENCODER, "not run here")
            .addText(BundleFiles.DECODER, "nor this")
            .write(folder.resolve("tokenizer"));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private PriorRun train(String tokenizerSha256) throws IOException {
    Path tokens = folder.resolve("tokens.arrow");
    TokenFileInfo info =
        TokenFileInfo.toWrite(
            new TokenizerInfo("tiny", tokenizerSha256, CODES, ROWS, COLUMNS, 4, 6),
            "test",
            List.of(TokenColumn.LABEL));
    SplittableRandom random = new SplittableRandom(1);
    try (TokenFileWriter writer = TokenFileWriter.create(tokens, info)) {
      for (int row = 0; row < 24; row++) {
        int label = row % 3;
        int[] grid = random.ints(ROWS * COLUMNS, 4 * label, 4 * label + 4).toArray();
        writer.append(
            TokenRow.of(row, new TokenGrid(ROWS, COLUMNS, grid)).withLabel("class " + label));
      }
      writer.finish();
    }
    PriorTrainingConfig config =
        PriorTrainingConfig.PRESETS.load(
            "tiny",
            List.of(
                "model.layers=2",
                "model.dim=32",
                "model.heads=2",
                "training.steps=20",
                "training.batch=8",
                "training.logEvery=20",
                "training.validateEvery=20",
                "training.checkpointEvery=20",
                "training.emaDecay=0.5",
                "training.optimizer.warmup=2"));
    Path root = folder.resolve("run");
    new PriorTrainer(config, manager, Progress.silent(), new StopSignal())
        .train(PriorSources.of(tokens), root, true);
    return PriorRun.open(root);
  }

  private float[][] uniforms(long seed) {
    float[][] uniforms = new float[LABELS.length][];
    Arrays.setAll(uniforms, i -> Uniforms.of(seed, i, ROWS * COLUMNS));
    return uniforms;
  }

  @Test
  void aBundleWithAPriorDrawsTheTokensOfTheEngineInJavaAndPython() throws IOException {
    PriorRun run = train(bundle.tokenizer().sha256());
    Path out = folder.resolve("bundle");
    PriorExport.Added added = PriorExport.addTo(bundle, run, manager, out);
    assertThat(added.report().differing()).isZero();
    assertThat(added.bundle().labels()).containsExactly("class 0", "class 1", "class 2");
    assertThat(added.bundle().has(BundleFiles.PRIOR_SCORE)).isTrue();
    TokenFilter filter = new TokenFilter(OPTIONS.temperature(), OPTIONS.topK(), OPTIONS.topP());
    int[][] expected =
        new PriorSampler(run.load(manager), manager)
            .sample(LABELS, OPTIONS.guidance(), PriorSampler.drawn(filter, uniforms(5)));
    for (int batch : new int[] {1, 5, 64}) {
      try (ImageSampler sampler =
          ImageSampler.open(added.bundle(), SessionSettings.cpu().withThreads(1), batch)) {
        assertThat(sampler.sample(LABELS, OPTIONS, 5)).isDeepEqualTo(expected);
      }
    }
    assertThat(python(out)).isEqualTo(Arrays.deepToString(expected));
  }

  @Test
  void givenTokensStayAndGuidanceMayChangeFromStepToStep() throws IOException {
    PriorRun run = train(bundle.tokenizer().sha256());
    Bundle made = PriorExport.addTo(bundle, run, manager, folder.resolve("bundle")).bundle();
    SamplingOptions options = new SamplingOptions(GuidanceSchedule.powerCosine(4, 2), 0, 0, 1);
    int[][] expected =
        new PriorSampler(run.load(manager), manager)
            .sample(LABELS, options.guidance(), PriorSampler.greedy());
    try (ImageSampler sampler = ImageSampler.open(made, SessionSettings.cpu().withThreads(1), 2)) {
      int[][] drawn = sampler.sample(LABELS, options, 5);
      assertThat(drawn).isDeepEqualTo(expected);
      int[][] given = new int[LABELS.length][ROWS * COLUMNS];
      for (int image = 0; image < given.length; image++) {
        Arrays.fill(given[image], ImageSampler.DRAWN);
        given[image][2] = (drawn[image][2] + 1) % CODES;
      }
      int[][] around = sampler.sample(LABELS, given, options, 5, 0);
      for (int image = 0; image < given.length; image++) {
        assertThat(Arrays.copyOf(around[image], 2))
            .containsExactly(drawn[image][0], drawn[image][1]);
        assertThat(around[image][2]).isEqualTo(given[image][2]);
      }
      given[1][4] = CODES;
      assertThatThrownBy(() -> sampler.sample(LABELS, given, options, 5, 0))
          .hasMessage("token 12 is unknown; valid are 0 to 11, and -1 for one that is drawn");
    }
  }

  /** What the peer prints: the tokens, with uniform numbers that it makes itself. */
  private static String python(Path bundle) throws IOException {
    return Peer.python("numpy", "onnxruntime")
        .run("src/test/resources/peer/sample.py", bundle)
        .strip();
  }

  @Test
  void aPriorOfAnotherTokenizerIsRefused() throws IOException {
    PriorRun run = train("ab".repeat(32));
    assertThatThrownBy(() -> PriorExport.addTo(bundle, run, manager, folder.resolve("bundle")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("was trained on tokens of tokenizer 'abab");
    assertThat(folder.resolve("bundle")).doesNotExist();
  }
}
