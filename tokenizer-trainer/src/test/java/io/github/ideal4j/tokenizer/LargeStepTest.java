package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.cost.TokenizerCost;
import io.github.ideal4j.cost.TrainingCost;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One step of large presets with a backbone of random weights on the processor, and the memory that
 * it takes beside what was estimated. {@code -Dideal.long=true}.
 */
@EnabledIfSystemProperty(
    named = "ideal.long",
    matches = "true",
    disabledReason = "takes minutes and 8 GB; -Dideal.long=true runs it")
class LargeStepTest {

  private static final Logger LOG = LoggerFactory.getLogger(LargeStepTest.class);
  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"tiny training.batch=32", "small training.batch=4", "ideal-384 training.batch=1"})
  void oneStepTakesTheMemoryThatWasEstimated(String given) throws IOException {
    List<String> settings = new ArrayList<>(List.of(given.split(" ")));
    String preset = settings.remove(0);
    settings.addAll(
        List.of(
            "training.steps=1",
            "training.logEvery=1",
            "training.checkpointEvery=1",
            "model.codebook.kmeansIterations=0",
            "data.mirror=false"));
    TokenizerTrainingConfig config = TokenizerTrainingConfig.PRESETS.load(preset, settings);
    Path backbone = TinyVit.write(folder.resolve("vit.safetensors"), config);
    TrainingCost.Memory estimate = TokenizerCost.of(config, TokenizerCost.assumed(config)).memory();
    Step step = new Step();
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      TrainingLoop.Result result =
          new TokenizerTrainer(config, manager, folder, step, new StopSignal())
              .train(
                  new TokenizerTrainer.Photographs(
                      TinyPhotographs.of(config.training().batch(), config.model().imageSize(), 1),
                      List.of(),
                      Map.of()),
                  backbone,
                  folder.resolve("run"),
                  false);
      Map<String, Double> line =
          TokenizerRun.open(folder.resolve("run")).folder().metrics().read().get(0);
      assertThat(line.get("loss")).isFinite().isPositive();
      assertThat(result.finished()).isTrue();
      // Weights, optimizer and averages are there before; the step adds the rest.
      double measured = (step.highest - step.before) / 1e6;
      int batch = config.training().batch();
      double estimated = (estimate.gradients() + batch * estimate.activationsOfAnImage()) / 1e9;
      LOG.warn(
          "{}: {}",
          given,
          "the step adds %.2f GB, estimated %.2f GB of %.2f GB in all; the process has %.2f GB; %.1f s"
              .formatted(
                  measured,
                  estimated,
                  estimate.total(batch) / 1e9,
                  step.highest / 1e6,
                  step.seconds));
      assumeThat(step.before).as("memory of this process").isPositive();
      assertThat(estimated).isBetween(0.7 * measured, 1.4 * measured);
    }
  }

  private static double kilobytes(String name) {
    if (!Files.isReadable(STATUS)) {
      return -1;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks at the highest memory between the beginning of the training and the end of its step. */
  private static final class Step implements Progress {
    private double before = -1;
    private double highest = -1;
    private double seconds;

    @Override
    public Stage start(String name, long total, String unit) {
      if (!unit.equals("steps")) {
        return Progress.silent().start(name, total, unit);
      }
      try {
        Files.writeString(
            Path.of("/proc/self/clear_refs"), "5", StandardOpenOption.WRITE); // begin anew
      } catch (IOException e) {
        // Then it is that of the whole process.
      }
      before = kilobytes("VmRSS:");
      long begin = System.nanoTime();
      return new Stage() {
        @Override
        public void advance(long units) {
          seconds = (System.nanoTime() - begin) / 1e9;
          highest = kilobytes("VmHWM:");
        }

        @Override
        public void skip(long units) {}

        @Override
        public void note(String remark) {}

        @Override
        public void close() {}
      };
    }
  }
}
