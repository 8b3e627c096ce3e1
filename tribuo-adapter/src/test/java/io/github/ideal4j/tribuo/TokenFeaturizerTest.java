package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFeaturizerTest {

  private static final TokenizerInfo SMALL = new TokenizerInfo("small", "", 12, 2, 2, 0, 0);

  private static FeatureSink extract(TokenFeaturizer featurizer, int... tokens) {
    FeatureSink sink = new FeatureSink();
    featurizer.prepare(SMALL).extract(tokens, sink);
    return sink;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "count, 3, 1",
    "binary, 1, 1",
    "log, 1.3862943611, 0.6931471806",
    "l1, 0.75, 0.25",
    "l2, 0.9486832981, 0.3162277660",
    "hellinger, 0.8660254038, 0.5",
  })
  void weightingDecidesWhatBecomesOfCounts(String name, double three, double one) {
    FeatureSink sink = extract(new BagOfCodes(Weighting.parse(name)), 7, 2, 7, 7);
    assertThat(sink.names()).containsExactly("boc-0002", "boc-0007");
    assertThat(sink.values()).containsExactly(new double[] {one, three}, within(1e-9));
  }

  @Test
  void pyramidKeepsWhereTheCodesAre() {
    FeatureSink sink = extract(new SpatialPyramid(), 7, 2, 7, 7);
    assertThat(sink.names())
        .containsExactly(
            "sp-0-0002", "sp-0-0007", "sp-1-0007", "sp-2-0002", "sp-3-0007", "sp-4-0007");
    // The whole has length 1, four quarters of length 0.5 each: together sqrt(2).
    double length = Math.sqrt(2);
    assertThat(sink.values())
        .containsExactly(
            new double[] {
              0.5 / length,
              Math.sqrt(0.75) / length,
              0.5 / length,
              0.5 / length,
              0.5 / length,
              0.5 / length
            },
            within(1e-12));
  }

  @Test
  void pooledIsTheMeanVectorOfLengthOne(@TempDir Path folder) throws IOException {
    float[] vectors = new float[12 * 2];
    vectors[2 * 7] = 1;
    vectors[2 * 2 + 1] = -4;
    Path file = folder.resolve("codebook.safetensors");
    SafetensorsWriter.write(file, Map.of("codebook", Tensor.of(vectors, 12, 2)), Map.of());
    FeatureSink sink = extract(new PooledCodebook(file), 7, 2, 7, 7);
    assertThat(sink.names()).containsExactly("pool-0000", "pool-0001");
    assertThat(sink.values()).containsExactly(new double[] {0.6, -0.8}, within(1e-9));
    TokenizerInfo other = new TokenizerInfo("large", "", 99, 2, 2, 0, 0);
    assertThatThrownBy(() -> new PooledCodebook(file).prepare(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 12 codes, but tokenizer 'large' has 99");
  }

  @Test
  void namesSortAsTheirCodesInLargeCodebooks() {
    TokenizerInfo large = new TokenizerInfo("large", "", 16_384, 2, 2, 0, 0);
    assertThat(new BagOfCodes(Weighting.L2).prepare(large).names())
        .isSorted()
        .hasSize(16_384)
        .contains("boc-00042");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "boc, boc:hellinger",
    "boc:l2, boc:l2",
    "pyramid, pyramid",
    "pyramid + boc:log, pyramid+boc:log"
  })
  void specificationsAreRead(String text, String expected) {
    assertThat(
            FeatureSpec.parse(text).featurizers(Optional.empty()).stream()
                .map(TokenFeaturizer::spec))
        .containsExactly(expected.split("\\+"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "bag, features 'bag' are unknown; valid are boc",
    "boc:l3, 'l3' is unknown; valid are [count",
    "boc+, features '' are unknown",
    "boc+boc:l2, features 'boc' are asked for twice",
    "pyramid:l2, features 'pyramid:l2' are unknown",
  })
  void wrongSpecificationsAreRefusedWithTheValidOnes(String text, String message) {
    assertThatThrownBy(() -> FeatureSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void pooledAsksForACodebook() {
    assertThatThrownBy(() -> FeatureSpec.parse("pooled").featurizers(Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("codebook.safetensors");
  }
}
