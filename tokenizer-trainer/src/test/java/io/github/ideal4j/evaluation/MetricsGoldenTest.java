package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agreement with scikit-image and scipy. */
@Tag("golden")
class MetricsGoldenTest {

  // Both sides compute in float64 from the same bytes.
  private static final double TOLERANCE = 1e-9;

  private static final Path SET =
      Path.of(System.getProperty("ideal.golden", "src/test/resources/golden"), "metrics");
  private static final Path PHOTOGRAPHS = Path.of("../examples/data");

  private JsonNode reference;

  @BeforeEach
  void open() throws IOException {
    Path json = SET.resolve("reference.json");
    assumeTrue(Files.exists(json), "golden set metrics is not at " + SET);
    reference = new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void psnrAndSsimAreThoseOfScikitImage() throws IOException {
    List<RgbImage> degraded = degraded();
    List<RgbImage> originals = originals();
    QualityMeter meter = new QualityMeter();
    for (int i = 0; i < originals.size(); i++) {
      JsonNode expected = reference.at("/pairs/images").get(i);
      String name = expected.get("path").asText();
      RgbImage original = originals.get(i);
      assertThat(Psnr.of(original, degraded.get(i)))
          .as("PSNR of %s", name)
          .isCloseTo(expected.get("psnr").asDouble(), within(TOLERANCE));
      assertThat(Ssim.of(original, degraded.get(i)))
          .as("SSIM of %s", name)
          .isCloseTo(expected.get("ssim").asDouble(), within(TOLERANCE));
      meter.add(original, degraded.get(i));
    }
    JsonNode mean = reference.at("/pairs/mean");
    assertThat(meter.result().psnr()).isCloseTo(mean.get("psnr").asDouble(), within(TOLERANCE));
    assertThat(meter.result().ssim()).isCloseTo(mean.get("ssim").asDouble(), within(TOLERANCE));
  }

  @Test
  void smallestWindowAndNegativeSsimAreThoseOfScikitImage() throws IOException {
    List<RgbImage> originals = originals();
    RgbImage inverted = map(originals.get(1), 255);
    assertThat(Ssim.of(originals.get(1), inverted))
        .isCloseTo(reference.at("/edges/inverted/ssim").asDouble(), within(TOLERANCE));
    assertThat(Ssim.of(corner(originals.get(0)), corner(degraded().get(0))))
        .isCloseTo(reference.at("/edges/seven_by_seven/ssim").asDouble(), within(TOLERANCE));
  }

  @Test
  void constantImagesAreThoseOfScikitImage() {
    JsonNode opposite = reference.at("/edges/black_white_16x16");
    assertThat(Psnr.of(constant(0), constant(255))).isEqualTo(opposite.get("psnr").asDouble());
    assertThat(Ssim.of(constant(0), constant(255)))
        .isCloseTo(opposite.get("ssim").asDouble(), within(TOLERANCE));
    JsonNode near = reference.at("/edges/constant_100_110_16x16");
    assertThat(Psnr.of(constant(100), constant(110)))
        .isCloseTo(near.get("psnr").asDouble(), within(TOLERANCE));
    assertThat(Ssim.of(constant(100), constant(110)))
        .isCloseTo(near.get("ssim").asDouble(), within(TOLERANCE));
  }

  @Test
  void codebookUsageIsThatOfScipy() throws IOException {
    JsonNode expected = reference.get("codes");
    try (SafetensorsFile tensors = SafetensorsFile.open(SET.resolve("reference.safetensors"))) {
      int[] indices =
          Arrays.stream(tensors.longs("codes.indices")).mapToInt(Math::toIntExact).toArray();
      CodebookUsage usage =
          CodebookUsage.of(expected.get("codebook_size").asInt(), List.of(indices));
      assertThat(usage.used()).isEqualTo(expected.get("used").asInt());
      assertThat(usage.usage()).isEqualTo(expected.get("usage").asDouble());
      assertThat(usage.entropy())
          .isCloseTo(expected.get("entropy_nats").asDouble(), within(TOLERANCE));
      assertThat(usage.perplexity())
          .isCloseTo(expected.get("perplexity").asDouble(), within(TOLERANCE));
      assertThat(usage.bitsPerToken())
          .isCloseTo(expected.get("bits_per_token").asDouble(), within(TOLERANCE));
    }
  }

  @Test
  void identicalImagesAreInfinitelyNear() {
    assertThat(Psnr.of(constant(7), constant(7))).isInfinite();
    assertThat(Ssim.of(constant(7), constant(7))).isEqualTo(1.0);
  }

  @Test
  void imagesOfDifferentOrTooSmallSizeAreRefused() {
    RgbImage small = new RgbImage(6, 16, new byte[6 * 16 * 3]);
    assertThatThrownBy(() -> Ssim.of(small, small)).hasMessageContaining("got 6 x 16");
    assertThatThrownBy(() -> Psnr.of(small, constant(0)))
        .hasMessage("cannot compare images of 6 x 16 and 16 x 16");
  }

  private List<RgbImage> originals() throws IOException {
    Path archive = PHOTOGRAPHS.resolve(reference.at("/pairs/archive").asText());
    assumeTrue(Files.exists(archive), "photographs are not at " + archive);
    List<RgbImage> images = new ArrayList<>();
    try (ImageSource source = ImageSource.open(archive)) {
      for (JsonNode image : reference.at("/pairs/images")) {
        String path = image.get("path").asText();
        images.add(ImageDecoder.decode(source.read(new ImageEntry(path, null, null)), path));
      }
    }
    return images;
  }

  private List<RgbImage> degraded() throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(SET.resolve("reference.safetensors"))) {
      ByteBuffer bytes = tensors.bytes("pairs.degraded").duplicate();
      int count = reference.at("/pairs/images").size();
      int side = (int) Math.sqrt(bytes.remaining() / 3.0 / count);
      List<RgbImage> images = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] pixels = new byte[side * side * 3];
        bytes.get(pixels);
        images.add(new RgbImage(side, side, pixels));
      }
      return images;
    }
  }

  private static RgbImage map(RgbImage image, int from) {
    byte[] pixels = new byte[image.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (from - (image.pixels()[i] & 0xFF));
    }
    return new RgbImage(image.width(), image.height(), pixels);
  }

  private static RgbImage corner(RgbImage image) {
    byte[] pixels = new byte[7 * 7 * 3];
    for (int y = 0; y < 7; y++) {
      System.arraycopy(image.pixels(), y * image.width() * 3, pixels, y * 7 * 3, 7 * 3);
    }
    return new RgbImage(7, 7, pixels);
  }

  private static RgbImage constant(int value) {
    byte[] pixels = new byte[16 * 16 * 3];
    Arrays.fill(pixels, (byte) value);
    return new RgbImage(16, 16, pixels);
  }
}
