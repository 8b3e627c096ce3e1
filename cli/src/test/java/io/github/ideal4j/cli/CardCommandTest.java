package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleWriter;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.report.PngFile;
import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardCommandTest {

  @TempDir Path folder;

  private static String run(int expected, Object... words) {
    return Outcome.run(words).with(expected).out();
  }

  private static Path shipped() {
    return ShippedFiles.locate().bundle().orElseThrow();
  }

  private Path evaluation() throws IOException {
    Path file = folder.resolve("evaluation.json");
    Files.writeString(file, "{\"images\": 381, \"psnr\": 20.6, \"lpips\": 0.121}");
    return file;
  }

  @Test
  void theCardIsPrinted() {
    assertThat(run(0, "card", shipped().toString()))
        .startsWith("---\nlicense: unknown\n")
        .contains("# tiny", "## Limits", "16 x 16 tokens out of 1,024", "99 classes")
        .contains("```java", "```python");
  }

  @Test
  void numbersOfAnEvaluationGoIntoIt() throws IOException {
    Path card = folder.resolve("made/CARD.md");
    run(
        0,
        "card",
        shipped().toString(),
        "--evaluation",
        evaluation().toString(),
        "--license",
        "apache-2.0",
        "--out",
        card.toString());
    String text = Files.readString(card);
    JsonNode head = new YAMLMapper().readTree(text.substring(4, text.indexOf("\n---\n") + 1));
    JsonNode metrics = head.get("model-index").get(0).get("results").get(0).get("metrics");
    assertThat(head.get("license").asText()).isEqualTo("apache-2.0");
    assertThat(metrics.findValuesAsText("type")).containsExactly("psnr", "lpips");
  }

  /** Its sum stands in model.json: the bundle opens after its card was replaced. */
  @Test
  void aBundlesOwnCardIsReplacedWithItsSum() throws IOException {
    Path bundle = folder.resolve("bundle");
    BundleWriter.copyOf(Bundle.open(shipped())).write(bundle);
    run(
        0,
        "card",
        bundle.toString(),
        "--evaluation",
        evaluation().toString(),
        "--out",
        bundle.resolve("README.md").toString());
    Bundle opened = Bundle.open(bundle);
    assertThat(opened.file("README.md")).content().contains("| PSNR, dB | 20.60 |");
  }

  @Test
  void whatHasNoNumbersAndWhatIsNoLicenseFail() throws IOException {
    Path empty = folder.resolve("empty.json");
    Files.writeString(empty, "{}");
    run(1, "card", shipped().toString(), "--evaluation", empty.toString());
    run(1, "card", shipped().toString(), "--license", "My License");
    run(2, "card");
  }

  /** The Python of the card, as it stands there, in a bundle's folder with a photograph. */
  @Test
  void thePythonOfTheCardRuns() throws IOException {
    Peer python = Peer.python("numpy", "onnxruntime", "PIL").in(folder);
    for (String name : List.of("encoder.onnx", "decoder.onnx")) {
      Files.copy(shipped().resolve(name), folder.resolve(name));
    }
    PngFile.write(new RgbImage(80, 100, new byte[80 * 100 * 3]), folder.resolve("photo.jpg"));
    String card = run(0, "card", shipped().toString());
    String code = card.substring(card.indexOf("```python\n") + 10);
    python.run("-c", code.substring(0, code.indexOf("```")));
    RgbImage decoded =
        ImageDecoder.decode(
            Files.readAllBytes(folder.resolve("reconstruction.png")), "reconstruction.png");
    assertThat(decoded.width()).isEqualTo(64);
  }
}
