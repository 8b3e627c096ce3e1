package io.github.ideal4j.tribuo.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.TinyEncoder;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.Tokens;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.ONNXExportable;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Prediction;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.classification.sgd.fm.FMClassificationTrainer;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.classification.sgd.objectives.Hinge;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.ensemble.BaggingTrainer;
import org.tribuo.interop.onnx.LabelTransformer;
import org.tribuo.interop.onnx.ONNXExternalModel;
import org.tribuo.interop.onnx.RegressorTransformer;
import org.tribuo.math.distance.DistanceType;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.multilabel.sgd.objectives.BinaryCrossEntropy;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.sgd.fm.FMRegressionTrainer;
import org.tribuo.regression.sgd.objectives.SquaredLoss;
import org.tribuo.regression.slm.ElasticNetCDTrainer;
import org.tribuo.test.Helpers;

class FusedClassifierTest {

  private static final SessionSettings ONE_THREAD = SessionSettings.cpu().withThreads(1);

  @TempDir Path folder;

  private static List<RgbImage> images(int count, long seed) {
    Random random = new Random(seed);
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(TinyEncoder.image(i % 3, random));
    }
    return images;
  }

  private static AdaGrad adaGrad() {
    return new AdaGrad(0.1);
  }

  private Path tokens(Bundle bundle, List<String> labels) throws IOException {
    int[][] tokens;
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, ONE_THREAD)) {
      tokens = tokenizer.encode(images(90, 1));
    }
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      rows.add(TokenRow.of(i, new TokenGrid(3, 3, tokens[i])).withLabel(labels.get(i % 3)));
    }
    return Tokens.write(folder.resolve("train.arrow"), bundle.tokenizer(), rows);
  }

  private <T extends Output<T>> TokenModel<T> train(
      Bundle bundle,
      String features,
      OutputFactory<T> factory,
      Trainer<T> trainer,
      List<String> labels)
      throws IOException {
    Path file = tokens(bundle, labels);
    return TokenModel.train(
        trainer,
        new TokenDataSource<>(
            file,
            factory,
            FeatureSpec.parse(features).featurizers(FeatureFiles.of(bundle.folder(), file)),
            TokenOutputs.labels()));
  }

  private TokenModel<Label> train(Bundle bundle, String features) throws IOException {
    return train(
        bundle,
        features,
        new LabelFactory(),
        new LogisticRegressionTrainer(),
        List.of("kind \"0\"", "kind \"1\"", "kind \"2\""));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "boc",
        "boc:count",
        "boc:binary",
        "boc:log",
        "boc:l1",
        "boc:l2",
        "tfidf",
        "pyramid",
        "pyramid:3",
        "bigrams:2048",
        "positional:0",
        "pooled",
        "pooled:max,mean,std",
        "decoded",
        "pooled+boc+bigrams:64+decoded+pyramid"
      })
  void oneFileSaysWhatTokenizerAndTribuoSay(String features) throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    Path file = folder.resolve("fused.onnx");
    FusedClassifier.Check check =
        FusedClassifier.write(
            bundle, train(bundle, features), images(40, 2), SessionSettings.cpu(), file);
    assertThat(check.photographs()).isEqualTo(40);
    assertThat(check.largestDifference()).isLessThan(1e-5);
    try (ClassifierSession session = ClassifierSession.open(file, ONE_THREAD)) {
      assertThat(session.outputs()).contains("kind \"0\"", "kind \"1\"", "kind \"2\"");
      ClassifiedImages found = session.classify(images(30, 3));
      int right = 0;
      for (int i = 0; i < 30; i++) {
        String label = session.outputs().get(found.labels()[i]);
        right += label.equals("kind \"" + i % 3 + "\"") ? 1 : 0;
      }
      assertThat(right).isGreaterThan(18);
    }
  }

  private static Stream<Arguments> trainers() {
    LabelFactory label = new LabelFactory();
    RegressionFactory number = new RegressionFactory();
    List<String> names = List.of("a", "b", "c");
    List<String> numbers = List.of("-1.5", "0.25", "20");
    List<String> pairs = List.of("x=1,y=2", "x=3,y=-4", "x=5,y=0.5");
    List<String> several = List.of("red", "red,round", "square");
    LinearSGDTrainer hinge = new LinearSGDTrainer(new Hinge(), adaGrad(), 5, 1L);
    return Stream.of(
        Arguments.of("logistic", label, new LogisticRegressionTrainer(), names),
        Arguments.of("hinge", label, hinge, names),
        Arguments.of(
            "factorization machine",
            label,
            new FMClassificationTrainer(new LogMulticlass(), adaGrad(), 5, 1000, 1, 1L, 4, 0.1),
            names),
        Arguments.of("LibLinear", label, new LibLinearClassificationTrainer(), names),
        Arguments.of(
            "LibLinear, logistic",
            label,
            new LibLinearClassificationTrainer(
                new LinearClassificationType(LinearClassificationType.LinearType.L2R_LR),
                1,
                100,
                0.01),
            names),
        Arguments.of(
            "bagged, voting",
            label,
            new BaggingTrainer<>(new LogisticRegressionTrainer(), new VotingCombiner(), 4),
            names),
        Arguments.of(
            "bagged, averaged",
            label,
            new BaggingTrainer<>(
                new LogisticRegressionTrainer(), new FullyWeightedVotingCombiner(), 4),
            names),
        Arguments.of(
            "linear regression",
            number,
            new org.tribuo.regression.sgd.linear.LinearSGDTrainer(
                new SquaredLoss(), adaGrad(), 5, 1000, 1, 1L),
            numbers),
        Arguments.of(
            "linear regression of two",
            number,
            new org.tribuo.regression.sgd.linear.LinearSGDTrainer(
                new SquaredLoss(), adaGrad(), 5, 1000, 1, 1L),
            pairs),
        Arguments.of(
            "factorization machine regression",
            number,
            new FMRegressionTrainer(new SquaredLoss(), adaGrad(), 5, 1000, 1, 1L, 4, 0.1, false),
            numbers),
        Arguments.of("elastic net", number, new ElasticNetCDTrainer(1e-3, 0.5), numbers),
        Arguments.of(
            "multi-label",
            new MultiLabelFactory(),
            new org.tribuo.multilabel.sgd.linear.LinearSGDTrainer(
                new BinaryCrossEntropy(), adaGrad(), 5, 1000, 1, 1L),
            several));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trainers")
  <T extends Output<T>> void everyModelThatTribuoExportsIsFused(
      String name, OutputFactory<T> factory, Trainer<T> trainer, List<String> labels)
      throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    TokenModel<T> model = train(bundle, "boc+pooled", factory, trainer, labels);
    Path file = folder.resolve("fused.onnx");
    FusedClassifier.Check check =
        FusedClassifier.write(bundle, model, images(400, 2), SessionSettings.cpu(), file);
    assertThat(check.photographs()).isEqualTo(400);
    assertThat(check.largestDifference()).isLessThan(2e-4);
    try (ClassifierSession session = ClassifierSession.open(file, ONE_THREAD)) {
      assertThat(session.outputs()).hasSize(model.tribuo().getOutputIDInfo().size());
      assertThat(session.scores(images(2, 4))).hasDimensions(2, session.outputs().size());
      if (!session.kind().equals("classification")) {
        assertThatThrownBy(() -> session.classify(images(1, 1)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("made for " + session.kind());
      }
    }
  }

  @Test
  void otherModelsAreRefusedWithTheKindsThatCan() throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    Path file = folder.resolve("fused.onnx");
    TokenModel<Label> tree =
        train(
            bundle,
            "boc",
            new LabelFactory(),
            new CARTClassificationTrainer(),
            List.of("a", "b", "c"));
    assertThatThrownBy(() -> FusedClassifier.write(bundle, tree, images(1, 2), ONE_THREAD, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a TreeModel cannot be fused")
        .hasMessageContaining("LibLinear, and weighted ensembles of these can");
    TokenModel<Label> forest =
        train(
            bundle,
            "boc",
            new LabelFactory(),
            new BaggingTrainer<>(new CARTClassificationTrainer(), new VotingCombiner(), 2),
            List.of("a", "b", "c"));
    assertThatThrownBy(() -> FusedClassifier.write(bundle, forest, images(1, 2), ONE_THREAD, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a TreeModel cannot be fused")
        .hasMessageEndingWith("ensembles of these can");
    TokenModel<?> clusters =
        train(
            bundle,
            "boc",
            new ClusteringFactory(),
            new KMeansTrainer(3, 5, DistanceType.L2.getDistance(), 1, 1L),
            List.of("0", "1", "2"));
    assertThatThrownBy(
            () -> FusedClassifier.write(bundle, clusters, images(1, 2), ONE_THREAD, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a KMeansModel cannot be fused");
    assertThat(file).doesNotExist();
  }

  @Test
  void tribuoLoadsTheFileAsAnExternalModel() throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    TokenModel<Label> model = train(bundle, "pyramid");
    Path file = folder.resolve("fused.onnx");
    FusedClassifier.write(bundle, model, images(3, 2), SessionSettings.cpu(), file);
    List<RgbImage> photographs = images(20, 5);
    MutableDataset<Label> data =
        new MutableDataset<>(
            new org.tribuo.provenance.SimpleDataSourceProvenance("photographs", new LabelFactory()),
            new LabelFactory());
    photographs.forEach(image -> data.add(FusedModels.example(image, new Label("kind \"0\""))));
    try (ONNXExternalModel<Label> external =
            FusedModels.load(file, new LabelFactory(), new LabelTransformer());
        ImageTokenizer tokenizer = ImageTokenizer.open(bundle, ONE_THREAD)) {
      int[][] grids = tokenizer.encode(photographs);
      List<Prediction<Label>> batch = external.predict(data);
      for (int i = 0; i < grids.length; i++) {
        Example<Label> example = data.getExample(i);
        Prediction<Label> expected = model.predict(new TokenGrid(3, 3, grids[i]));
        assertThat(external.predict(example).getOutput()).isEqualTo(expected.getOutput());
        assertThat(batch.get(i).getOutput().getScore())
            .isCloseTo(expected.getOutput().getScore(), within(1e-5));
      }
      assertThat(external.getTribuoProvenance()).contains(model.tribuo().getProvenance());
      Helpers.testModelProtoSerialization(external, Label.class, data, 1e-6);
    }
  }

  @Test
  void regressionIsAnExternalModelToo() throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    TokenModel<Regressor> model =
        train(
            bundle,
            "pooled",
            new RegressionFactory(),
            new ElasticNetCDTrainer(1e-3, 0.5),
            List.of("1", "2", "3"));
    Path file = folder.resolve("fused.onnx");
    FusedClassifier.write(bundle, model, images(3, 2), SessionSettings.cpu(), file);
    try (ONNXExternalModel<Regressor> external =
            FusedModels.load(file, new RegressionFactory(), new RegressorTransformer());
        ClassifierSession session = ClassifierSession.open(file, ONE_THREAD)) {
      RgbImage image = images(1, 8).get(0);
      assertThat(
              external
                  .predict(FusedModels.example(image, new Regressor("DIM-0", 0)))
                  .getOutput()
                  .getValues()[0])
          .isCloseTo(session.scores(List.of(image))[0][0], within(1e-6));
    }
  }

  @Test
  void transformersAreSavedAndConfigured() {
    Helpers.testProtoSerialization(new PhotographTransformer(12, 12));
    Helpers.testConfigurableRoundtrip(new PhotographTransformer(12, 12));
    Helpers.testProvenanceMarshalling(new PhotographTransformer(12, 12).getProvenance());
    ScoresTransformer<Label> scores = new ScoresTransformer<>(new LabelTransformer());
    Helpers.testConfigurableRoundtrip(scores);
    Helpers.testProvenanceMarshalling(scores.getProvenance());
    assertThat((Object) org.tribuo.protos.ProtoUtil.deserialize(scores.serialize()))
        .isInstanceOf(ScoresTransformer.class);
  }

  @Test
  void metadataTellsOutputsAndProvenance() throws Exception {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    TokenModel<Label> model = train(bundle, "pyramid");
    Path file = folder.resolve("fused.onnx");
    FusedClassifier.write(bundle, model, images(3, 2), SessionSettings.cpu(), file);
    Map<String, String> metadata =
        ModelProto.parseFrom(Files.readAllBytes(file)).getMetadataPropsList().stream()
            .collect(
                Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    assertThat(metadata)
        .containsEntry("ideal.features", "pyramid")
        .containsEntry("ideal.kind", "classification")
        .containsEntry("ideal.tokenizer", "tiny")
        .containsEntry("ideal.tokenizer_sha256", bundle.tokenizer().sha256());
    assertThat(
            ONNXExportable.SERIALIZER.deserializeAndUnmarshal(
                metadata.get(ONNXExportable.PROVENANCE_METADATA_FIELD)))
        .isEqualTo(model.tribuo().getProvenance());
  }

  @Test
  void modelOfAnotherTokenizerIsRefusedByName() throws IOException {
    TokenModel<Label> model = train(TinyEncoder.bundle(folder.resolve("bundle"), "tiny"), "boc");
    Bundle other = TinyEncoder.bundle(folder.resolve("other"), "another");
    Path file = folder.resolve("fused.onnx");
    assertThatThrownBy(
            () -> FusedClassifier.write(other, model, images(1, 2), SessionSettings.cpu(), file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'another'")
        .hasMessageContaining("trained on tokens of 'tiny'");
    assertThat(file).doesNotExist();
  }

  @Test
  void imageOfAnotherSizeIsRefused() throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    Path file = folder.resolve("fused.onnx");
    FusedClassifier.write(bundle, train(bundle, "boc"), images(3, 2), SessionSettings.cpu(), file);
    try (ClassifierSession session = ClassifierSession.open(file, ONE_THREAD)) {
      assertThatThrownBy(() -> session.classify(List.of(new RgbImage(2, 1, new byte[6]))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 x 1")
          .hasMessageContaining("takes 12 x 12");
    }
  }

  @Test
  void otherModelsAreNoClassifiers() throws IOException {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    assertThatThrownBy(() -> ClassifierSession.open(bundle.file(BundleFiles.ENCODER), ONE_THREAD))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("encoder.onnx is no fused classifier");
  }

  @Test
  void noTrainingEngineIsOnTheClassPath() {
    assertThatThrownBy(() -> Class.forName("ai.djl.ndarray.NDArray"))
        .isInstanceOf(ClassNotFoundException.class);
    assertThat(System.getProperty("java.class.path")).doesNotContain("djl");
  }
}
