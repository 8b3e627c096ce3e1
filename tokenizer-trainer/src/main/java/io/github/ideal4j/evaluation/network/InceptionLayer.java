package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.types.Shape;

/**
 * A convolution of {@link Inception}.
 *
 * @param name as in the shipped file, after the TensorFlow graph; its tensors end in {@code
 *     .weight} and {@code .bias}
 * @param torchName as in PyTorch's {@code pt_inception-2015-12-05} checkpoint; its tensors end in
 *     {@code .conv.weight} and {@code .bn.*}
 * @param shape of the weight, {@code [out, in, height, width]}
 * @param neededBy the first tap that cannot do without
 */
record InceptionLayer(String name, String torchName, Shape shape, InceptionTap neededBy) {

  int out() {
    return Math.toIntExact(shape.get(0));
  }
}
