package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Weights of {@link Inception} in either of two namings, up to the first layer that a file lacks.
 *
 * @param layers loaded, named as in the shipped file, batch norm folded
 * @param taps that they suffice for, at least one
 * @param file where they come from
 * @param firstMissing name of the first tensor that the file lacks; empty if it is complete
 */
record InceptionWeights(
    FrozenLayers layers, Set<InceptionTap> taps, Path file, String firstMissing) {

  /** Weight of the classifier, {@code [1008, 2048]}. */
  static final String SOFTMAX = "softmax.weight";

  private static final String TORCH_SOFTMAX = "fc.weight";
  private static final Shape SOFTMAX_SHAPE = new Shape(1008, 2048);
  private static final double BATCH_NORM_EPS = 1e-3;

  InceptionWeights {
    taps = Collections.unmodifiableSet(EnumSet.copyOf(taps));
  }

  static InceptionWeights read(Path file, NDManager manager) throws IOException {
    FrozenLayers layers = new FrozenLayers(manager);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return new Reading(file, tensors, layers).read();
    } catch (IOException | RuntimeException e) {
      layers.close();
      throw e;
    }
  }

  /** The taps in words, such as {@code 64, 192, sfid}. */
  static String labels(Set<InceptionTap> taps) {
    return taps.stream().map(InceptionTap::label).collect(Collectors.joining(", "));
  }

  private static final class Reading {
    private final Path file;
    private final SafetensorsFile tensors;
    private final FrozenLayers layers;
    private final boolean torch;

    Reading(Path file, SafetensorsFile tensors, FrozenLayers layers) {
      this.file = file;
      this.tensors = tensors;
      this.layers = layers;
      torch = tensors.has(InceptionLayers.ALL.get(0).torchName() + ".conv.weight");
    }

    InceptionWeights read() throws IOException {
      EnumSet<InceptionTap> taps = EnumSet.allOf(InceptionTap.class);
      for (InceptionLayer layer : InceptionLayers.ALL) {
        String missing = missing(layer);
        if (!missing.isEmpty()) {
          taps.removeIf(tap -> tap.compareTo(layer.neededBy()) >= 0);
          return finish(taps, missing);
        }
        add(layer);
      }
      String softmax = torch ? TORCH_SOFTMAX : SOFTMAX;
      if (!tensors.has(softmax)) {
        taps.remove(InceptionTap.PROBABILITIES);
        return finish(taps, softmax);
      }
      FrozenLayers.requireShape(file, tensors, softmax, SOFTMAX_SHAPE);
      layers.put(SOFTMAX, tensors.floats(softmax), SOFTMAX_SHAPE);
      return finish(taps, "");
    }

    private InceptionWeights finish(Set<InceptionTap> taps, String missing) throws IOException {
      if (taps.isEmpty()) {
        throw new IOException(
            "%s gives no features of Inception: it lacks tensor '%s'".formatted(file, missing));
      }
      return new InceptionWeights(layers, taps, file, missing);
    }

    /** The first tensor of a layer that is not there, or an empty text. */
    private String missing(InceptionLayer layer) {
      for (String name : names(layer)) {
        if (!tensors.has(name)) {
          return name;
        }
      }
      return "";
    }

    private String[] names(InceptionLayer layer) {
      String norm = layer.torchName() + ".bn.";
      return torch
          ? new String[] {
            layer.torchName() + ".conv.weight",
            norm + "bias",
            norm + "running_mean",
            norm + "running_var"
          }
          : new String[] {layer.name() + ".weight", layer.name() + ".bias"};
    }

    private void add(InceptionLayer layer) throws IOException {
      String[] names = names(layer);
      Shape perChannel = new Shape(layer.out());
      FrozenLayers.requireShape(file, tensors, names[0], layer.shape());
      for (int i = 1; i < names.length; i++) {
        FrozenLayers.requireShape(file, tensors, names[i], perChannel);
      }
      float[] weight = tensors.floats(names[0]);
      float[] bias = tensors.floats(names[1]);
      if (torch) {
        fold(layer, weight, bias);
      }
      layers.put(layer.name() + ".weight", weight, layer.shape());
      layers.put(layer.name() + ".bias", bias, perChannel);
    }

    /** Batch norm after a convolution is another convolution; a missing scale is 1. */
    private void fold(InceptionLayer layer, float[] weight, float[] bias) {
      String norm = layer.torchName() + ".bn.";
      float[] mean = tensors.floats(norm + "running_mean");
      float[] variance = tensors.floats(norm + "running_var");
      float[] scale = tensors.has(norm + "weight") ? tensors.floats(norm + "weight") : null;
      int perChannel = weight.length / bias.length;
      for (int c = 0; c < bias.length; c++) {
        double factor = (scale == null ? 1 : scale[c]) / Math.sqrt(variance[c] + BATCH_NORM_EPS);
        bias[c] = (float) (bias[c] - mean[c] * factor);
        for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
          weight[i] = (float) (weight[i] * factor);
        }
      }
    }
  }
}
