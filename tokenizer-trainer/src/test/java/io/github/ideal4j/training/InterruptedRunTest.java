package io.github.ideal4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training in a JVM of its own that is asked to end, as Ctrl-C does. */
class InterruptedRunTest {

  private static final int PATIENCE_SECONDS = 60;

  @TempDir Path folder;

  @Test
  void anInterruptedJvmLeavesACheckpointOfItsLastStep() throws Exception {
    Path root = folder.resolve("run");
    Process child = start(root);
    try {
      waitFor(root.resolve("metrics.jsonl"), child);
      child.destroy();
      assertThat(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
    RunFolder run = RunFolder.open(root);
    Checkpoint.State state = run.newestCheckpoint().orElseThrow().read();
    List<Map<String, Double>> lines = run.metrics().read();
    double logged = lines.get(lines.size() - 1).get("step");
    assertThat(state.step()).isBetween((long) logged, (long) logged + 4);
  }

  private static Process start(Path root) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            classPath,
            Child.class.getName(),
            root.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(root.resolveSibling("child.log").toFile()))
        .start();
  }

  private static void waitFor(Path file, Process child) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(file) || Files.size(file) == 0) {
      assertThat(child.isAlive()).as("the child runs").isTrue();
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Trains far more steps than anybody waits for. */
  static final class Child {

    private Child() {}

    public static void main(String[] arguments) throws IOException {
      TrainingConfig training =
          Presets.of("toy", TrainingLoopTest.ToyConfig.class, "toy")
              .load(
                  "toy", List.of("training.steps=100000000", "training.checkpointEvery=100000000"))
              .training();
      TrainingLoopTest.ToyConfig config = new TrainingLoopTest.ToyConfig(training);
      ProvenanceRecord provenance =
          ProvenanceRecord.now("toy", config, 0, Map.of(), Map.of(), "cpu");
      RunFolder run = RunFolder.prepare(Path.of(arguments[0]), config, provenance, false);
      try (StopSignal stop = StopSignal.onShutdown();
          NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
        new TrainingLoop(
                "Toy", training, run, new ToyTrainee(manager), manager, Progress.silent(), stop)
            .run();
      }
    }
  }
}
