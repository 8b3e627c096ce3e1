package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenClassifierTest {

  @TempDir Path folder;

  private Path tokens(String name, int rows, long seed) throws IOException {
    return Tokens.write(
        folder.resolve(name), Tokens.TOKENIZER, Tokens.rows(Tokens.TOKENIZER, 4, rows, seed));
  }

  private static TokenClassifier train(Path tokens, String features) throws IOException {
    return TokenClassifier.train(
        tokens, FeatureSpec.parse(features), Optional.empty(), 1, Progress.silent());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"boc", "boc:l2", "pyramid", "boc:log+pyramid"})
  void classesAreLearnedFromTokens(String features) throws IOException {
    TokenClassifier classifier = train(tokens("train.arrow", 200, 1), features);
    assertThat(classifier.classes()).hasSize(4);
    try (TokenDataset test = TokenDataset.open(tokens("test.arrow", 100, 2))) {
      ClassifierEvaluation evaluation = classifier.evaluate(test);
      assertThat(evaluation.accuracy()).isGreaterThan(0.8);
      assertThat(evaluation.classMeanAccuracy()).isCloseTo(evaluation.accuracy(), within(1e-9));
      assertThat(evaluation.majorityBaseline()).isEqualTo(0.25);
    }
  }

  @Test
  void savedModelSaysTheSameWithoutItsTokens() throws IOException {
    Path tokens = tokens("train.arrow", 100, 1);
    TokenClassifier classifier = train(tokens, "boc:log+pyramid");
    Path file = folder.resolve("model.tribuo");
    classifier.save(file);
    List<LabelPrediction> before;
    try (TokenDataset data = TokenDataset.open(tokens)) {
      before = classifier.predict(data);
    }
    Files.move(tokens, folder.resolve("moved.arrow"));
    TokenClassifier loaded = TokenClassifier.load(file);
    assertThat(loaded.spec()).isEqualTo("boc:log+pyramid");
    assertThat(loaded.tokenizer()).isEqualTo(Tokens.TOKENIZER);
    try (TokenDataset data = TokenDataset.open(folder.resolve("moved.arrow"))) {
      assertThat(loaded.predict(data)).isEqualTo(before);
    }
    assertThat(before.get(3).id()).isEqualTo(103);
    assertThat(before.get(3).path()).contains("image 3.jpg");
    assertThat(before.get(3).probability()).isBetween(0.25, 1.0);
  }

  @Test
  void equalSeedsGiveEqualModels() throws IOException {
    Path tokens = tokens("train.arrow", 60, 1);
    assertThat(train(tokens, "boc").tribuo().getWeightsCopy())
        .isEqualTo(train(tokens, "boc").tribuo().getWeightsCopy());
  }

  @Test
  void codebookMayMoveButNotChange() throws IOException {
    float[] vectors = new float[16 * 16];
    for (int i = 0; i < 16; i++) {
      vectors[17 * i] = 1;
    }
    Path codebook = folder.resolve("codebook.safetensors");
    SafetensorsWriter.write(codebook, Map.of("codebook", Tensor.of(vectors, 16, 16)), Map.of());
    Path tokens = tokens("train.arrow", 200, 1);
    FeatureSpec spec = FeatureSpec.parse("pooled+boc");
    TokenClassifier classifier =
        TokenClassifier.train(tokens, spec, Optional.of(codebook), 1, Progress.silent());
    Path file = folder.resolve("model.tribuo");
    classifier.save(file);
    Path moved = Files.move(codebook, folder.resolve("moved.safetensors"));
    assertThatThrownBy(() -> TokenClassifier.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("codebook.safetensors");
    TokenClassifier loaded = TokenClassifier.load(file, Optional.of(moved));
    try (TokenDataset data = TokenDataset.open(tokens)) {
      assertThat(loaded.predict(data)).isEqualTo(classifier.predict(data));
      assertThat(loaded.evaluate(data).accuracy()).isGreaterThan(0.8);
    }
    vectors[5] = 1;
    SafetensorsWriter.write(moved, Map.of("codebook", Tensor.of(vectors, 16, 16)), Map.of());
    assertThatThrownBy(() -> TokenClassifier.load(file, Optional.of(moved)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sha256");
  }

  @Test
  void tokensOfAnotherTokenizerAreRefusedByName() throws IOException {
    TokenClassifier classifier = train(tokens("train.arrow", 40, 1), "boc");
    TokenizerInfo other = new TokenizerInfo("other", "cd".repeat(32), 16, 4, 4, 8, 8);
    Path file = Tokens.write(folder.resolve("other.arrow"), other, Tokens.rows(other, 4, 4, 1));
    try (TokenDataset data = TokenDataset.open(file)) {
      assertThatThrownBy(() -> classifier.predict(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other.arrow has tokens of 'other' (cdcdcdcdcdcd)")
          .hasMessageContaining("trained on tokens of 'tiny-test' (abababababab)");
    }
  }

  /** Tribuo itself refuses an example without a known feature. */
  @Test
  void imageOfUnseenCodesGetsTheClassThatTheBiasPrefers() throws IOException {
    List<TokenRow> rows =
        List.of(
            TokenRow.of(1, Tokens.grid(new int[16])).withLabel("a"),
            TokenRow.of(2, Tokens.grid(new int[16])).withLabel("a"),
            TokenRow.of(3, Tokens.grid(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))
                .withLabel("b"));
    Path file = Tokens.write(folder.resolve("few.arrow"), Tokens.TOKENIZER, rows);
    TokenClassifier classifier = train(file, "boc");
    double[] probabilities =
        classifier.probabilities(Tokens.grid(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9));
    assertThat(probabilities).hasSize(2);
    assertThat(probabilities[0] + probabilities[1]).isCloseTo(1, within(1e-12));
  }

  @Test
  void oneClassIsNotEnough() throws IOException {
    Path file =
        Tokens.write(
            folder.resolve("one.arrow"), Tokens.TOKENIZER, Tokens.rows(Tokens.TOKENIZER, 1, 9, 1));
    assertThatThrownBy(() -> train(file, "boc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two classes");
  }

  @Test
  void otherFilesAreNoModels() throws IOException {
    Path file = Files.writeString(folder.resolve("text.tribuo"), "no model");
    assertThatThrownBy(() -> TokenClassifier.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text.tribuo is no Tribuo model");
  }

  @Test
  void evaluationCountsClassesAlike() {
    ClassifierEvaluation evaluation =
        ClassifierEvaluation.of(List.of("a", "a", "a", "b"), List.of("a", "a", "b", "b"), "a");
    assertThat(evaluation.accuracy()).isEqualTo(0.75);
    assertThat(evaluation.classMeanAccuracy()).isCloseTo((2 / 3.0 + 1) / 2, within(1e-12));
    assertThat(evaluation.majorityBaseline()).isEqualTo(0.75);
  }
}
