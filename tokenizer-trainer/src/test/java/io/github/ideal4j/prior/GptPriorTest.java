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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GptPriorTest {

  private static final PriorData DATA = new PriorData(10, 3, 2, 3, 1);
  private static final GptPriorConfig CONFIG =
      new GptPriorConfig(
          2, 32, 2, 128, DATA, 1e-5, 10000, GptPriorConfig.ClassRope.IDENTITY, false);

  private NDManager manager;
  private GptPrior prior;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    Autograd.setRecording(false);
    prior = GptPrior.create(CONFIG, 0.5, 1, manager);
    RandomWeights.addTo(prior.named(), 4);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private float[] logits(long[] tokens, long[] labels) {
    NDArray given = manager.create(tokens, new Shape(labels.length, CONFIG.tokens()));
    return prior
        .forward(
            new ParameterStore(manager, false), new NDList(given, manager.create(labels)), false)
        .singletonOrThrow()
        .toFloatArray();
  }

  @Test
  void aTokenDoesNotChangeWhatComesBeforeIt() {
    long[] tokens = {1, 2, 3, 4, 5, 6};
    long[] changed = {1, 2, 3, 4, 9, 0};
    float[] before = logits(tokens, new long[] {1});
    float[] after = logits(changed, new long[] {1});
    int known = 5 * CONFIG.codebookSize();
    for (int i = 0; i < known; i++) {
      assertThat(after[i]).isCloseTo(before[i], within(1e-6f));
    }
    assertThat(after[known]).isNotEqualTo(before[known]);
  }

  @Test
  void equalSeedsGiveEqualFirstValuesAndTheHeadStartsAtZero() {
    GptPrior first = GptPrior.create(CONFIG, 0, 9, manager);
    GptPrior second = GptPrior.create(CONFIG, 0, 9, manager);
    GptPrior other = GptPrior.create(CONFIG, 0, 10, manager);
    String name = "layers.1.attention.wqkv.weight";
    assertThat(first.named().get(name).toFloatArray())
        .containsExactly(second.named().get(name).toFloatArray())
        .isNotEqualTo(other.named().get(name).toFloatArray());
    assertThat(first.named().get("output.weight").toFloatArray()).containsOnly(0);
  }

  @Test
  void presetsHaveTheSizesTheyClaim() {
    assertThat(count("tiny", 1024, 101)).isEqualTo(2_184_000);
    assertThat(count("tiny-long", 1024, 101)).isEqualTo(5_370_624);
    assertThat(count("b", 16384, 1000)).isBetween(110_000_000L, 112_000_000L);
    assertThat(count("l", 16384, 1000)).isBetween(342_000_000L, 344_000_000L);
    assertThat(count("xxl", 16384, 1000)).isBetween(1_390_000_000L, 1_420_000_000L);
    assertThat(count("3b", 16384, 1000)).isBetween(3_000_000_000L, 3_200_000_000L);
    assertThat(count("rar-b", 1024, 1000)).isBetween(260_850_000L, 260_950_000L);
    assertThat(count("rar-l", 1024, 1000)).isBetween(461_650_000L, 461_750_000L);
    assertThat(count("rar-xl", 1024, 1000)).isBetween(955_350_000L, 955_450_000L);
    assertThat(count("rar-xxl", 1024, 1000)).isBetween(1_498_450_000L, 1_498_550_000L);
  }

  private static long count(String preset, int codes, int classes) {
    return PriorTrainingConfig.PRESETS
        .load(preset, List.of())
        .withData(new PriorData(codes, classes, 16, 16, 1))
        .prior()
        .parameterCount();
  }

  @Test
  void wrongShapesAndLabelsAreRefusedWithTheirValue() {
    assertThatThrownBy(() -> logits(new long[] {1, 2}, new long[] {1}))
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(
            () ->
                new PriorSampler(prior, manager)
                    .sample(new int[] {4}, GuidanceSchedule.constant(1), PriorSampler.greedy()))
        .hasMessage("label 4 is unknown; valid are 0 to 2, and 3 for no class");
    assertThatThrownBy(
            () ->
                new GptPriorConfig(
                    2, 30, 4, 128, DATA, 1e-5, 1e4, GptPriorConfig.ClassRope.ZERO, false))
        .hasMessage("dim must be a multiple of 4 * heads = 16, got 30");
  }
}
