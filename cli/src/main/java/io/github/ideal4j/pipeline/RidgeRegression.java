package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.TorchOps;
import java.util.Arrays;

/**
 * Linear regression with an intercept and a small penalty, from sums over batches, so that no more
 * than one batch is in memory.
 */
final class RidgeRegression {

  /** Of the mean square of a feature: enough to keep the system solvable. */
  private static final double PENALTY = 1e-4;

  private final int width;
  private final int targets;
  private final double[][] gram; // [width + 1][width + 1], features and a one
  private final double[][] cross; // [width + 1][targets]
  private float[] weights;
  private double squares;
  private long count;

  RidgeRegression(int width, int targets) {
    this.width = width;
    this.targets = targets;
    gram = new double[width + 1][width + 1];
    cross = new double[width + 1][targets];
  }

  /** Adds rows {@code x [rows, width]} and {@code y [rows, targets]}. */
  void add(NDArray x, NDArray y) {
    NDArray one = withOne(x);
    NDArray turned = one.transpose();
    float[] products = turned.matMul(one).toFloatArray();
    float[] withTargets = turned.matMul(y).toFloatArray();
    for (int i = 0; i <= width; i++) {
      for (int j = 0; j <= width; j++) {
        gram[i][j] += products[i * (width + 1) + j];
      }
      for (int j = 0; j < targets; j++) {
        cross[i][j] += withTargets[i * targets + j];
      }
    }
  }

  private static NDArray withOne(NDArray x) {
    NDManager manager = x.getManager();
    return x.concat(manager.ones(new Shape(x.getShape().get(0), 1)), 1);
  }

  /**
   * Solves for the weights.
   *
   * @param manager takes what is needed meanwhile
   */
  void solve(NDManager manager) {
    double trace = 0;
    for (int i = 0; i < width; i++) {
      trace += gram[i][i];
    }
    for (int i = 0; i < width; i++) {
      gram[i][i] += PENALTY * trace / width;
    }
    NDArray left = manager.create(flat(gram), new Shape(width + 1L, width + 1L));
    NDArray right = manager.create(flat(cross), new Shape(width + 1L, targets));
    double[] solved = TorchOps.solve(left, right).toDoubleArray();
    weights = new float[solved.length];
    for (int i = 0; i < solved.length; i++) {
      weights[i] = (float) solved[i];
    }
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Compares predictions of rows with what they should be, 0 to 1. */
  void measure(NDArray x, NDArray y) {
    NDArray matrix = x.getManager().create(weights, new Shape(width + 1L, targets));
    NDArray predicted = withOne(x).matMul(matrix).clip(0, 1);
    squares += (double) predicted.sub(y).square().mean().getFloat() * y.size();
    count += y.size();
  }

  /** Of all that was measured, in decibels. */
  double psnr() {
    return -10 * Math.log10(Math.max(1e-12, squares / count));
  }
}
