package io.github.ideal4j.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Computes every metric of this package on a few kilobytes of data and compares it with what other
 * people's code says: scikit-image, torch-fidelity and prdc, or SciPy by functions that reproduce
 * pytorch-msssim, clean-fid and torch-fidelity. Takes about a second; networks have their own
 * checks. Run it before numbers are published from a new machine.
 */
public final class MetricSelfTest {

  private static final double FLOAT64 = 1e-9; // both sides compute in float64
  private static final double KERNEL = 1e-10;
  private static final double NOTHING = 1e-10; // of features of size 2

  private final JsonNode reference;
  private final List<SelfTestCheck> checks = new ArrayList<>();

  private MetricSelfTest(JsonNode reference) {
    this.reference = reference;
  }

  /** Runs all checks; those that fail are in the list like the others. */
  public static List<SelfTestCheck> run() {
    try (InputStream json = resource("metric-self-test.json")) {
      MetricSelfTest test = new MetricSelfTest(new ObjectMapper().readTree(json));
      test.images();
      test.frechet();
      test.kernel();
      test.balls();
      test.inception();
      return List.copyOf(test.checks);
    } catch (IOException e) {
      throw new IllegalStateException("the self-test's data cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = MetricSelfTest.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("resource %s is missing".formatted(name));
    }
    return in;
  }

  private void check(String name, JsonNode expected, double got, double tolerance) {
    checks.add(new SelfTestCheck(name, expected.asDouble(), got, tolerance));
  }

  private void images() throws IOException {
    JsonNode expected = reference.get("photograph");
    RgbImage photograph;
    try (InputStream in = resource("metric-self-test.jpg")) {
      photograph = ImageDecoder.decode(in.readAllBytes(), "metric-self-test.jpg");
    }
    RgbImage noisy = PixelNoise.add(photograph, expected.get("noiseSeed").asLong());
    check("PSNR", expected.get("psnr"), Psnr.of(photograph, noisy), FLOAT64);
    check("SSIM", expected.get("ssim"), Ssim.of(photograph, noisy), FLOAT64);
    double gaussian = GaussianSsim.of(photograph, noisy);
    check("SSIM, Gaussian window", expected.get("ssimGaussian"), gaussian, FLOAT64);
    double scales = MsSsim.of(tripled(photograph), tripled(noisy));
    check("MS-SSIM", expected.get("msSsim"), scales, FLOAT64);
  }

  /** Every pixel becomes three by three. */
  private static RgbImage tripled(RgbImage image) {
    int width = 3 * image.width();
    byte[] pixels = new byte[9 * image.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      int place = i / RgbImage.CHANNELS;
      int channel = i % RgbImage.CHANNELS;
      pixels[i] = (byte) image.sample(place % width / 3, place / width / 3, channel);
    }
    return new RgbImage(width, 3 * image.height(), pixels);
  }

  private void frechet() {
    FeatureRows first = features(0, 0, 1, 0);
    FeatureRows second = features(1, 1, 1.25, 0.5);
    double value = FrechetDistance.between(first, second).value();
    check("Fréchet distance", reference.get("frechet"), value, FLOAT64);
    JsonNode few = reference.get("frechetOfFew");
    int rows = few.get("rows").asInt();
    double ofFew = FrechetDistance.between(first.range(0, rows), second.range(0, rows)).value();
    check("Fréchet distance, fewer rows than features", few.get("value"), ofFew, FLOAT64);
    double itself = FrechetDistance.between(first, first).value();
    checks.add(new SelfTestCheck("Fréchet distance of a set from itself", 0, itself, NOTHING));
    JsonNode noise = reference.get("frechetOfNoise");
    double before = itself;
    int rises = 0;
    for (int i = 0; i < noise.get("levels").size(); i++) {
      double level = noise.get("levels").get(i).asDouble();
      double distance = FrechetDistance.between(first, noisy(first, level)).value();
      String name = "Fréchet distance at noise %s".formatted(level);
      check(name, noise.get("values").get(i), distance, FLOAT64);
      rises += distance > before ? 1 : 0;
      before = distance;
    }
    int levels = noise.get("levels").size();
    checks.add(new SelfTestCheck("Fréchet distance rises with noise, times", levels, rises, 0));
  }

  private FeatureRows noisy(FeatureRows rows, double level) {
    double[] values = rows.toArray();
    double[] noise = features(0, 2, 1, 0).toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += level * noise[i];
    }
    return FeatureRows.of(values, rows.width());
  }

  /** Sums of four draws, as many rows as the set has, about normal with deviation 2.3. */
  private FeatureRows features(int set, int seed, double factor, double shift) {
    JsonNode features = reference.get("features");
    Random random = new Random(features.get("seeds").get(seed).asLong());
    int width = features.get("width").asInt();
    double[] values = new double[features.get("rows").get(set).asInt() * width];
    for (int i = 0; i < values.length; i++) {
      int sum = 0;
      for (int draw = 0; draw < 4; draw++) {
        sum += random.nextInt(256);
      }
      values[i] = (sum / 64.0 - 8) * factor + shift;
    }
    return FeatureRows.of(values, width);
  }

  private void kernel() {
    JsonNode expected = reference.get("kernel");
    FeatureRows first = features(0, 0, 1, 0);
    FeatureRows second = features(1, 1, 1.25, 0.5);
    double unbiased = KernelDistance.unbiased(first, second);
    check("kernel distance of all rows", expected.get("unbiased"), unbiased, KERNEL);
    List<int[]> subsets = new ArrayList<>();
    for (int i = 0; i < expected.get("subsets").asInt(); i++) {
      int[] rows = new int[expected.get("rows").asInt()];
      for (int j = 0; j < rows.length; j++) {
        rows[j] = 10 * i + j;
      }
      subsets.add(rows);
    }
    KernelDistance distance = KernelDistance.over(first, second, subsets, subsets);
    check("kernel distance, mean over subsets", expected.get("mean"), distance.mean(), KERNEL);
    double deviation = distance.standardDeviation();
    check("kernel distance, deviation over subsets", expected.get("deviation"), deviation, KERNEL);
  }

  private void balls() {
    JsonNode ties = reference.get("ties");
    PrecisionRecall result =
        PrecisionRecall.of(
            integers(ties, "real"), integers(ties, "generated"), ties.get("neighbours").asInt());
    check("precision", ties.get("precision"), result.precision(), 0);
    check("recall", ties.get("recall"), result.recall(), 0);
    check("density", ties.get("density"), result.density(), FLOAT64);
    check("coverage", ties.get("coverage"), result.coverage(), FLOAT64);
  }

  private static FeatureRows integers(JsonNode set, String name) {
    double[] values = new double[set.get(name).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = set.get(name).get(i).asDouble();
    }
    return FeatureRows.of(values, set.get("width").asInt());
  }

  private void inception() {
    JsonNode expected = reference.get("inception");
    Random random = new Random(expected.get("seed").asLong());
    int classes = expected.get("classes").asInt();
    double[] values = new double[expected.get("images").asInt() * classes];
    for (int from = 0; from < values.length; from += classes) {
      double sum = 0;
      for (int i = from; i < from + classes; i++) {
        double root = random.nextInt(1000);
        values[i] = 1 + root * root;
        sum += values[i];
      }
      for (int i = from; i < from + classes; i++) {
        values[i] /= sum;
      }
    }
    FeatureRows probabilities = FeatureRows.of(values, classes);
    InceptionScore score = InceptionScore.of(probabilities, expected.get("splits").asInt());
    check("Inception score, mean over splits", expected.get("mean"), score.mean(), FLOAT64);
    double deviation = score.standardDeviation();
    check("Inception score, deviation over splits", expected.get("deviation"), deviation, FLOAT64);
  }
}
