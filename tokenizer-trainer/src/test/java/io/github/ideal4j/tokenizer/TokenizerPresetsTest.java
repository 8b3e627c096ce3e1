package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
