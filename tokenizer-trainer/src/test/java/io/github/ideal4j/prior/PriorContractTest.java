package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every prior does, whatever its architecture. */
class PriorContractTest {

  private static final float ROUNDING = 3e-5f;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    Autograd.setRecording(false);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private float[] logits(Prior prior, long[] tokens, long[] labels, long[] order) {
    PriorConfig config = prior.config();
    NDList inputs =
        new NDList(
            manager.create(tokens, new Shape(labels.length, config.tokens())),
            manager.create(labels));
    if (order != null) {
      inputs.add(manager.create(order, new Shape(labels.length, config.cells())));
    }
    return prior
        .forward(new ParameterStore(manager, false), inputs, false)
        .singletonOrThrow()
        .toFloatArray();
  }

  private static long[] tokens(PriorConfig config, int images, long seed) {
    return new SplittableRandom(seed)
        .longs((long) images * config.tokens(), 0, config.codebookSize())
        .toArray();
  }

  private static long[] raster(PriorConfig config, int images) {
    return RandomOrder.draw(new SplittableRandom(0), 0, images, config.cells());
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void theCountOfParametersIsThatOfTheArrays(PriorConfig config) {
    Prior prior = Prior.create(config, 0, 1, manager);
    long sum = prior.named().values().stream().mapToLong(NDArray::size).sum();
    assertThat(config.parameterCount()).isEqualTo(sum);
  }

  /** What stays with the parameters stays for the whole training, and its history with it. */
  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void aStepLeavesNothingWithTheParameters(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    trainingPass(prior); // makes what is made once
    List<NDArray> before = manager.getManagedArrays();
    trainingPass(prior);
    List<NDArray> left = new ArrayList<>(manager.getManagedArrays());
    left.removeAll(before);
    assertThat(left).extracting(NDArray::getShape).isEmpty();
  }

  private void trainingPass(Prior prior) {
    PriorConfig config = prior.config();
    try (NDManager step = manager.newSubManager()) {
      NDList inputs =
          new NDList(
              step.create(tokens(config, 2, 3), new Shape(2, config.tokens())),
              step.create(new long[] {0, config.nullClass()}));
      if (PriorShapes.ordered().contains(config)) {
        inputs.add(step.create(raster(config, 2), new Shape(2, config.cells())));
      }
      prior.forward(new ParameterStore(manager, false), inputs, true);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void cachedStepsGiveTheLogitsOfTheWholeSequence(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    int[] labels = {0, config.classes() / 2, config.nullClass()};
    PriorSampler.Samples samples =
        new PriorSampler(prior, manager)
            .sampleWithLogits(labels, GuidanceSchedule.constant(1), PriorSampler.greedy());
    long[] tokens = new long[3 * config.tokens()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = samples.tokens()[i / config.tokens()][i % config.tokens()];
    }
    long[] classes = {labels[0], labels[1], labels[2]};
    float[] whole = logits(prior, tokens, classes, null);
    int size = config.codebookSize();
    for (int i = 0; i < tokens.length; i++) {
      int token = i % config.tokens();
      float[] step = samples.rawLogits()[i / config.tokens()][token % config.cells()];
      for (int code = 0; code < size; code++) {
        assertThat(step[token / config.cells() * size + code])
            .isCloseTo(whole[i * size + code], within(ROUNDING));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void aRowDoesNotDependOnItsBatch(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    long[] tokens = tokens(config, 2, 3);
    float[] together = logits(prior, tokens, new long[] {0, config.nullClass()}, null);
    float[] alone =
        logits(prior, java.util.Arrays.copyOf(tokens, config.tokens()), new long[] {0}, null);
    for (int i = 0; i < alone.length; i++) {
      assertThat(together[i]).isCloseTo(alone[i], within(ROUNDING));
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#ordered")
  void rasterOrderIsNoOrder(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    long[] tokens = tokens(config, 3, 3);
    long[] labels = {0, 1, config.nullClass()};
    float[] without = logits(prior, tokens, labels, null);
    float[] with = logits(prior, tokens, labels, raster(config, 3));
    assertThat(with).usingComparatorWithPrecision(ROUNDING).containsExactly(without);
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#ordered")
  void aTokenDoesNotChangeWhatWasPredictedBeforeItAndChangesWhatComesAfter(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    int cells = config.cells();
    long[] order = RandomOrder.draw(new SplittableRandom(5), 1, 1, cells);
    assertThat(order).isNotEqualTo(raster(config, 1)).contains(raster(config, 1));
    long[] tokens = tokens(config, 1, 3);
    int changed = cells / 2;
    long[] others = tokens.clone();
    for (int codebook = 0; codebook < config.codebooks(); codebook++) {
      int at = codebook * cells + (int) order[changed];
      others[at] = (tokens[at] + 1) % config.codebookSize();
    }
    float[] before = logits(prior, tokens, new long[] {1}, order);
    float[] after = logits(prior, others, new long[] {1}, order);
    int size = config.codebookSize();
    for (int codebook = 0; codebook < config.codebooks(); codebook++) {
      for (int t = 0; t < cells; t++) {
        float largest = 0;
        for (int code = 0; code < size; code++) {
          int at = (codebook * cells + t) * size + code;
          largest = Math.max(largest, Math.abs(before[at] - after[at]));
        }
        if (t <= changed) {
          assertThat(largest).as("place %d", t).isLessThan(1e-6f);
        } else {
          assertThat(largest).as("place %d", t).isGreaterThan(1e-5f);
        }
      }
    }
  }

  /** The point of target positions: where the next token lies is known before it is predicted. */
  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#ordered")
  void whatIsPredictedNextDecidesTheLogits(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    long[] tokens = tokens(config, 1, 3);
    long[] order = raster(config, 1);
    long[] swapped = order.clone();
    swapped[4] = order[7];
    swapped[7] = order[4];
    float[] before = logits(prior, tokens, new long[] {1}, order);
    float[] after = logits(prior, tokens, new long[] {1}, swapped);
    int size = config.codebookSize();
    for (int i = 0; i < 4 * size; i++) {
      assertThat(after[i]).isCloseTo(before[i], within(1e-6f));
    }
    assertThat(after[4 * size]).isNotCloseTo(before[4 * size], within(1e-4f));
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void unknownLabelsAreRefusedWithWhatIsValid(PriorConfig config) {
    PriorSampler sampler = new PriorSampler(PriorShapes.disturbed(config, 4, manager), manager);
    int[] labels = {config.nullClass() + 1};
    assertThatThrownBy(
            () -> sampler.sample(labels, GuidanceSchedule.constant(1), PriorSampler.greedy()))
        .hasMessageContaining("label %d is unknown".formatted(labels[0]));
  }
}
