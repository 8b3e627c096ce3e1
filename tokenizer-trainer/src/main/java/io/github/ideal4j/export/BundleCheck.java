package io.github.ideal4j.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.DecodedImages;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.quantizer.Quantizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Runs photographs through a bundle and through the blocks that it was made of.
 *
 * @param encoder the original
 * @param decoder the original
 * @param manager of the originals
 */
record BundleCheck(EncoderBlock encoder, DecoderBlock decoder, NDManager manager) {

  TokenizerExport.Comparison compare(
      Bundle bundle, List<RgbImage> photographs, GraphForm.Limits limits) throws IOException {
    Differences all = new Differences();
    try (ImageTokenizer served = ImageTokenizer.open(bundle, SessionSettings.cpu());
        NDManager own = manager.newSubManager()) {
      int[][] tokens = served.encode(photographs);
      DecodedImages decoded = served.decode(tokens);
      for (int i = 0; i < tokens.length; i++) {
        try (NDManager one = own.newSubManager()) {
          compareTokens(photographs.get(i), tokens[i], one, all);
          NDList original = decode(tokens[i], one);
          byte[] pixels = decoded.images().get(i).pixels();
          all.levels = Math.max(all.levels, levels(original.get(0).toByteArray(), pixels));
          float[] features = decoded.deep().get(i);
          all.features =
              Math.max(all.features, difference(original.get(1).toFloatArray(), features));
        }
      }
    }
    return new TokenizerExport.Comparison(
        photographs.size(),
        all.tokens,
        all.differing,
        all.margin,
        all.levels,
        all.features,
        limits);
  }

  /** What has been seen so far. */
  private static final class Differences {
    private long tokens;
    private long differing;
    private double margin;
    private int levels;
    private double features;
  }

  /** Where tokens differ, the margin is how much nearer the original's code is in its own eyes. */
  private void compareTokens(RgbImage image, int[] tokens, NDManager own, Differences all) {
    Shape shape = new Shape(1, image.height(), image.width(), RgbImage.CHANNELS);
    ByteBuffer bytes = ByteBuffer.allocateDirect(image.pixels().length).put(image.pixels());
    NDArray input = own.create(bytes.flip(), shape, DataType.UINT8);
    NDArray vectors = encoder.vectors(new ParameterStore(own, false), input);
    Quantizer quantizer = encoder.tokenizer().quantizer();
    NDArray expected = quantizer.indices(vectors);
    NDArray actual = quantizerOrder(tokens, expected.getShape(), own);
    NDArray lost = quantizer.fit(vectors, expected).sub(quantizer.fit(vectors, actual));
    long[] wanted = expected.toLongArray();
    long[] found = actual.toLongArray();
    int codebooks = quantizer.codebooks();
    all.tokens += wanted.length;
    for (int j = 0; j < wanted.length; j++) {
      if (wanted[j] != found[j]) {
        all.differing++;
        all.margin = Math.max(all.margin, lost.getFloat(j / codebooks));
      }
    }
  }

  /**
   * Tokens of an image, codebook by codebook, as {@code [vectors]} or {@code [vectors, codebooks]}.
   */
  private static NDArray quantizerOrder(int[] tokens, Shape shape, NDManager own) {
    long[] wide = Arrays.stream(tokens).asLongStream().toArray();
    if (shape.dimension() == 1) {
      return own.create(wide, shape);
    }
    return own.create(wide, new Shape(shape.get(1), shape.get(0))).transpose();
  }

  private NDList decode(int[] tokens, NDManager own) {
    NDArray input = own.create(tokens, BundleShape.of(encoder.tokenizer().config(), 1));
    return decoder.forward(new ParameterStore(own, false), new NDList(input), false);
  }

  private static int levels(byte[] expected, byte[] actual) {
    int largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((expected[i] & 0xFF) - (actual[i] & 0xFF)));
    }
    return largest;
  }

  private static double difference(float[] expected, float[] actual) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
    }
    return largest;
  }
}
