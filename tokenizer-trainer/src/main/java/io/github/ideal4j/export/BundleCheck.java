package io.github.ideal4j.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.DecodedImages;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.quantizer.Quantizer;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer.Reconstruction;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Runs photographs through a bundle and through the trained model, as it was before anything was
 * folded or rewritten.
 *
 * @param backbone the original
 * @param tokenizer the original
 * @param manager of the originals
 */
record BundleCheck(VisionBackbone backbone, DualAlignedTokenizer tokenizer, NDManager manager) {

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
          Reconstruction original = decode(tokens[i], one);
          byte[] expected = DecoderBlock.bytes(original.pixels()).toByteArray();
          byte[] pixels = decoded.images().get(i).pixels();
          all.levels = Math.max(all.levels, levels(expected, pixels));
          float[] features = decoded.deep().get(i);
          all.features =
              Math.max(all.features, difference(original.deep().toFloatArray(), features));
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
    int size = tokenizer.config().imageSize();
    BackboneTokens features = backbone.tokens(BackboneInput.of(size, backbone).pixels(input));
    NDArray vectors = tokenizer.project(features.shallow(), features.deep());
    Quantizer quantizer = tokenizer.quantizer();
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

  private Reconstruction decode(int[] tokens, NDManager own) {
    NDArray indices = own.create(tokens, BundleShape.of(tokenizer.config(), 1));
    return tokenizer.decode(TorchOps.cast(indices, DataType.INT64));
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
