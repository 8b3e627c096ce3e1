package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.testing.Peer;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Priors on token files that pyarrow wrote: the file's codebook and grid decide. */
class PythonTokensTest {

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Peer.python("numpy", "pyarrow").run("src/test/resources/peer/write_grids.py", folder);
  }

  private PriorRun train(PriorSources sources) throws IOException {
    PriorTrainingConfig config =
        PriorTrainingConfig.PRESETS.load(
            "tiny",
            List.of(
                "model.layers=2",
                "model.dim=32",
                "model.heads=2",
                "training.steps=60",
                "training.batch=8",
                "training.logEvery=20",
                "training.validateEvery=60",
                "training.checkpointEvery=60",
                "training.optimizer.learningRate=1e-2",
                "training.optimizer.warmup=5"));
    Path root = folder.resolve("run");
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      new PriorTrainer(config, manager, Progress.silent(), new StopSignal())
          .train(sources, root, false);
    }
    return PriorRun.open(root);
  }

  private static Map<String, Double> last(PriorRun run) throws IOException {
    List<Map<String, Double>> lines = run.folder().metrics().read();
    return lines.get(lines.size() - 1);
  }

  @Test
  void labelsOfPythonAreClasses() throws IOException {
    Path file = folder.resolve("labelled.arrow");
    PriorRun run = train(PriorSources.of(file).withValidation(file));
    assertThat(run.config().data()).isEqualTo(new PriorData(20, 3, 4, 3, 1));
    assertThat(run.labels()).containsExactly("kind 0", "kind 1", "kind 2");
    assertThat(run.tokenizerSha256()).isEmpty();
    // A class leaves three tokens to choose from, no class nine.
    assertThat(last(run).get("validationLoss")).isLessThan(1.3);
    assertThat(last(run).get("validationLossWithoutClass"))
        .isGreaterThan(last(run).get("validationLoss"));
  }

  @Test
  void withoutLabelsThePriorIsUnconditional() throws IOException {
    Path file = folder.resolve("unlabelled.arrow");
    String sha256 = "cd".repeat(32);
    PriorRun run = train(PriorSources.of(file).withValidation(file).madeBy(sha256));
    assertThat(run.tokenizerSha256()).isEqualTo(sha256);
    assertThat(run.config().data()).isEqualTo(new PriorData(20, 0, 4, 3, 1));
    assertThat(run.labels()).isEmpty();
    assertThat(last(run).get("loss")).isLessThan(2);
    assertThat(last(run))
        .containsKey("validationLoss")
        .doesNotContainKey("validationLossWithoutClass");
  }
}
