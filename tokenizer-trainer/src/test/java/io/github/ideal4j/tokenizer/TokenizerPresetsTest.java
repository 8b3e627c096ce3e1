package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.golden.ProjectFiles;
import io.github.ideal4j.quantizer.QuantizerConfig;
import io.github.ideal4j.training.Configs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerPresetsTest {

  static List<String> names() {
    return TokenizerTrainingConfig.PRESETS.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyPresetLoadsAndItsGridIsThatOfItsBackbone(String name) {
    TokenizerTrainingConfig config = TokenizerTrainingConfig.PRESETS.load(name, List.of());
    int patch = config.backbone().inputSize() / config.model().grid();
    assertThat(patch).as("patch side of the backbone").isIn(14, 16);
    assertThat(config.backbone().inputSize()).isEqualTo(patch * config.model().grid());
    assertThat(config.loss().lpipsCrop()).isLessThanOrEqualTo(config.model().imageSize());
  }

  /** It was written before these keys were there; what it leaves out is the paper's, or off. */
  @Test
  void aFileOfAnEarlierVersionIsRead() throws IOException {
    Path file = ProjectFiles.find("models/tiny/config.yaml");
    assertThat(Files.readString(file)).doesNotContain("adversarial");
    TokenizerTrainingConfig config = Configs.read(file, TokenizerTrainingConfig.class);
    assertThat(config.model().quantizer()).isEqualTo(QuantizerConfig.PAPER);
    assertThat(config.model().pixelInput()).isEqualTo(TokenizerConfig.PixelInput.DEEP);
    assertThat(config.loss().perceptual()).isEqualTo(LossWeights.Perceptual.SQUEEZE);
    assertThat(config.data().standardize()).isTrue();
    assertThat(config.adversarial().on()).isFalse();
  }

  @Test
  void quantizersThatDoNotFitAreRefusedByName() {
    assertThatThrownBy(() -> load("model.quantizer.kind=FSQ", "model.quantizer.levels=[8,1]"))
        .hasMessageContaining("quantizer.levels")
        .hasMessageContaining("got 1 in [8, 1]");
    assertThatThrownBy(() -> load("model.quantizer.kind=LFQ", "model.codebook.size=1000"))
        .hasMessageContaining("power of two")
        .hasMessageContaining("1000");
    assertThatThrownBy(() -> load("model.quantizer.codebooks=2"))
        .hasMessageContaining("quantizer.codebooks 2");
    assertThatThrownBy(() -> load("loss.perceptual=VGG"))
        .hasMessageContaining("loss.perceptualWeights");
    assertThatThrownBy(() -> load("adversarial.generatorStart=3"))
        .hasMessageContaining("generatorStart must not come before discriminatorStart");
  }

  private static TokenizerTrainingConfig load(String... overrides) {
    return TokenizerTrainingConfig.PRESETS.load("tiny", List.of(overrides));
  }
}
