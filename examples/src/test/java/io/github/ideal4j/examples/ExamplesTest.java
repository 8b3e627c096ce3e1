package io.github.ideal4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.pipeline.Classifying;
import io.github.ideal4j.testing.Peer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.evaluation.LabelEvaluation;

/** Runs every example on the satellite tiles that come with the project. */
class ExamplesTest {

  private static final Path TILES = Path.of("data/eurosat_64.zip");
  private static final Path BUNDLE = Path.of("../models/tiny");

  @TempDir static Path cache;
  private static LabelEvaluation classification;
  private static Path tokens;

  /** The first example; the tokens that it leaves behind serve the others. */
  @BeforeAll
  static void classify() throws IOException {
    classification = ClassifyPhotographs.run(TILES, BUNDLE, cache);
    try (Stream<Path> files = Files.list(cache)) {
      tokens = files.findFirst().orElseThrow();
    }
  }

  @Test
  void photographsAreClassified() {
    assertThat(classification.getPredictions()).hasSize(150);
    assertThat(classification.accuracy()).isGreaterThan(0.6); // one of ten
  }

  @Test
  void photographsThatLookAlikeAreFound() {
    Map<Integer, List<String>> clusters = ClusterPhotographs.run(tokens, 10);
    int right = 0;
    int all = 0;
    for (List<String> paths : clusters.values()) {
      Map<String, Integer> counts = new TreeMap<>();
      paths.forEach(path -> counts.merge(path.substring(0, path.indexOf('/')), 1, Integer::sum));
      right += counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      all += paths.size();
    }
    assertThat(all).isEqualTo(500);
    assertThat((double) right / all).isGreaterThan(0.3); // chance is about 0.15
  }

  @Test
  void brightnessIsReadFromTokens(@TempDir Path folder) throws IOException {
    assertThat(PredictBrightness.run(TILES, BUNDLE, folder.resolve("b.arrow")).averageR2())
        .isGreaterThan(0.7); // of 175 photographs; 0.79 when written
  }

  @Test
  void partsOfPicturesAreLabeled(@TempDir Path folder) throws IOException {
    assertThat(LabelCells.run(TILES, BUNDLE, folder).accuracy()).isGreaterThan(0.35);
  }

  @Test
  void configurationAloneTrains(@TempDir Path folder) throws IOException {
    String text =
        Files.readString(Path.of("configuration/land-use.xml"), StandardCharsets.UTF_8)
            .replace("examples/data", Path.of("data").toAbsolutePath().toString())
            .replace("models/tiny", BUNDLE.toAbsolutePath().toString())
            .replace(".ideal/tokens", cache.toAbsolutePath().toString())
            .replace("value=\"train\"", "value=\"test\""); // the tokens that are there
    Path file = Files.writeString(folder.resolve("land-use.xml"), text);
    Path model = folder.resolve("model.tribuo");
    Path report = folder.resolve("report");
    Classifying.Result result = Classifying.run(file, model, Optional.of(report));
    assertThat(result.accuracy().orElseThrow()).isGreaterThan(0.9); // on what it was trained on
    assertThat(model).isNotEmptyFile();
    assertThat(report.resolve("confusion.png")).isNotEmptyFile();
    assertThat(report.resolve("evaluation.txt")).content().contains("Forest");
    assertThat(report.resolve("model-card.json")).content().contains("\"testing-set-size\" : 500");
  }

  @Test
  void oneFileSaysTheSameInJavaAndPython(@TempDir Path folder) throws Exception {
    List<RgbImage> photographs;
    try (ImageSource source = ImageSource.open(TILES)) {
      photographs =
          new ImageLoader(source, ImageSelection.split("test").withEvery(10), 64, true)
              .loadAll().stream().map(LoadedImage::image).toList();
    }
    Path file = folder.resolve("classifier.onnx");
    List<String> labels = FuseClassifier.run(tokens, BUNDLE, photographs, file);
    assertThat(labels).hasSize(50);
    Peer python = Peer.python("onnxruntime", "numpy", "PIL");
    List<Object> call = new ArrayList<>(List.of("python/classify.py", file));
    for (int i = 0; i < photographs.size(); i++) {
      Path picture = folder.resolve("%02d.png".formatted(i));
      ImageIO.write(picture(photographs.get(i)), "png", picture.toFile());
      call.add(picture);
    }
    assertThat(python.run(call.toArray()).lines()).containsExactlyElementsOf(labels);
  }

  private static BufferedImage picture(RgbImage image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < image.width() * image.height(); i++) {
      int x = i % image.width();
      int y = i / image.width();
      int rgb = image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2);
      picture.setRGB(x, y, rgb);
    }
    return picture;
  }
}
