package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Recomputes known numbers with every network of evaluation, so that a user can see that this
 * machine computes what the literature does. The references come with this module, the weights of
 * the larger networks do not. Takes a few seconds.
 */
public final class NetworkChecks {

  /**
   * Where weights are; all three come with the project in {@code models/evaluation}.
   *
   * @param inception up to {@code mixed_8} at least
   * @param vqVae of {@link VqVae}
   * @param taef2 of {@link Taef2}
   */
  public record Weights(Path inception, Path vqVae, Path taef2) {}

  // Distances lie between 0 and 1 and references have six digits.
  private static final double LPIPS_TOLERANCE = 1e-4;
  // The documentation prints four digits.
  private static final double PRINTED_TOLERANCE = 1e-4;
  // Features go up to 7; a float32 sum over some thousand products.
  private static final double FEATURE_TOLERANCE = 1e-3;
  private static final double LATENT_TOLERANCE = 1e-3;
  // A value near a half may be rounded to either side.
  private static final double LEVEL_TOLERANCE = 1;
  private static final double BYTE = 255;

  private static final Map<InceptionTap, String> REFERENCES =
      Map.of(
          InceptionTap.POOL_64, "inception.pool64",
          InceptionTap.POOL_192, "inception.pool192",
          InceptionTap.SPATIAL, "inception.sfid_mixed6_conv7",
          InceptionTap.POOL_768, "inception.pool768",
          InceptionTap.POOL_1280, "inception.pool1280");

  private final NDManager manager;
  private final SafetensorsFile references;
  private final List<NetworkCheck> checks = new ArrayList<>();

  private NetworkChecks(NDManager manager, SafetensorsFile references) {
    this.manager = manager;
    this.references = references;
  }

  /**
   * Runs all checks.
   *
   * @param manager on the device to be checked
   * @return one entry for each number, failed or not
   * @throws IOException if weights are missing or damaged
   */
  public static List<NetworkCheck> run(Weights weights, NDManager manager) throws IOException {
    try (InputStream in = resource("references.safetensors");
        NDManager own = manager.newSubManager()) {
      NetworkChecks run =
          new NetworkChecks(own, SafetensorsFile.read(in, "references.safetensors"));
      run.checkLpips();
      run.checkInception(weights.inception());
      run.checkVqVae(weights.vqVae());
      run.checkTaef2(weights.taef2());
      return List.copyOf(run.checks);
    }
  }

  private void checkLpips() throws IOException {
    try (Lpips lpips = Lpips.load(manager)) {
      NDArray original = signed(picture("lpips_ex_ref.png"));
      NDArray far = signed(picture("lpips_ex_p0.png"));
      NDArray near = signed(picture("lpips_ex_p1.png"));
      add(
          "lpips squeeze, example pictures ref and p0",
          0.711048,
          lpips.distance(original, far).getFloat(),
          LPIPS_TOLERANCE);
      add(
          "lpips squeeze, example pictures ref and p1",
          0.147902,
          lpips.distance(original, near).getFloat(),
          LPIPS_TOLERANCE);
      add(
          "lpips squeeze, example of the torchmetrics documentation",
          0.1008,
          noiseExample(lpips),
          PRINTED_TOLERANCE);
    }
  }

  /**
   * Two batches of noise, {@code rand(10, 3, 100, 100) * 2 - 1} each after {@code
   * manual_seed(123)}.
   */
  private double noiseExample(Lpips lpips) {
    MersenneTwister random = new MersenneTwister(123);
    Shape shape = new Shape(10, 3, 100, 100);
    NDArray first = noise(random, shape);
    return lpips.distance(first, noise(random, shape)).mean().getFloat();
  }

  private NDArray noise(MersenneTwister random, Shape shape) {
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return NamedArrays.of(values, shape, manager);
  }

  private void checkInception(Path weights) throws IOException {
    try (Inception inception = Inception.load(weights, manager)) {
      Set<InceptionTap> taps = EnumSet.copyOf(REFERENCES.keySet());
      InceptionFeatures features =
          inception.features(
              List.of(picture("photo0_299.png")), InceptionResize.TENSORFLOW_BILINEAR, taps);
      for (InceptionTap tap : taps) {
        add(
            "inception %s features, largest difference".formatted(tap.label()),
            0,
            largest(references.floats(REFERENCES.get(tap)), features.at(tap).get(0)),
            FEATURE_TOLERANCE);
      }
    }
  }

  private void checkVqVae(Path weights) throws IOException {
    try (VqVae codec = VqVae.load(weights, manager)) {
      RgbImage picture = picture("photo0_128.png");
      NDArray x = TorchOps.addScalar(unit(picture), -0.5);
      long[] expected = references.longs("vqvae.indices");
      long[] got = codec.encode(x).toLongArray();
      int different = 0;
      for (int i = 0; i < expected.length; i++) {
        different += expected[i] == got[i] ? 0 : 1;
      }
      add("vq-vae tokens, how many differ", 0, different, 0);
      addImage("vq-vae", "vqvae.image", codec.code(picture).image());
    }
  }

  private void checkTaef2(Path weights) throws IOException {
    try (Taef2 codec = Taef2.load(weights, manager)) {
      RgbImage picture = picture("photo0_128.png");
      float[] latents = codec.encode(unit(picture)).toFloatArray();
      add(
          "taef2 latents, largest difference",
          0,
          largest(references.floats("taef2.latent"), latents),
          LATENT_TOLERANCE);
      addImage("taef2", "taef2.image", codec.code(picture).image());
    }
  }

  private void addImage(String network, String reference, RgbImage image) {
    ByteBuffer expected = references.bytes(reference);
    int largest = 0;
    for (byte level : image.pixels()) {
      largest = Math.max(largest, Math.abs((level & 0xFF) - (expected.get() & 0xFF)));
    }
    String name = "%s reconstruction, largest difference in levels".formatted(network);
    add(name, 0, largest, LEVEL_TOLERANCE);
  }

  private void add(String name, double expected, double got, double tolerance) {
    checks.add(new NetworkCheck(name, expected, got, tolerance));
  }

  private static double largest(float[] expected, float[] got) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((double) expected[i] - got[i]));
    }
    return largest;
  }

  /** {@code [1, 3, height, width]}, 0 to 1. */
  private NDArray unit(RgbImage image) {
    return TorchOps.scale(PixelArrays.planes(List.of(image), manager), 1 / BYTE);
  }

  /** {@code [1, 3, height, width]}, -1 to 1. */
  private NDArray signed(RgbImage image) {
    return TorchOps.addScalar(TorchOps.scale(unit(image), 2), -1);
  }

  private static RgbImage picture(String name) throws IOException {
    try (InputStream in = resource(name)) {
      return ImageDecoder.decode(in.readAllBytes(), name);
    }
  }

  private static InputStream resource(String name) {
    InputStream in = NetworkChecks.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("missing resource " + name);
    }
    return in;
  }
}
