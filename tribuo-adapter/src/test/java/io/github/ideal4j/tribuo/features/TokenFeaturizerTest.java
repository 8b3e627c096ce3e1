package io.github.ideal4j.tribuo.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.tribuo.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the features are, computed by hand. {@link FeatureContractTest} holds what all share. */
class TokenFeaturizerTest {

  private static final TokenizerInfo SMALL = new TokenizerInfo("small", "", 12, 2, 2, 0, 0);

  @TempDir Path folder;

  private static FeatureSink extract(TokenFeaturizer featurizer, int... tokens) {
    FeatureSink sink = new FeatureSink();
    featurizer.prepare(SMALL).extract(tokens, sink);
    return sink;
  }

  private Path codebook() throws IOException {
    float[] vectors = new float[12 * 2];
    vectors[2 * 7] = 1;
    vectors[2 * 2 + 1] = -4;
    Path file = folder.resolve("codebook.safetensors");
    SafetensorsWriter.write(file, Map.of("codebook", Tensor.of(vectors, 12, 2)), Map.of());
    return file;
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
            "sp0-0-0-0002",
            "sp0-0-0-0007",
            "sp1-0-0-0007",
            "sp1-0-1-0002",
            "sp1-1-0-0007",
            "sp1-1-1-0007");
    // The whole has length 1, four quarters of length 0.5 each: together sqrt(2).
    double length = Math.sqrt(2);
    double half = 0.5 / length;
    assertThat(sink.values())
        .containsExactly(
            new double[] {half, Math.sqrt(0.75) / length, half, half, half, half}, within(1e-7));
  }

  @Test
  void thirdLevelOfAPyramidWeighsAsMuchAsTheOthersTogether() {
    TokenizerInfo grid = new TokenizerInfo("grid", "", 5, 8, 8, 0, 0);
    FeatureSink sink = new FeatureSink();
    new SpatialPyramid(3).prepare(grid).extract(new int[64], sink);
    double[] squares = new double[3];
    for (int i = 0; i < sink.size(); i++) {
      squares[sink.name(i).charAt(2) - '0'] += sink.values()[i] * sink.values()[i];
    }
    assertThat(squares).containsExactly(new double[] {0.25, 0.25, 0.5}, within(1e-6));
  }

  @Test
  void bigramsTellRightFromBelow() {
    // 1 2      right: 1-2 and 2-1, below: 1-2 and 2-1
    // 2 1
    TokenFeatures features = new SpatialBigrams(1 << 20).prepare(SMALL);
    CodeHash hash = new CodeHash(1 << 20);
    FeatureSink sink = new FeatureSink();
    features.extract(new int[] {1, 2, 2, 1}, sink);
    assertThat(sink.names())
        .containsExactlyInAnyOrder(
            features.names().get(hash.of(1 * 12 + 2)),
            features.names().get(hash.of(2 * 12 + 1)),
            features.names().get(hash.of(12 * 12 + 1 * 12 + 2)),
            features.names().get(hash.of(12 * 12 + 2 * 12 + 1)));
    assertThat(sink.values()).containsOnly(0.5);
  }

  @Test
  void hashIsThatOfCarterAndWegman() {
    // By hand with Python's integers: n % p * 1140671485 % p % 65536, p = 2**31 - 1.
    CodeHash hash = new CodeHash(65_536);
    assertThat(hash.of(0)).isZero();
    assertThat(hash.of(1)).isEqualTo(17_405);
    assertThat(hash.of(123_456_789)).isEqualTo(51_573);
    assertThat(hash.of(8_589_934_591L)).isEqualTo(52_216);
  }

  @Test
  void positionalCodesNameCellAndCode() {
    FeatureSink sink = extract(new PositionalCodes(0), 7, 2, 7, 11);
    assertThat(sink.names())
        .containsExactly("pc-000-0007", "pc-001-0002", "pc-002-0007", "pc-003-0011");
    assertThat(sink.values()).containsOnly(0.5);
    TokenizerInfo large = new TokenizerInfo("large", "", 65_536, 16, 16, 0, 0);
    assertThatThrownBy(() -> new PositionalCodes(0).prepare(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16,777,216 features");
  }

  @Test
  void rareCodesCountMoreInTfIdf() throws IOException {
    TokenizerInfo tokenizer = Tokens.TOKENIZER;
    Path file =
        Tokens.write(
            folder.resolve("t.arrow"),
            tokenizer,
            List.of(
                TokenRow.of(1, Tokens.grid(new int[16])),
                TokenRow.of(2, Tokens.grid(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1))));
    FeatureSink sink = new FeatureSink();
    new TfIdf(file)
        .prepare(tokenizer)
        .extract(new int[] {0, 0, 0, 0, 1, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0}, sink);
    // Weights ln(3 / 3) + 1, ln(3 / 2) + 1 and, for a code of no image, ln(3 / 1) + 1.
    double[] raw = {13, 2 * (Math.log(1.5) + 1), Math.log(3) + 1};
    double length = Math.sqrt(raw[0] * raw[0] + raw[1] * raw[1] + raw[2] * raw[2]);
    assertThat(sink.names()).containsExactly("ti-0000", "ti-0001", "ti-0005");
    assertThat(sink.values())
        .containsExactly(
            new double[] {raw[0] / length, raw[1] / length, raw[2] / length}, within(1e-7));
  }

  @Test
  void poolingsOfTheCodebook() throws IOException {
    FeatureSink sink =
        extract(
            new PooledCodebook(codebook(), List.of(Pooling.STD, Pooling.MEAN, Pooling.MAX)),
            7,
            2,
            7,
            7);
    assertThat(sink.names())
        .containsExactly(
            "pool-max-0000",
            "pool-max-0001",
            "pool-mean-0000",
            "pool-mean-0001",
            "pool-std-0000",
            "pool-std-0001");
    // Vectors (1, 0) three times and (0, -4): max (1, 0), mean (0.75, -1), std (0.433, 1.732).
    assertThat(sink.values())
        .containsExactly(
            new double[] {1, 0, 0.6, -0.8, Math.sqrt(0.1875), Math.sqrt(3)}, within(1e-9));
  }

  @Test
  void codebookOfAnotherSizeIsRefused() throws IOException {
    TokenizerInfo other = new TokenizerInfo("large", "", 99, 2, 2, 0, 0);
    PooledCodebook pooled = new PooledCodebook(codebook());
    assertThatThrownBy(() -> pooled.prepare(other))
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
    "pyramid:3, pyramid:3",
    "bigrams:1024+positional:0, bigrams:1024+positional:0",
    "pyramid + boc:log, pyramid+boc:log"
  })
  void specificationsAreRead(String text, String expected) {
    assertThat(
            FeatureSpec.parse(text).featurizers(FeatureFiles.none()).stream()
                .map(TokenFeaturizer::spec))
        .containsExactly(expected.split("\\+"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "bag, features 'bag' are unknown; valid are boc",
    "boc:l3, 'l3' is unknown; valid are [count",
    "boc+, features '' are unknown",
    "boc+boc:l2, features 'boc' are asked for twice",
    "pyramid:l2, the number of levels is not a number",
    "pyramid:9, levels must be 1 to 4",
    "bigrams:1, buckets must be 2 to",
    "pooled:sum, pooling 'sum' is unknown",
    "decoded:3, features 'decoded:3' are unknown",
  })
  void wrongSpecificationsAreRefusedWithTheValidOnes(String text, String message) {
    assertThatThrownBy(() -> FeatureSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "pooled, codebook.safetensors of a bundle",
    "decoded, decoder.onnx of a bundle",
    "prior, prior-score.onnx of a bundle",
    "tfidf, learn from tokens",
  })
  void filesAreAskedForByName(String spec, String message) {
    assertThatThrownBy(() -> FeatureSpec.parse(spec).featurizers(FeatureFiles.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void sameNamesNeedANamespace() {
    List<TokenFeaturizer> twice =
        List.of(new BagOfCodes(Weighting.L1), new BagOfCodes(Weighting.BINARY));
    assertThatThrownBy(() -> new FeatureTable(twice, SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two featurizers make 'boc-0000'");
    FeatureTable table =
        new FeatureTable(List.of(twice.get(0), new Namespaced("has", twice.get(1))), SMALL);
    assertThat(table.names()).hasSize(24).isSorted().contains("boc-0003", "has/boc-0003");
    assertThatThrownBy(() -> new Namespaced("a b", twice.get(0)))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("'a b' is no namespace");
  }

  @Test
  void sparseFeaturesAreNotStandardized() throws IOException {
    Path file =
        Tokens.write(
            folder.resolve("t.arrow"), Tokens.TOKENIZER, Tokens.rows(Tokens.TOKENIZER, 2, 9, 1));
    assertThatThrownBy(() -> new Standardized(new BagOfCodes(Weighting.L1), file))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("features 'boc:l1' are missing in some images");
  }
}
