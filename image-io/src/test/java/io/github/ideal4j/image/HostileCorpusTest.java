package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every hostile file is refused in a line that names it, or is the image that Pillow makes of it.
 */
class HostileCorpusTest {

  private static final Path FOLDER = Path.of("src/test/resources/hostile");
  private static final double MOST_SECONDS = 2;

  /** A row of {@code expected.csv}: SHA-256 of Pillow's RGB, or that it refuses. */
  record Case(String file, String pillow) {
    @Override
    public String toString() {
      return file;
    }
  }

  static List<Case> cases() throws IOException {
    return Files.readAllLines(FOLDER.resolve("expected.csv")).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .map(cells -> new Case(cells[0], cells[1]))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theJdkRefusesItOrGivesPillowsImage(Case hostile) throws IOException {
    decode(hostile, DecodingOptions.Decoder.JDK);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void leptonicaRefusesItOrGivesPillowsImage(Case hostile) throws IOException {
    assumeTrue(Leptonica.isThere(), "no natives of Leptonica for this machine");
    decode(hostile, DecodingOptions.Decoder.LEPTONICA);
  }

  private static void decode(Case hostile, DecodingOptions.Decoder decoder) throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(hostile.file()));
    DecodingOptions options = GoldenImages.EVERYTHING.withDecoder(decoder);
    long start = System.nanoTime();
    try {
      RgbImage image = ImageDecoder.decode(bytes, hostile.file(), options);
      String sum = HexFormat.of().formatHex(Fingerprint.sha256().digest(image.pixels()));
      assertThat(sum).isEqualTo(hostile.pillow());
    } catch (ImageFormatException e) {
      assertThat(e.getMessage()).startsWith("'" + hostile.file() + "': ").doesNotContain("\n");
    }
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(MOST_SECONDS);
  }
}
