package io.github.ideal4j.evaluation.network;

import io.github.ideal4j.golden.SlowLayers;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Makes complete weights of Inception: the shipped layers, and random ones for the two blocks and
 * the classifier that are not shipped. Computes these by definition.
 */
final class CompleteInception {

  private static final int CLASSES = 1008;
  private static final int DEEP = 2048;
  private static final double EPS = 1e-3;

  private final long seed;

  CompleteInception(long seed) {
    this.seed = seed;
  }

  /** In the naming of the shipped file. */
  void writeFolded(Path shipped, Path to) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(shipped)) {
      Random random = new Random(seed);
      for (InceptionLayer layer : InceptionLayers.ALL) {
        tensors.put(
            layer.name() + ".weight",
            Tensor.of(weight(layer, file, random), layer.shape().getShape()));
        tensors.put(layer.name() + ".bias", Tensor.of(bias(layer, file, random), layer.out()));
      }
      tensors.put("softmax.weight", softmax(random));
    }
    SafetensorsWriter.write(to, tensors, Map.of());
  }

  /** In PyTorch's naming, with a batch norm that folds to the same numbers. */
  void writeUnfolded(Path shipped, Path to) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(shipped)) {
      Random random = new Random(seed);
      Random norms = new Random(seed + 1);
      for (InceptionLayer layer : InceptionLayers.ALL) {
        float[] weight = weight(layer, file, random);
        float[] bias = bias(layer, file, random);
        unfold(layer, weight, bias, norms, tensors);
      }
      tensors.put("fc.weight", softmax(random));
      tensors.put("fc.bias", Tensor.of(new float[CLASSES], CLASSES));
    }
    SafetensorsWriter.write(to, tensors, Map.of());
  }

  private static void unfold(
      InceptionLayer layer,
      float[] weight,
      float[] bias,
      Random random,
      Map<String, Tensor> tensors) {
    int out = layer.out();
    float[] mean = new float[out];
    float[] variance = new float[out];
    float[] scale = new float[out];
    int perChannel = weight.length / out;
    for (int c = 0; c < out; c++) {
      mean[c] = (float) random.nextGaussian();
      variance[c] = 0.5f + random.nextFloat();
      scale[c] = 0.5f + random.nextFloat();
      double factor = scale[c] / Math.sqrt(variance[c] + EPS);
      bias[c] = (float) (bias[c] + mean[c] * factor);
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        weight[i] = (float) (weight[i] / factor);
      }
    }
    String norm = layer.torchName() + ".bn.";
    tensors.put(layer.torchName() + ".conv.weight", Tensor.of(weight, layer.shape().getShape()));
    tensors.put(norm + "weight", Tensor.of(scale, out));
    tensors.put(norm + "bias", Tensor.of(bias, out));
    tensors.put(norm + "running_mean", Tensor.of(mean, out));
    tensors.put(norm + "running_var", Tensor.of(variance, out));
  }

  private static float[] weight(InceptionLayer layer, SafetensorsFile file, Random random) {
    String name = layer.name() + ".weight";
    if (file.has(name)) {
      return file.floats(name);
    }
    int size = Math.toIntExact(layer.shape().size());
    return gaussian(size, Math.sqrt(2.0 * layer.out() / size), random);
  }

  private static float[] bias(InceptionLayer layer, SafetensorsFile file, Random random) {
    String name = layer.name() + ".bias";
    return file.has(name) ? file.floats(name) : gaussian(layer.out(), 0.1, random);
  }

  private static Tensor softmax(Random random) {
    return Tensor.of(gaussian(CLASSES * DEEP, 0.1, random), CLASSES, DEEP);
  }

  private static float[] gaussian(int size, double scale, Random random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  /** Random features, 0 to 1. */
  double[][][] input(int channels, int side) {
    Random random = new Random(seed + 2);
    double[][][] x = new double[channels][side][side];
    for (double[][] plane : x) {
      for (double[] row : plane) {
        for (int i = 0; i < side; i++) {
          row[i] = random.nextFloat();
        }
      }
    }
    return x;
  }

  static float[] flat(double[][][] x) {
    float[] flat = new float[x.length * x[0].length * x[0][0].length];
    int at = 0;
    for (double[][] plane : x) {
      for (double[] row : plane) {
        for (double value : row) {
          flat[at++] = (float) value;
        }
      }
    }
    return flat;
  }

  /** {@code mixed_9} and {@code mixed_10}. */
  static double[][][] last(double[][][] x, SafetensorsFile weights) {
    double[][][] y = block(x, "mixed_9", SlowLayers.pool(x, 3, 1, 1, true), weights);
    return block(y, "mixed_10", SlowLayers.pool(y, 3, 1, 1, false), weights);
  }

  private static double[][][] block(
      double[][][] x, String name, double[][][] pooled, SafetensorsFile weights) {
    double[][][] three = same(x, name + "_tower_conv", weights);
    double[][][] twice = same(x, name + "_tower_1_conv", weights);
    twice = same(twice, name + "_tower_1_conv_1", weights);
    return SlowLayers.join(
        same(x, name + "_conv", weights),
        same(three, name + "_tower_mixed_conv", weights),
        same(three, name + "_tower_mixed_conv_1", weights),
        same(twice, name + "_tower_1_mixed_conv", weights),
        same(twice, name + "_tower_1_mixed_conv_1", weights),
        same(pooled, name + "_tower_2_conv", weights));
  }

  private static double[][][] same(double[][][] x, String layer, SafetensorsFile weights) {
    long[] shape = weights.shape(layer + ".weight");
    int height = (int) shape[2];
    int width = (int) shape[3];
    return SlowLayers.relu(
        SlowLayers.convolve(
            x,
            weights.floats(layer + ".weight"),
            weights.floats(layer + ".bias"),
            height,
            width,
            1,
            height / 2,
            width / 2));
  }

  static double[] means(double[][][] x) {
    double[] means = new double[x.length];
    for (int c = 0; c < x.length; c++) {
      for (double[] row : x[c]) {
        for (double value : row) {
          means[c] += value / (row.length * x[c].length);
        }
      }
    }
    return means;
  }

  static double[] probabilities(double[] features, SafetensorsFile weights) {
    float[] matrix = weights.floats("softmax.weight");
    double[] logits = new double[CLASSES];
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < CLASSES; k++) {
      for (int i = 0; i < DEEP; i++) {
        logits[k] += matrix[k * DEEP + i] * features[i];
      }
      largest = Math.max(largest, logits[k]);
    }
    double sum = 0;
    for (int k = 0; k < CLASSES; k++) {
      logits[k] = Math.exp(logits[k] - largest);
      sum += logits[k];
    }
    for (int k = 0; k < CLASSES; k++) {
      logits[k] /= sum;
    }
    return logits;
  }
}
