package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Agreement with scikit-image and pytorch-msssim, and disagreement with other conventions. */
@Tag("golden")
class ImageMetricsGoldenTest {

  // Both sides compute in float64 from the same bytes.
  private static final double TOLERANCE = 1e-9;
  // pytorch-msssim computes its window in float32, torchmetrics its sums.
  private static final double FLOAT32 = 1e-5;

  private MetricsSet set;

  @BeforeEach
  void open() throws IOException {
    set = MetricsSet.open();
  }

  @AfterEach
  void close() throws IOException {
    set.close();
  }

  @TestFactory
  Stream<DynamicTest> pairsAreThoseOfScikitImage() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    JsonNode pairs = set.at("/pairs/images");
    for (int i = 0; i < pairs.size(); i++) {
      JsonNode pair = pairs.get(i);
      Optional<RgbImage> original = set.photograph(pair);
      RgbImage degraded = set.image("pairs.degraded", i);
      String name = pair.get("path").asText();
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () -> {
                assumeTrue(original.isPresent(), "photograph %s cannot be had".formatted(name));
                compare(pair, original.get(), degraded);
              }));
    }
    return tests.stream();
  }

  private static void compare(JsonNode expected, RgbImage original, RgbImage degraded) {
    assertThat(degraded(expected, original)).isEqualTo(degraded);
    near(expected, "mse", Psnr.meanSquare(original, degraded));
    near(expected, "psnr", Psnr.of(original, degraded));
    double ssim = Ssim.of(original, degraded);
    double gaussian = GaussianSsim.of(original, degraded);
    near(expected, "ssim", ssim);
    near(expected, "ssim_gaussian", gaussian);
    isNone(expected, ssim);
    isNone(expected, gaussian);
  }

  private static RgbImage degraded(JsonNode expected, RgbImage original) {
    return Degradation.apply(
        expected.get("degradation").asText(), original, expected.get("java_seed").asLong());
  }

  private static void near(JsonNode expected, String name, double got) {
    if (expected.has(name)) {
      assertThat(got).as(name).isCloseTo(expected.get(name).asDouble(), within(TOLERANCE));
    }
  }

  /** A value is that of no other convention, and of no mistake. */
  private static void isNone(JsonNode expected, double got) {
    for (Map.Entry<String, JsonNode> other : expected.properties()) {
      if (other.getKey().startsWith("other.") || other.getKey().startsWith("wrong.")) {
        assertThat(Math.abs(got - other.getValue().asDouble()))
            .as(other.getKey())
            .isGreaterThan(TOLERANCE);
      }
    }
  }

  @Test
  void valueOfASetIsTheMeanOfItsImages() throws IOException {
    QualityMeter meter = new QualityMeter();
    double gaussian = 0;
    double meanSquare = 0;
    JsonNode pairs = set.at("/pairs/images");
    for (int i = 0; i < pairs.size(); i++) {
      RgbImage original = original(i);
      RgbImage degraded = set.image("pairs.degraded", i);
      meter.add(original, degraded);
      gaussian += GaussianSsim.of(original, degraded) / pairs.size();
      meanSquare += Psnr.meanSquare(original, degraded) / pairs.size();
    }
    JsonNode mean = set.at("/pairs/mean");
    near(mean, "psnr", meter.result().psnr());
    near(mean, "ssim", meter.result().ssim());
    near(mean, "ssim_gaussian", gaussian);
    double pooled = set.at("/pairs/psnr_pooled").asDouble();
    assertThat(Psnr.ofMeanSquare(meanSquare)).isCloseTo(pooled, within(FLOAT32));
    assertThat(meter.result().psnr()).isGreaterThan(pooled + 0.01);
  }

  private RgbImage original(int i) throws IOException {
    JsonNode pair = set.at("/pairs/images").get(i);
    Optional<RgbImage> original = set.photograph(pair);
    if (original.isEmpty()) {
      abort("photograph %s cannot be had".formatted(pair.get("path").asText()));
    }
    return original.get();
  }

  @Test
  void smallestWindowAndNegativeSsimAreThoseOfScikitImage() throws IOException {
    RgbImage inverted = Degradation.INVERT.apply(original(1), 0);
    near(set.at("/edges/inverted"), "ssim", Ssim.of(original(1), inverted));
    double smallest = Ssim.of(corner(original(0)), corner(set.image("pairs.degraded", 0)));
    near(set.at("/edges/seven_by_seven"), "ssim", smallest);
  }

  @Test
  void constantImagesAreThoseOfScikitImage() {
    Pattern constants = Pattern.compile("constant_(\\d+)_(\\d+)_(\\d+)x(\\d+)");
    int compared = 0;
    for (Map.Entry<String, JsonNode> edge : set.at("/edges").properties()) {
      String name = edge.getKey().replace("black_white", "constant_0_255");
      Matcher matcher = constants.matcher(name);
      if (matcher.matches()) {
        int width = Integer.parseInt(matcher.group(3));
        int height = Integer.parseInt(matcher.group(4));
        RgbImage a = constant(Integer.parseInt(matcher.group(1)), width, height);
        RgbImage b = constant(Integer.parseInt(matcher.group(2)), width, height);
        near(edge.getValue(), "psnr", Psnr.of(a, b));
        near(edge.getValue(), "ssim", Ssim.of(a, b));
        near(edge.getValue(), "ssim_gaussian", GaussianSsim.of(a, b));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @Test
  void msSsimIsThatOfTheDefinitionAndOfPytorchMsssim() {
    JsonNode pairs = set.at("/ms_ssim/pairs");
    for (int i = 0; i < pairs.size(); i++) {
      JsonNode expected = pairs.get(i);
      RgbImage original = set.image("ms_ssim.%d.original".formatted(i), 0);
      RgbImage degraded = set.image("ms_ssim.%d.degraded".formatted(i), 0);
      String name = expected.get("path").asText();
      assertThat(degraded(expected, original)).as(name).isEqualTo(degraded);
      near(expected, "ms_ssim", MsSsim.of(original, degraded));
      near(expected, "ssim", Ssim.of(original, degraded));
      double zeros = MsSsim.of(original, degraded, MsSsim.OddSide.ZERO_BEFORE_FIRST);
      assertThat(zeros)
          .as("pytorch-msssim on %s", name)
          .isCloseTo(expected.get("library.pytorch-msssim").asDouble(), within(FLOAT32));
      if (original.width() % 16 == 0 && original.height() % 16 == 0) {
        assertThat(zeros).isEqualTo(MsSsim.of(original, degraded));
      }
      isNone(expected, MsSsim.of(original, degraded));
      assertThat(
              Math.abs(
                  MsSsim.of(original, degraded) - expected.get("library.torchmetrics").asDouble()))
          .as("torchmetrics averages the border in")
          .isGreaterThan(TOLERANCE);
    }
  }

  @Test
  void negativeContrastCountsAsNothing() {
    RgbImage original = set.image("ms_ssim.0.original", 0);
    double value = MsSsim.of(original, Degradation.INVERT.apply(original, 0));
    near(set.at("/ms_ssim/inverted"), "ms_ssim", value);
  }

  @Test
  void weightsAndSmallestSideAreThoseOfTheSet() {
    List<Double> weights = new ArrayList<>();
    set.at("/ms_ssim/betas").forEach(weight -> weights.add(weight.asDouble()));
    assertThat(MsSsim.WEIGHTS).isEqualTo(weights);
    assertThat(MsSsim.SMALLEST_SIDE).isEqualTo(set.at("/ms_ssim/smallest_side").asInt());
  }

  private static RgbImage corner(RgbImage image) {
    byte[] pixels = new byte[7 * 7 * 3];
    for (int y = 0; y < 7; y++) {
      System.arraycopy(image.pixels(), y * image.width() * 3, pixels, y * 7 * 3, 7 * 3);
    }
    return new RgbImage(7, 7, pixels);
  }

  private static RgbImage constant(int value, int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    Arrays.fill(pixels, (byte) value);
    return new RgbImage(width, height, pixels);
  }
}
