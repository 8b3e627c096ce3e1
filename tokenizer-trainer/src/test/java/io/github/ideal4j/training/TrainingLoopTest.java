package io.github.ideal4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.LinearForm;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  record ToyConfig(TrainingConfig training) {}

  private TrainingLoop.Result train(Path root, ToyTrainee toy, StopSignal stop, String... settings)
      throws IOException {
    ToyConfig config = Presets.of("toy", ToyConfig.class, "toy").load("toy", List.of(settings));
    ProvenanceRecord provenance =
        ProvenanceRecord.now("toy", config, 0, Map.of("data", "00"), Map.of("none", "0"), "cpu");
    RunFolder run = RunFolder.prepare(root, config, provenance, true);
    return new TrainingLoop("Toy", config.training(), run, toy, manager, Progress.silent(), stop)
        .run();
  }

  private List<Map<String, Double>> curve(Path root) throws IOException {
    List<Map<String, Double>> lines = RunFolder.open(root).metrics().read();
    return lines.stream()
        .map(
            line -> {
              Map<String, Double> numbers = new TreeMap<>(line);
              numbers.remove("seconds");
              return numbers;
            })
        .toList();
  }

  @Test
  void theLossFallsAndTheLastCheckpointHoldsAllSteps() throws IOException {
    Path root = folder.resolve("run");
    TrainingLoop.Result result = train(root, new ToyTrainee(manager), new StopSignal());
    assertThat(result.finished()).isTrue();
    assertThat(result.checkpoint().read().step()).isEqualTo(20);
    List<Map<String, Double>> curve = curve(root);
    assertThat(curve.get(curve.size() - 1).get("loss")).isLessThan(0.5 * curve.get(0).get("loss"));
    assertThat(curve).allSatisfy(line -> assertThat(line).containsKeys("step", "loss", "square"));
    assertThat(RunFolder.open(root).checkpoints()).hasSize(2);
  }

  @Test
  void equalSeedsGiveEqualCurvesAndWeights() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    TrainingLoop.Result a = train(first, new ToyTrainee(manager), new StopSignal());
    TrainingLoop.Result b = train(second, new ToyTrainee(manager), new StopSignal());
    assertThat(curve(first)).isEqualTo(curve(second));
    assertThat(a.checkpoint().read().sha256()).isEqualTo(b.checkpoint().read().sha256());
  }

  /** Every step is tried, since a stop may fall between two lines of the metrics. */
  @Test
  void aRunStoppedAnywhereContinuesAsIfItHadNot() throws IOException {
    Path whole = folder.resolve("whole");
    TrainingLoop.Result expected = train(whole, new ToyTrainee(manager), new StopSignal());
    for (int at = 1; at < 20; at += 3) {
      Path parted = folder.resolve("parted" + at);
      StopSignal stop = new StopSignal();
      TrainingLoop.Result first = train(parted, new ToyTrainee(manager).stoppingAt(at, stop), stop);
      assertThat(first.finished()).isFalse();
      assertThat(first.steps()).isEqualTo(at);
      TrainingLoop.Result rest = train(parted, new ToyTrainee(manager), new StopSignal());
      assertThat(curve(parted)).as("stopped at %d", at).isEqualTo(curve(whole));
      assertThat(rest.checkpoint().read().sha256())
          .isEqualTo(expected.checkpoint().read().sha256());
    }
  }

  @Test
  void aRunThatDiedGoesOnFromItsLastCheckpoint() throws IOException {
    Path whole = folder.resolve("whole");
    TrainingLoop.Result expected = train(whole, new ToyTrainee(manager), new StopSignal());
    Path parted = folder.resolve("parted");
    assertThatThrownBy(() -> train(parted, new ToyTrainee(manager).dyingAt(9), new StopSignal()))
        .isInstanceOf(UncheckedIOException.class);
    // What a kill in the middle of writing a checkpoint leaves.
    Path half = parted.resolve("checkpoints/step-0000008.partial");
    Files.createDirectories(half);
    Files.writeString(half.resolve("weights.safetensors"), "half");
    TrainingLoop.Result rest = train(parted, new ToyTrainee(manager), new StopSignal());
    assertThat(curve(parted)).isEqualTo(curve(whole));
    assertThat(rest.checkpoint().read().sha256()).isEqualTo(expected.checkpoint().read().sha256());
  }

  @Test
  void aFailureBetweenTheFilesOfACheckpointLeavesTheOneBefore() throws IOException {
    Path whole = folder.resolve("whole");
    TrainingLoop.Result expected = train(whole, new ToyTrainee(manager), new StopSignal());
    Path parted = folder.resolve("parted");
    assertThatThrownBy(
            () -> train(parted, new ToyTrainee(manager).failingInCheckpoint(2), new StopSignal()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(RunFolder.open(parted).newestCheckpoint().orElseThrow().step()).isEqualTo(7);
    TrainingLoop.Result rest = train(parted, new ToyTrainee(manager), new StopSignal());
    assertThat(curve(parted)).isEqualTo(curve(whole));
    assertThat(rest.checkpoint().read().sha256()).isEqualTo(expected.checkpoint().read().sha256());
  }

  @Test
  void aDamagedCheckpointIsRefusedWithItsName() throws IOException {
    Path root = folder.resolve("run");
    StopSignal stop = new StopSignal();
    TrainingLoop.Result result = train(root, new ToyTrainee(manager).stoppingAt(6, stop), stop);
    Path weights = result.checkpoint().weights();
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThatThrownBy(() -> train(root, new ToyTrainee(manager), new StopSignal()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("weights.safetensors is damaged");
  }

  @Test
  void aLossThatIsNoNumberStopsWithStepAndName() {
    assertThatThrownBy(
            () ->
                train(
                    folder.resolve("run"),
                    new ToyTrainee(manager).explodingAt(6),
                    new StopSignal()))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("loss is NaN at step 7; there is no checkpoint yet; ");
  }

  @Test
  void validationSeesTheAveragesAndLeavesTheWeightsAlone() throws IOException {
    Path root = folder.resolve("run");
    train(root, new ToyTrainee(manager), new StopSignal());
    Map<String, Double> last = curve(root).get(curve(root).size() - 1);
    assertThat(last).containsKeys("validationWeight");
    Path silent = folder.resolve("silent");
    train(silent, new ToyTrainee(manager).withoutValidation(), new StopSignal());
    assertThat(curve(silent).get(curve(silent).size() - 1).get("loss")).isEqualTo(last.get("loss"));
  }

  @Test
  void aRunWithAnotherConfigurationOrOtherInputsIsNotContinued() throws IOException {
    Path root = folder.resolve("run");
    ToyConfig config = Presets.of("toy", ToyConfig.class, "toy").load("toy", List.of());
    ProvenanceRecord here =
        ProvenanceRecord.now("toy", config, 0, Map.of("data", "00"), Map.of(), "cpu");
    ProvenanceRecord other =
        ProvenanceRecord.now("toy", config, 0, Map.of("data", "11"), Map.of(), "cpu");
    RunFolder.prepare(root, config, here, false);
    assertThatThrownBy(() -> RunFolder.prepare(root, config, here, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("already holds a run");
    ToyConfig longer = new ToyConfig(config.training().withSteps(21));
    assertThatThrownBy(() -> RunFolder.prepare(root, longer, here, true))
        .hasMessageContaining("training.steps=20, not 21");
    assertThatThrownBy(() -> RunFolder.prepare(root, config, other, true))
        .hasMessageContaining("data of sha256 00, not 11");
  }

  @Test
  void aRunThatIsTakenUpKeepsItsFormOfLinearLayers() throws IOException {
    Path root = folder.resolve("run");
    ToyConfig config = Presets.of("toy", ToyConfig.class, "toy").load("toy", List.of());
    LinearForm before = LinearForm.chosen();
    try {
      for (LinearForm first : LinearForm.values()) {
        Path own = root.resolve(first.name());
        LinearForm.use(first);
        RunFolder.prepare(own, config, provenance(config), false);
        for (LinearForm measured : LinearForm.values()) { // by the process that goes on
          LinearForm.use(measured);
          RunFolder.prepare(own, config, provenance(config), true);
          assertThat(LinearForm.chosen()).isEqualTo(first);
        }
      }
    } finally {
      LinearForm.use(before);
    }
  }

  private static ProvenanceRecord provenance(ToyConfig config) {
    return ProvenanceRecord.now("toy", config, 0, Map.of(), Map.of(), "cpu");
  }

  @Test
  void nativeArraysDoNotGrowWithSteps() throws IOException {
    ToyTrainee toy = new ToyTrainee(manager);
    train(folder.resolve("run"), toy, new StopSignal());
    assertThat(toy.handlesAtLastStep()).isEqualTo(toy.handlesAtThirdStep());
  }

  @Test
  void accumulatedGradientsAreThoseOfTheLargerBatch() throws IOException {
    Path two = folder.resolve("two");
    Path one = folder.resolve("one");
    train(two, new ToyTrainee(manager).joining(1), new StopSignal(), "training.accumulate=2");
    train(one, new ToyTrainee(manager).joining(2), new StopSignal());
    List<Map<String, Double>> expected = curve(one);
    List<Map<String, Double>> actual = curve(two);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).get("loss"))
          .isCloseTo(expected.get(i).get("loss"), within(1e-5 * expected.get(0).get("loss")));
    }
  }

  @Test
  void anAccumulatingRunThatIsStoppedContinuesAsIfItHadNot() throws IOException {
    Path whole = folder.resolve("whole");
    String setting = "training.accumulate=3";
    TrainingLoop.Result expected = train(whole, new ToyTrainee(manager), new StopSignal(), setting);
    Path parted = folder.resolve("parted");
    StopSignal stop = new StopSignal();
    train(parted, new ToyTrainee(manager).stoppingAt(6, stop), stop, setting);
    TrainingLoop.Result rest = train(parted, new ToyTrainee(manager), new StopSignal(), setting);
    assertThat(curve(parted)).isEqualTo(curve(whole));
    assertThat(rest.checkpoint().read().sha256()).isEqualTo(expected.checkpoint().read().sha256());
  }

  @Test
  void everyNthAndTheBestCheckpointStayBesideTheNewest() throws IOException {
    Path root = folder.resolve("run");
    train(
        root,
        new ToyTrainee(manager),
        new StopSignal(),
        "training.checkpointEvery=2",
        "training.keepEvery=8",
        "training.keepCheckpoints=1",
        "training.validateEvery=5",
        "training.keepBest=-validationWeight");
    List<Map<String, Double>> validated =
        curve(root).stream().filter(line -> line.containsKey("validationWeight")).toList();
    Map<String, Double> best =
        validated.stream()
            .min(Comparator.comparing(line -> line.get("validationWeight")))
            .orElseThrow();
    assertThat(RunFolder.open(root).checkpoints())
        .extracting(Checkpoint::step)
        .containsExactlyInAnyOrderElementsOf(
            new TreeSet<>(List.of(8L, 16L, 20L, best.get("step").longValue())));
    RunFolder run = RunFolder.open(root);
    TrainingConfig training = run.config(ToyConfig.class).training();
    assertThat(run.checkpoint("last", training).step()).isEqualTo(20);
    assertThat(run.checkpoint("best", training).step()).isEqualTo(best.get("step").longValue());
    assertThat(run.checkpoint("8", training).step()).isEqualTo(8);
    assertThatThrownBy(() -> run.checkpoint("3", training))
        .hasMessageContaining("no checkpoint '3'")
        .hasMessageEndingWith("16, 20");
    assertThatThrownBy(() -> run.checkpoint("newest", training))
        .hasMessageContaining("'newest': valid are last, best and a number of steps; it has last")
        .hasMessageEndingWith("16, 20");
  }

  @Test
  void aRunWithoutCheckpointsSaysSo() throws IOException {
    Path root = folder.resolve("run");
    train(root, new ToyTrainee(manager), new StopSignal());
    AtomicFile.deleteRecursively(root.resolve("checkpoints"));
    RunFolder run = RunFolder.open(root);
    TrainingConfig training = run.config(ToyConfig.class).training();
    assertThatThrownBy(() -> run.checkpoint("last", training))
        .hasMessage("%s has no checkpoint yet", root);
  }

  @Test
  void theBestCheckpointIsNotKnownWhereNothingIsKept() throws IOException {
    Path root = folder.resolve("run");
    train(root, new ToyTrainee(manager), new StopSignal());
    RunFolder run = RunFolder.open(root);
    TrainingConfig training = run.config(ToyConfig.class).training();
    assertThatThrownBy(() -> run.checkpoint("best", training))
        .hasMessageContaining("training.keepBest is none; it has last and those of steps ");
  }

  @Test
  void aLossOutOfProportionEndsTheRunWithItsLastGoodCheckpoint() {
    Path root = folder.resolve("run");
    assertThatThrownBy(
            () ->
                train(
                    root,
                    new ToyTrainee(manager),
                    new StopSignal(),
                    "training.optimizer.learningRate=100",
                    "training.optimizer.clipNorm=0",
                    "training.logEvery=1",
                    "training.checkpointEvery=1"))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageMatching(
            "loss is [0-9.e+]+ at step [0-9]+, more than 3.0 times the first, which was [0-9.]+; "
                + "the checkpoint of step [0-9]+ stays; .*learningRate below 100.0.*");
  }
}
