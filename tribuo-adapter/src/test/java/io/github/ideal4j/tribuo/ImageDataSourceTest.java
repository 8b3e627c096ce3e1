package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.tribuo.features.BagOfCodes;
import io.github.ideal4j.tribuo.features.SpatialPyramid;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import io.github.ideal4j.tribuo.features.Weighting;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.DataSource;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.test.Helpers;

class ImageDataSourceTest {

  private static final List<TokenFeaturizer> FEATURIZERS =
      List.of(new BagOfCodes(Weighting.LOG), new SpatialPyramid());

  @TempDir Path folder;

  private Path photographs;
  private Bundle bundle;

  @BeforeEach
  void makePhotographs() throws IOException {
    photographs = folder.resolve("photographs");
    Random random = new Random(3);
    for (int i = 0; i < 30; i++) {
      Path file = photographs.resolve("kind %d/%02d.png".formatted(i % 3, i));
      Files.createDirectories(file.getParent());
      write(TinyEncoder.image(i % 3, random), file);
    }
    bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
  }

  private static void write(RgbImage image, Path file) throws IOException {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < image.width() * image.height(); i++) {
      int red = image.sample(i % image.width(), i / image.width(), 0);
      picture.setRGB(i % image.width(), i / image.width(), red << 16);
    }
    ImageIO.write(picture, "png", file.toFile());
  }

  private ImageDataSource<Label> source() {
    return new ImageDataSource<>(photographs, bundle.folder(), new LabelFactory(), FEATURIZERS);
  }

  private static List<Example<?>> list(DataSource<?> source) {
    List<Example<?>> examples = new ArrayList<>();
    source.forEach(examples::add);
    return examples;
  }

  @Test
  void photographsAreTokenizedOnce() throws IOException {
    ImageDataSource<Label> first = source();
    assertThat(list(first)).hasSize(30);
    assertThat(first.tokens().getParent()).isEqualTo(folder.toAbsolutePath());
    FileTime old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(first.tokens(), old);
    ImageDataSource<Label> second = source();
    assertThat(list(second)).isEqualTo(list(first));
    assertThat(Files.getLastModifiedTime(second.tokens())).isEqualTo(old);
  }

  @Test
  void otherPhotographsAndOtherBundlesHaveOtherTokens() throws IOException {
    Path before = source().tokens();
    write(TinyEncoder.image(0, new Random(9)), photographs.resolve("kind 0/00.png"));
    Path changed = source().tokens();
    assertThat(changed).isNotEqualTo(before);
    bundle = TinyEncoder.bundle(folder.resolve("other"), "another");
    assertThat(source().tokens()).isNotEqualTo(changed);
    assertThat(before).exists();
  }

  @Test
  void unreadablePhotographsAreLeftOut() throws IOException {
    Files.writeString(photographs.resolve("kind 1/99.png"), "no picture");
    assertThat(list(source())).hasSize(30);
  }

  @Test
  void savedModelKnowsPhotographsAndMakesTheSourceAgain() throws IOException {
    ImageDataSource<Label> source = source();
    Model<Label> model = new LogisticRegressionTrainer().train(new MutableDataset<>(source));
    Helpers.testModelProtoSerialization(model, Label.class, new MutableDataset<>(source));
    Path file = folder.resolve("model.tribuo");
    model.serializeToFile(file);
    assertThat(TokenModel.load(file).tokenizer()).isEqualTo(bundle.tokenizer());
    Files.delete(source.tokens());
    try (ConfigurationManager manager = new ConfigurationManager()) {
      manager.addConfiguration(
          ProvenanceUtil.extractConfiguration(Model.deserializeFromFile(file).getProvenance()));
      ImageDataSource<?> rebuilt = manager.lookupAll(ImageDataSource.class).get(0);
      assertThat(list(rebuilt)).isEqualTo(list(source()));
      TokenSourceProvenance provenance = (TokenSourceProvenance) rebuilt.getProvenance();
      assertThat(provenance.imagesSha256()).hasSize(64);
      assertThat(provenance.rows()).isEqualTo(30);
    }
  }

  @Test
  void missingPhotographsAreNamed() {
    assertThatThrownBy(
            () ->
                new ImageDataSource<>(
                    folder.resolve("none"), bundle.folder(), new LabelFactory(), FEATURIZERS))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("none");
  }

  @Test
  void extractorMakesTheExamplesOfTheSource() throws Exception {
    List<Example<?>> expected = list(source());
    try (ImageFeatureExtractor<Label> extractor =
        new ImageFeatureExtractor<>(bundle.folder(), new LabelFactory(), FEATURIZERS)) {
      Helpers.testConfigurableRoundtrip(extractor);
      Helpers.testProvenanceMarshalling(extractor.getProvenance());
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<Example<Label>>> found = new ArrayList<>();
      for (Example<?> example : expected) {
        Path file = photographs.resolve((String) example.getMetadata().get("path"));
        found.add(threads.submit(() -> extractor.extract(file)));
      }
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).get()).containsExactlyElementsOf(expected.get(i));
      }
      threads.shutdown();
    }
  }

  @Test
  void extractorRefusesAnotherEncoder() throws IOException {
    try (ImageFeatureExtractor<Label> extractor =
            new ImageFeatureExtractor<>(bundle.folder(), new LabelFactory(), FEATURIZERS);
        ConfigurationManager manager = new ConfigurationManager()) {
      manager.addConfiguration(ProvenanceUtil.extractConfiguration(extractor.getProvenance()));
      TinyEncoder.bundle(bundle.folder(), "another");
      assertThatThrownBy(() -> manager.lookupAll(ImageFeatureExtractor.class))
          .hasStackTraceContaining("the sha256 of its encoder is");
    }
  }
}
