package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.ONNXExportable;

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

  private TokenClassifier train(Bundle bundle, String features) throws IOException {
    int[][] tokens;
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, ONE_THREAD)) {
      tokens = tokenizer.encode(images(90, 1));
    }
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      rows.add(TokenRow.of(i, new TokenGrid(3, 3, tokens[i])).withLabel("kind \"" + i % 3 + "\""));
    }
    Path file = Tokens.write(folder.resolve("train.arrow"), bundle.tokenizer(), rows);
    return TokenClassifier.train(
        file,
        FeatureSpec.parse(features),
        Optional.of(bundle.file(BundleFiles.CODEBOOK)),
        1,
        Progress.silent());
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
        "pyramid",
        "pooled",
        "pooled+boc+pyramid"
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
      assertThat(session.classes()).contains("kind \"0\"", "kind \"1\"", "kind \"2\"");
      ClassifiedImages found = session.classify(images(30, 3));
      int right = 0;
      for (int i = 0; i < 30; i++) {
        String label = session.classes().get(found.labels()[i]);
        right += label.equals("kind \"" + i % 3 + "\"") ? 1 : 0;
      }
      assertThat(right).isGreaterThan(20);
    }
  }

  @Test
  void metadataTellsClassesAndProvenance() throws Exception {
    Bundle bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    TokenClassifier classifier = train(bundle, "pyramid");
    Path file = folder.resolve("fused.onnx");
    FusedClassifier.write(bundle, classifier, images(3, 2), SessionSettings.cpu(), file);
    Map<String, String> metadata =
        ModelProto.parseFrom(Files.readAllBytes(file)).getMetadataPropsList().stream()
            .collect(
                Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    assertThat(metadata)
        .containsEntry("ideal.features", "pyramid")
        .containsEntry("ideal.tokenizer", "tiny")
        .containsEntry("ideal.tokenizer_sha256", bundle.tokenizer().sha256());
    assertThat(
            ONNXExportable.SERIALIZER.deserializeAndUnmarshal(
                metadata.get(ONNXExportable.PROVENANCE_METADATA_FIELD)))
        .isEqualTo(classifier.tribuo().getProvenance());
  }

  @Test
  void classifierOfAnotherTokenizerIsRefusedByName() throws IOException {
    TokenClassifier classifier = train(TinyEncoder.bundle(folder.resolve("bundle"), "tiny"), "boc");
    Bundle other = TinyEncoder.bundle(folder.resolve("other"), "another");
    Path file = folder.resolve("fused.onnx");
    assertThatThrownBy(
            () ->
                FusedClassifier.write(other, classifier, images(1, 2), SessionSettings.cpu(), file))
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
