package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.quantizer.VectorQuantizer;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A pretrained VQ-VAE (arXiv 1711.00937) as a peer: a quarter of the size, 512 codes of 128
 * numbers, trained on photographs for pixels alone. Tokens cost 9 bits each. The weights are {@code
 * models/evaluation/vqvae_f4_k512_d128.safetensors}.
 *
 * <p>Safe for use by several threads.
 */
public final class VqVae extends NetworkCodec {

  /** By how much the grid of tokens is smaller than the image. */
  public static final int FACTOR = 4;

  /** How many codes there are. */
  public static final int CODES = 512;

  private static final int DIM = 128;
  private static final int NARROW = 64;
  private static final int BITS_PER_TOKEN = 9;
  private static final double BYTE = 255;
  private static final String CODEBOOK = "codebook.weight";
  private static final String NORMS = "norms";
  private static final Shape ONE = new Shape(1, 1);

  private VqVae(FrozenLayers layers) {
    super(layers, FACTOR);
  }

  /**
   * Loads the network.
   *
   * @param weights safetensors file
   * @param manager on the device of the computation; its child owns the weights
   * @throws IOException if the file cannot be read or lacks a tensor, which is named
   */
  public static VqVae load(Path weights, NDManager manager) throws IOException {
    FrozenLayers layers = FrozenLayers.read(weights, shapes(), manager);
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      putUp(layers, file, "decoder.conv_t_1", DIM, NARROW);
      putUp(layers, file, "decoder.conv_t_2", NARROW, 3);
      layers.put(NORMS, norms(file.floats(CODEBOOK)), new Shape(1, CODES));
      return new VqVae(layers);
    } catch (IOException | RuntimeException e) {
      layers.close();
      throw e;
    }
  }

  private static TensorShapes shapes() {
    TensorShapes shapes =
        new TensorShapes()
            .convolution("encoder.conv_1", NARROW, 3, 4)
            .convolution("encoder.conv_2", DIM, NARROW, 4)
            .convolution("encoder.conv_3", DIM, DIM, 3)
            .convolution("pre_vq_conv", DIM, DIM, 1)
            .tensor(CODEBOOK, CODES, DIM)
            .convolution("decoder.conv_1", DIM, DIM, 3)
            .tensor("decoder.conv_t_1.weight", DIM, NARROW, 4, 4)
            .vector("decoder.conv_t_1.bias", NARROW)
            .tensor("decoder.conv_t_2.weight", NARROW, 3, 4, 4)
            .vector("decoder.conv_t_2.bias", 3);
    for (String half : new String[] {"encoder", "decoder"}) {
      for (int unit = 0; unit < 2; unit++) {
        String name = "%s.res.%d".formatted(half, unit);
        shapes
            .unbiased(name + ".conv_1", NARROW, DIM, 3)
            .unbiased(name + ".conv_2", DIM, NARROW, 1);
      }
    }
    return shapes;
  }

  private static void putUp(
      FrozenLayers layers, SafetensorsFile file, String layer, int in, int out) {
    float[] weight = UpConvolution.weight(file.floats(layer + ".weight"), in, out);
    float[] bias = UpConvolution.bias(file.floats(layer + ".bias"));
    layers.put(layer + ".up.weight", weight, new Shape(bias.length, in, 3, 3));
    layers.put(layer + ".up.bias", bias, new Shape(bias.length));
  }

  /** The squared length of each code. */
  private static float[] norms(float[] codebook) {
    float[] norms = new float[CODES];
    for (int code = 0; code < CODES; code++) {
      double sum = 0;
      for (int i = code * DIM; i < (code + 1) * DIM; i++) {
        sum += (double) codebook[i] * codebook[i];
      }
      norms[code] = (float) sum;
    }
    return norms;
  }

  @Override
  public String name() {
    return "vq-vae-f4";
  }

  @Override
  public String description() {
    return "VQ-VAE, a token of 9 bits for each 4 x 4 pixels";
  }

  /**
   * The nearest codes.
   *
   * @param x {@code [batch, 3, height, width]}, -0.5 to 0.5
   * @return int64 {@code [batch, height / 4, width / 4]}
   */
  public NDArray encode(NDArray x) {
    NDArray y = FrozenLayers.relu(layers().convolve(x, "encoder.conv_1", 2, ONE));
    y = FrozenLayers.relu(layers().convolve(y, "encoder.conv_2", 2, ONE));
    y = residual(layers().same(y, "encoder.conv_3"), "encoder");
    y = layers().same(y, "pre_vq_conv"); // [batch, dim, rows, columns]
    Shape shape = y.getShape();
    NDArray vectors = y.transpose(0, 2, 3, 1).reshape(-1, DIM); // [vectors, dim]
    NDArray products = TorchOps.linear(vectors, layers().get(CODEBOOK), null); // [vectors, codes]
    NDArray distances = TorchOps.scale(products, -2).add(layers().get(NORMS));
    return distances.argMin(1).reshape(shape.get(0), shape.get(2), shape.get(3));
  }

  /**
   * The images of codes.
   *
   * @param indices int64 {@code [batch, rows, columns]}, 0 to 511
   * @return {@code [batch, 3, rows * 4, columns * 4]}, about -0.5 to 0.5
   */
  public NDArray decode(NDArray indices) {
    Shape grid = indices.getShape();
    NDArray vectors = VectorQuantizer.lookUp(indices.reshape(-1), layers().get(CODEBOOK));
    NDArray y =
        vectors
            .reshape(grid.get(0), grid.get(1), grid.get(2), DIM)
            .transpose(0, 3, 1, 2); // [batch, dim, rows, columns]
    y = residual(layers().same(y, "decoder.conv_1"), "decoder");
    return up(FrozenLayers.relu(up(y, "decoder.conv_t_1")), "decoder.conv_t_2");
  }

  /** The skip of a unit carries the ReLU too, and one more follows the last. */
  private NDArray residual(NDArray x, String half) {
    NDArray y = x;
    for (int unit = 0; unit < 2; unit++) {
      String name = "%s.res.%d".formatted(half, unit);
      NDArray h = FrozenLayers.relu(y);
      NDArray inner = FrozenLayers.relu(layers().same(h, name + ".conv_1"));
      y = h.add(layers().same(inner, name + ".conv_2"));
    }
    return FrozenLayers.relu(y);
  }

  private NDArray up(NDArray x, String layer) {
    return TorchOps.pixelShuffle(layers().same(x, layer + ".up"), UpConvolution.FACTOR);
  }

  @Override
  NDArray reconstruct(NDArray pixels) {
    NDArray x = TorchOps.addScalar(TorchOps.scale(pixels, 1 / BYTE), -0.5);
    return TorchOps.scale(TorchOps.addScalar(decode(encode(x)), 0.5), BYTE);
  }

  @Override
  long bits(long places) {
    return places * BITS_PER_TOKEN;
  }
}
