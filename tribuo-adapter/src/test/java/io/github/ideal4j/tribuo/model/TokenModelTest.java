package io.github.ideal4j.tribuo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tribuo.TinyEncoder;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.Tokens;
import io.github.ideal4j.tribuo.features.BagOfCodes;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import io.github.ideal4j.tribuo.features.Weighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.evaluation.RegressionEvaluation;
import org.tribuo.regression.sgd.linear.LinearSGDTrainer;
import org.tribuo.regression.sgd.objectives.SquaredLoss;

class TokenModelTest {

  @TempDir Path folder;

  private Path tokens(String name, int rows, long seed) throws IOException {
    return Tokens.write(
        folder.resolve(name), Tokens.TOKENIZER, Tokens.rows(Tokens.TOKENIZER, 4, rows, seed));
  }

  private static TokenModel<Label> train(Path tokens, String features) {
    return TokenClassifier.train(
        tokens,
        FeatureSpec.parse(features),
        new FeatureFiles(Optional.empty(), Optional.of(tokens)),
        1,
        Progress.silent());
  }

  private static List<String> labels(TokenModel<?> model, Path tokens) throws IOException {
    try (TokenDataset data = TokenDataset.open(tokens)) {
      return model.predict(data).stream().map(row -> row.getOutput().toString()).toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"boc", "boc:l2", "pyramid", "boc:log+pyramid", "tfidf", "bigrams:512+boc"})
  void classesAreLearnedFromTokens(String features) throws IOException {
    TokenModel<Label> model = train(tokens("train.arrow", 200, 1), features);
    assertThat(model.tribuo().getOutputIDInfo().size()).isEqualTo(4);
    try (TokenDataset test = TokenDataset.open(tokens("test.arrow", 100, 2))) {
      ClassifierEvaluation evaluation = TokenClassifier.evaluate(model, test);
      assertThat(evaluation.accuracy()).isGreaterThan(0.8);
      assertThat(evaluation.classMeanAccuracy()).isCloseTo(evaluation.accuracy(), within(1e-9));
      assertThat(evaluation.majorityBaseline()).isEqualTo(0.25);
    }
  }

  @Test
  void savedModelSaysTheSameWithoutItsTokens() throws IOException {
    Path tokens = tokens("train.arrow", 100, 1);
    TokenModel<Label> model = train(tokens, "boc:log+tfidf+pyramid");
    Path file = folder.resolve("model.tribuo");
    model.save(file);
    List<String> before = labels(model, tokens);
    Path moved = Files.move(tokens, folder.resolve("moved.arrow"));
    TokenModel<Label> loaded = TokenModel.load(file).castTo(Label.class);
    assertThat(loaded.features()).hasToString("boc:log+tfidf+pyramid");
    assertThat(loaded.tokenizer()).isEqualTo(Tokens.TOKENIZER);
    assertThat(labels(loaded, moved)).isEqualTo(before);
    try (TokenDataset data = TokenDataset.open(moved)) {
      Prediction<Label> third = loaded.predict(data).get(3);
      assertThat(third.getExample().getMetadata())
          .containsEntry("id", 103L)
          .containsEntry("path", "image 3.jpg");
      assertThat(third.getOutput().getScore()).isBetween(0.25, 1.0);
    }
  }

  @Test
  void anyTrainerAndAnyOutputWill() throws IOException {
    Path tokens = tokens("train.arrow", 100, 1);
    TokenDataSource<Label> source =
        new TokenDataSource<>(
            tokens,
            new org.tribuo.classification.LabelFactory(),
            List.of(new BagOfCodes(Weighting.COUNT)));
    Path file = folder.resolve("tree.tribuo");
    TokenModel.train(new CARTClassificationTrainer(), source).save(file);
    try (TokenDataset data = TokenDataset.open(tokens)) {
      TokenModel<Label> tree = TokenModel.load(file).castTo(Label.class);
      assertThat(TokenClassifier.evaluate(tree, data).accuracy()).isGreaterThan(0.9);
    }
  }

  /** The number of tokens that are code 3. */
  @Test
  void numbersAreLearnedFromTokens() throws IOException {
    Random random = new Random(1);
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int[] grid = random.ints(16, 0, 16).toArray();
      long threes = Arrays.stream(grid).filter(token -> token == 3).count();
      rows.add(
          TokenRow.of(i, new TokenGrid(4, 4, grid)).withLabel(Double.toString((double) threes)));
    }
    Path file = Tokens.write(folder.resolve("n.arrow"), Tokens.TOKENIZER, rows);
    TokenDataSource<Regressor> source =
        new TokenDataSource<>(
            file, new RegressionFactory(), List.of(new BagOfCodes(Weighting.COUNT)));
    TokenModel<Regressor> model =
        TokenModel.train(
            new LinearSGDTrainer(
                new SquaredLoss(), new org.tribuo.math.optimisers.AdaGrad(0.1), 50, 1000, 1, 1L),
            source);
    Path saved = folder.resolve("regression.tribuo");
    model.save(saved);
    TokenModel<?> loaded = TokenModel.load(saved);
    assertThatThrownBy(() -> loaded.castTo(Label.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("are not of kind Label");
    try (TokenDataset data = TokenDataset.open(file)) {
      RegressionEvaluation evaluation =
          (RegressionEvaluation)
              loaded.castTo(Regressor.class).evaluate(data, TokenOutputs.labels());
      assertThat(evaluation.averageR2()).isGreaterThan(0.95);
    }
  }

  @Test
  void equalSeedsGiveEqualModels() throws IOException {
    Path tokens = tokens("train.arrow", 60, 1);
    assertThat(((LinearSGDModel) train(tokens, "boc").tribuo()).getWeightsCopy())
        .isEqualTo(((LinearSGDModel) train(tokens, "boc").tribuo()).getWeightsCopy());
  }

  @Test
  void bundleMayMoveButNotChange() throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    TokenizerInfo tokenizer = bundle.tokenizer();
    Path tokens =
        Tokens.write(folder.resolve("t.arrow"), tokenizer, Tokens.rows(tokenizer, 2, 100, 1));
    TokenModel<Label> model =
        TokenClassifier.train(
            tokens,
            FeatureSpec.parse("pooled+decoded+boc"),
            FeatureFiles.of(bundle.folder(), tokens),
            1,
            Progress.silent());
    Path file = folder.resolve("model.tribuo");
    model.save(file);
    List<String> before = labels(model, tokens);
    Path moved = Files.move(bundle.folder(), folder.resolve("moved"));
    assertThatThrownBy(() -> TokenModel.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("model.tribuo")
        .hasMessageContaining("codebook.safetensors");
    assertThat(labels(TokenModel.load(file, Optional.of(moved)), tokens)).isEqualTo(before);
    Files.write(moved.resolve("decoder.onnx"), new byte[] {1});
    assertThatThrownBy(() -> TokenModel.load(file, Optional.of(moved)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sha256");
  }

  @Test
  void tokensOfAnotherTokenizerAreRefusedByName() throws IOException {
    TokenModel<Label> model = train(tokens("train.arrow", 40, 1), "boc");
    TokenizerInfo other = new TokenizerInfo("other", "cd".repeat(32), 16, 4, 4, 8, 8);
    Path file = Tokens.write(folder.resolve("other.arrow"), other, Tokens.rows(other, 4, 4, 1));
    try (TokenDataset data = TokenDataset.open(file)) {
      assertThatThrownBy(() -> model.predict(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other.arrow has tokens of 'other' (cdcdcdcdcdcd)")
          .hasMessageContaining("trained on tokens of 'tiny-test' (abababababab)");
    }
  }

  /** Tribuo itself refuses an example without a known feature. */
  @Test
  void imageOfUnseenCodesGetsTheClassThatTheBiasPrefers() throws IOException {
    int[] ones = new int[16];
    Arrays.fill(ones, 1);
    List<TokenRow> rows =
        List.of(
            TokenRow.of(1, Tokens.grid(new int[16])).withLabel("a"),
            TokenRow.of(2, Tokens.grid(new int[16])).withLabel("a"),
            TokenRow.of(3, Tokens.grid(ones)).withLabel("b"));
    Path file = Tokens.write(folder.resolve("few.arrow"), Tokens.TOKENIZER, rows);
    int[] nines = new int[16];
    Arrays.fill(nines, 9);
    Prediction<Label> prediction = train(file, "boc").predict(Tokens.grid(nines));
    assertThat(prediction.getOutputScores().values().stream().mapToDouble(Label::getScore).sum())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void imagesOfUnknownClassesAreMissed() throws IOException {
    TokenModel<Label> model = train(tokens("train.arrow", 40, 1), "boc");
    List<TokenRow> rows = new ArrayList<>(Tokens.rows(Tokens.TOKENIZER, 4, 40, 2));
    rows.add(TokenRow.of(7, Tokens.grid(new int[16])).withLabel("unknown"));
    Path file = Tokens.write(folder.resolve("test.arrow"), Tokens.TOKENIZER, rows);
    try (TokenDataset data = TokenDataset.open(file)) {
      ClassifierEvaluation evaluation = TokenClassifier.evaluate(model, data);
      assertThat(evaluation.images()).isEqualTo(41);
      assertThat(evaluation.classMeanAccuracy()).isLessThanOrEqualTo(0.8);
      assertThatThrownBy(() -> model.evaluate(data, TokenOutputs.labels()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("test.arrow has images of the class 'unknown'");
    }
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
    assertThatThrownBy(() -> TokenModel.load(file))
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
