package io.github.ideal4j.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.prior.Prior;
import io.github.ideal4j.prior.PriorData;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.torch.TorchEngine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorCostTest {

  private static PriorTrainingConfig config(String preset, PriorData data) {
    return PriorTrainingConfig.PRESETS.load(preset, List.of()).withData(data);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.kind=gpt", "model.targetPositions=true", "model.kind=rar"})
  void parametersAreThoseOfTheModelItself(String model) {
    PriorTrainingConfig config =
        PriorTrainingConfig.PRESETS
            .load("tiny", List.of(model))
            .withData(new PriorData(64, 5, 4, 4, 2));
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      Prior prior = Prior.create(config.prior(), 0, 0, manager);
      long size = prior.named().values().stream().mapToLong(NDArray::size).sum();
      assertThat(PriorCost.of(config).trainable()).isEqualTo(size);
    }
  }

  /** The sizes that the papers of LlamaGen and RAR name. */
  @Test
  void thePapersModelsHaveTheirSizes() {
    PriorData imageNet = new PriorData(16_384, 1_000, 16, 16, 1);
    assertThat(PriorCost.of(config("b", imageNet)).trainable() / 1e6).isCloseTo(111, within(1.0));
    assertThat(PriorCost.of(config("l", imageNet)).trainable() / 1e6).isCloseTo(343, within(1.0));
    assertThat(PriorCost.of(config("3b", imageNet)).trainable() / 1e9).isCloseTo(3.1, within(0.03));
    PriorData maskGit = new PriorData(1_024, 1_000, 16, 16, 1);
    assertThat(PriorCost.of(config("rar-b", maskGit)).trainable() / 1e6)
        .isCloseTo(260.9, within(0.1));
  }

  /** Two FLOP for each parameter and token that is no table entry, and the attention. */
  @Test
  void aForwardPassIsTwoFlopForEachWeightAndToken() {
    PriorTrainingConfig config = config("b", new PriorData(16_384, 1_000, 16, 16, 1));
    TrainingCost cost = PriorCost.of(config);
    long tables = 768L * (16_384 + 1_001);
    double weights = 2.0 * (cost.trainable() - tables) * 256;
    assertThat(cost.forwardFlop()).isBetween(weights, 1.05 * weights);
  }
}
