package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every byte as Pillow has it: what is decoded, resized and cropped. */
@Tag("golden")
class PillowParityTest {

  /** A row of {@code expected.csv}: an operation on a file, and the sum of the RGB bytes. */
  record Case(String file, String operation, int width, int height, String sha256) {
    static Case parse(String row) {
      String[] cells = row.split(",", -1);
      return new Case(
          cells[0], cells[1], Integer.parseInt(cells[2]), Integer.parseInt(cells[3]), cells[4]);
    }

    @Override
    public String toString() {
      return "%s %s %d x %d".formatted(file, operation, width, height);
    }
  }

  static List<Case> cases() throws IOException {
    return Files.readAllLines(GoldenImages.FOLDER.resolve("expected.csv")).stream()
        .skip(1)
        .map(Case::parse)
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void bytesAreThoseOfPillow(Case expected) throws IOException, NoSuchAlgorithmException {
    assumeTrue(!expected.file().endsWith(".webp"), "the JDK does not read WebP");
    assertEqual(expected, DecodingOptions.Decoder.JDK);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void bytesOfLeptonicaAreThoseOfPillow(Case expected)
      throws IOException, NoSuchAlgorithmException {
    assumeTrue(Leptonica.isThere(), "no natives of Leptonica for this machine");
    assertEqual(expected, DecodingOptions.Decoder.LEPTONICA);
  }

  private static void assertEqual(Case expected, DecodingOptions.Decoder decoder)
      throws IOException, NoSuchAlgorithmException {
    byte[] file = GoldenImages.read(expected.file());
    DecodingOptions options = GoldenImages.EVERYTHING.withDecoder(decoder);
    RgbImage image = apply(ImageDecoder.decode(file, expected.file(), options), expected);
    assertThat(image.width()).isEqualTo(expected.width());
    assertThat(image.height()).isEqualTo(expected.height());
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(image.pixels());
    assertThat(HexFormat.of().formatHex(sum)).isEqualTo(expected.sha256());
  }

  private static RgbImage apply(RgbImage image, Case expected) {
    String[] operation = expected.operation().split(" ", -1);
    return switch (operation[0]) {
      case "decode" -> image;
      case "adm" -> CenterCrop.adm(image, expected.width());
      case "resize" ->
          Resize.resize(
              image, expected.width(), expected.height(), ResizeFilter.valueOf(operation[1]));
      default -> throw new IllegalArgumentException(expected.toString());
    };
  }
}
