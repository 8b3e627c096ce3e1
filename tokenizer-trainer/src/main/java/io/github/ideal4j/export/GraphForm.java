package io.github.ideal4j.export;

import io.github.ideal4j.onnx.graph.AttentionFusion;
import io.github.ideal4j.onnx.graph.ByteWeights;
import io.github.ideal4j.onnx.graph.HalfPrecision;
import io.github.ideal4j.onnx.graph.SkipNormFusion;
import io.github.ideal4j.onnx.trace.ExportOptions;
import io.github.ideal4j.onnx.trace.Tolerance;

/**
 * In which form encoder and decoder are written.
 *
 * @param precision of the weights and of most operators
 * @param flavor which operators may be used
 */
public record GraphForm(Precision precision, Flavor flavor) {

  /** Float32, standard operators. */
  public static final GraphForm STANDARD = new GraphForm(Precision.FP32, Flavor.PORTABLE);

  /** How numbers are kept. */
  public enum Precision {
    /** As trained. */
    FP32,
    /** Half the size; norms, softmax and the choice of codes stay float32. */
    FP16,
    /** A quarter of the size: weights of matrix products in 255 steps, computed as float32. */
    INT8
  }

  /** Which operators there are. */
  public enum Flavor {
    /** Those of the ONNX standard, which any runtime knows. */
    PORTABLE,
    /** Also ONNX Runtime's own, for attention and for sums with a norm. */
    ORT
  }

  /** Adds the rewrites, and widens a tolerance by what float16 rounds. */
  ExportOptions apply(ExportOptions options) {
    ExportOptions changed = options;
    if (flavor == Flavor.ORT) {
      changed = changed.withRewrite(new AttentionFusion()).withRewrite(new SkipNormFusion());
    }
    // On noise, on which every grid is full of near ties; photographs are held to the limits.
    Tolerance wide = new Tolerance(1e-2, 5e-2, 0.7);
    return switch (precision) {
      case FP32 -> changed;
      case FP16 -> changed.withTolerance(wide).withRewrite(new HalfPrecision());
      case INT8 -> changed.withTolerance(wide).withRewrite(new ByteWeights());
    };
  }

  /** What a comparison on photographs must keep. */
  Limits limits() {
    return switch (precision) {
      case FP32 -> new Limits(0.998, 1e-3, 1, 2e-3);
      case FP16 -> new Limits(0.95, 2e-2, 8, 0.25);
      case INT8 -> new Limits(0.75, 0.5, 64, 2);
    };
  }

  /**
   * Limits of a comparison.
   *
   * @param equalTokens least share of equal tokens
   * @param margin a token may only differ where the cosines of the two codes differ less
   * @param pixelLevels largest difference of a decoded pixel
   * @param features largest difference of a decoded feature; they have a deviation of about 4
   */
  record Limits(double equalTokens, double margin, int pixelLevels, double features) {}
}
