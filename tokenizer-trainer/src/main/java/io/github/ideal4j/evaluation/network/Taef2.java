package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;

/**
 * TAEF2, a tiny autoencoder with continuous latents (madebyollin/taesd), as a peer without a
 * quantizer: an eighth of the size, 32 channels. The weights are half precision, widened without
 * change; they are {@code models/evaluation/taef2_f8_c32.safetensors}.
 *
 * <p>It is not made to be small: its bits are the latents, 16 each, and latents are rounded to half
 * precision before they are decoded. Safe for use by several threads.
 */
public final class Taef2 extends NetworkCodec {

  /** By how much the grid of latents is smaller than the image. */
  public static final int FACTOR = 8;

  /** Numbers at each place of the grid. */
  public static final int CHANNELS = 32;

  private static final int WIDTH = 64;
  private static final int POOL_WIDTH = 256;
  private static final int POOL_GROUPS = 4;
  private static final double POOL_EPS = 1e-5;
  private static final double CLAMP = 3;
  private static final int BITS_PER_LATENT = 16;
  private static final double BYTE = 255;

  private Taef2(FrozenLayers layers) {
    super(layers, FACTOR);
  }

  /**
   * Loads the network.
   *
   * @param weights safetensors file
   * @param manager on the device of the computation; its child owns the weights
   * @throws IOException if the file cannot be read or lacks a tensor, which is named
   */
  public static Taef2 load(Path weights, NDManager manager) throws IOException {
    return new Taef2(FrozenLayers.read(weights, shapes(), manager));
  }

  private static TensorShapes shapes() {
    TensorShapes shapes = new TensorShapes();
    shapes.convolution("encoder.0", WIDTH, 3, 3);
    for (int i = 1; i < 14; i++) {
      addLayer(shapes, "encoder." + i, i % 4 == 2, i > 10);
    }
    shapes.convolution("encoder.14", CHANNELS, WIDTH, 3);
    shapes.convolution("decoder.1", WIDTH, CHANNELS, 3);
    for (int i = 3; i < 19; i++) {
      if (i % 5 != 1) { // 6, 11 and 16 enlarge and have no weights
        addLayer(shapes, "decoder." + i, i % 5 == 2, i < 6);
      }
    }
    return shapes.convolution("decoder.19", 3, WIDTH, 3);
  }

  private static void addLayer(
      TensorShapes shapes, String name, boolean convolution, boolean pooled) {
    if (convolution) {
      shapes.unbiased(name, WIDTH, WIDTH, 3);
      return;
    }
    for (int i = 0; i < 6; i += 2) {
      shapes.convolution("%s.conv.%d".formatted(name, i), WIDTH, WIDTH, 3);
    }
    if (pooled) {
      shapes
          .unbiased(name + ".pool.0", POOL_WIDTH, WIDTH, 1)
          .vector(name + ".pool.1.weight", POOL_WIDTH)
          .vector(name + ".pool.1.bias", POOL_WIDTH)
          .unbiased(name + ".pool.3", WIDTH, POOL_WIDTH, 1);
    }
  }

  @Override
  public String name() {
    return "taef2-f8";
  }

  @Override
  public String description() {
    return "TAEF2, an autoencoder without quantizer: 32 latents of 16 bits for each 8 x 8 pixels";
  }

  /**
   * The latents.
   *
   * @param x {@code [batch, 3, height, width]}, 0 to 1
   * @return {@code [batch, 32, height / 8, width / 8]}
   */
  public NDArray encode(NDArray x) {
    NDArray y = block(layers().same(x, "encoder.0"), "encoder.1");
    for (int i = 2; i < 14; i += 4) {
      y = blocks(layers().padded(y, "encoder." + i, 2), "encoder", i + 1);
    }
    return layers().same(y, "encoder.14");
  }

  /**
   * The images of latents.
   *
   * @param latents {@code [batch, 32, rows, columns]}
   * @return {@code [batch, 3, rows * 8, columns * 8]}, about 0 to 1
   */
  public NDArray decode(NDArray latents) {
    NDArray y = TorchOps.scale(TorchOps.scale(latents, 1 / CLAMP).tanh(), CLAMP);
    y = FrozenLayers.relu(layers().same(y, "decoder.1"));
    for (int i = 3; i < 18; i += 5) {
      y = TorchOps.upsampleNearest(blocks(y, "decoder", i), 2);
      y = layers().same(y, "decoder." + (i + 4));
    }
    return layers().same(block(y, "decoder.18"), "decoder.19");
  }

  private NDArray blocks(NDArray x, String half, int first) {
    NDArray y = x;
    for (int i = first; i < first + 3; i++) {
      y = block(y, half + "." + i);
    }
    return y;
  }

  private NDArray block(NDArray x, String name) {
    NDArray y = layers().has(name + ".pool.0.weight") ? x.add(pool(x, name + ".pool")) : x;
    NDArray h = FrozenLayers.relu(layers().same(y, name + ".conv.0"));
    h = FrozenLayers.relu(layers().same(h, name + ".conv.2"));
    return FrozenLayers.relu(layers().same(h, name + ".conv.4").add(y));
  }

  /** Lets distant places know of each other, through the norm's statistics. */
  private NDArray pool(NDArray x, String name) {
    NDArray wide = layers().same(x, name + ".0"); // [batch, 256, rows, columns]
    NDArray normed =
        TorchOps.groupNorm(
            wide,
            POOL_GROUPS,
            layers().get(name + ".1.weight"),
            layers().get(name + ".1.bias"),
            POOL_EPS);
    return layers().same(FrozenLayers.relu(normed), name + ".3");
  }

  @Override
  NDArray reconstruct(NDArray pixels) {
    NDArray latents = encode(TorchOps.scale(pixels, 1 / BYTE));
    return TorchOps.scale(decode(halved(latents)), BYTE);
  }

  /** Rounded to half precision: what 16 bits hold. */
  static NDArray halved(NDArray latents) {
    return TorchOps.toFloat(TorchOps.cast(latents, DataType.FLOAT16));
  }

  @Override
  long bits(long places) {
    return places * CHANNELS * BITS_PER_LATENT;
  }
}
