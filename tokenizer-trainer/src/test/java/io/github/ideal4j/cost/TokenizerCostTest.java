package io.github.ideal4j.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.adversarial.Discriminator;
import io.github.ideal4j.adversarial.PatchDiscriminator;
import io.github.ideal4j.adversarial.TokenHeads;
import io.github.ideal4j.cost.ModelPart.Kind;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.torch.TorchEngine;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerCostTest {

  private static TrainingCost cost(TokenizerTrainingConfig config) {
    return TokenizerCost.of(config, TokenizerCost.assumed(config));
  }

  private static TrainingCost preset(String name, String... overrides) {
    return cost(TokenizerTrainingConfig.PRESETS.load(name, List.of(overrides)));
  }

  private static long count(TrainingCost cost, Kind kind) {
    return cost.parts().stream()
        .filter(part -> part.kind() == kind)
        .mapToLong(ModelPart::parameters)
        .sum();
  }

  private static long size(Collection<NDArray> arrays) {
    return arrays.stream().mapToLong(NDArray::size).sum();
  }

  private static double gigaProducts(TrainingCost cost, String part) {
    return cost.parts().stream()
            .filter(one -> one.name().startsWith(part))
            .mapToDouble(ModelPart::products)
            .sum()
        / 1e9;
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "training.seed=0",
        "model.fusion=ATTENTION model.features.classToken=true model.features.registers=4",
        "model.fusion=ATTENTION_SKIP model.pixelInput=DEEP_AND_SHALLOW model.features.layers=3",
        "model.fusion=NONE model.pixels.kind=VQGAN model.pixels.channels=[24,16,16,8] model.pixels.residualBlocks=2",
        "model.codebook.learning=GRADIENT model.codebook.restartEvery=0",
        "model.codebook.learning=GRADIENT model.codebook.restartEvery=5",
        "model.quantizer.kind=SIMVQ",
        "model.quantizer.kind=IBQ model.quantizer.composition=RESIDUAL model.quantizer.codebooks=3",
        "model.quantizer.kind=FSQ",
        "model.quantizer.kind=BSQ model.quantizer.composition=PRODUCT model.quantizer.codebooks=2",
        "model.pixels.channels=[16]"
      })
  void parametersAreThoseOfTheModelItself(String given) {
    TokenizerTrainingConfig config = TinyTokenizer.config(given.split(" "));
    TrainingCost cost = cost(config);
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu());
        DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config.model(), 0, manager)) {
      assertThat(cost.trainable()).isEqualTo(size(tokenizer.parameters().values()));
      assertThat(count(cost, Kind.FOLLOWING))
          .isEqualTo(size(tokenizer.quantizer().buffers().values()));
    }
  }

  @Test
  void aDiscriminatorHasTheParametersOfTheRealOne() {
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      Discriminator patches = new PatchDiscriminator(8, 3, 0, manager);
      Discriminator heads =
          new TokenHeads(
              TokenHeads.Form.released(TinyVit.WIDTH, 2), pixels -> List.of(), 0, manager);
      assertThat(judging("PATCHES", "adversarial.channels=8"))
          .isEqualTo(size(patches.parameters().values()));
      assertThat(judging("BACKBONE", "adversarial.taps=[0,2]"))
          .isEqualTo(size(heads.parameters().values()));
    }
  }

  private static long judging(String network, String setting) {
    return count(
        cost(
            TinyTokenizer.config(
                "adversarial.weight=0.5", "adversarial.network=" + network, setting)),
        Kind.JUDGING);
  }

  /** Sizes and products of the paper's model, counted from its description by others. */
  @Test
  void thePapersModelHasItsSizeAndItsWork() {
    TrainingCost cost = preset("ideal-384");
    assertThat(cost.trainable() / 1e6).isCloseTo(97.8, within(0.05));
    double heads = 2 * 576 * 1024.0 * 1024 / 1e9;
    assertThat(gigaProducts(cost, "feature decoder") - heads).isCloseTo(33, within(0.5));
    assertThat(gigaProducts(cost, "pixel decoder")).isCloseTo(214, within(3.0));
    assertThat(gigaProducts(cost, "backbone")).isCloseTo(190, within(5.0));
  }

  @Test
  void itsBatchDoesNotFitOneGpuAndTheAdviceDoes() {
    TrainingCost whole = preset("ideal-384");
    double gpu = Accelerator.H100.bytes();
    assertThat(whole.memory().total(256)).isGreaterThan(gpu);
    String advice = whole.advice(gpu);
    assertThat(advice).startsWith("training.batch=").contains("accumulate=");
    String[] settings = advice.replace(" has the same step", "").split(" ");
    TrainingCost parted = preset("ideal-384", settings);
    assertThat(parted.advice(gpu)).isEmpty();
    assertThat(parted.training().batch() * parted.training().accumulate()).isEqualTo(256);
    assertThat(parted.totalFlop()).isEqualTo(whole.totalFlop());
  }

  @Test
  void aStepIsThreePassesThroughWhatLearns() {
    TrainingCost plain = preset("tiny", "loss.lpips=0");
    assertThat(plain.stepFlop()).isCloseTo(3 * plain.forwardFlop(), within(1.0));
    assertThat(preset("tiny").stepFlop()).isGreaterThan(plain.stepFlop());
    assertThat(preset("tiny", "loss.lpips=0", "training.accumulate=2").totalFlop())
        .isEqualTo(2 * plain.totalFlop());
  }

  @Test
  void theTextSaysWhatDoesNotFit() {
    String text = preset("ideal-384").text(1e9, Accelerator.H100);
    assertThat(text).contains("97.8 M").contains("not even one image fits").contains("days");
  }
}
