package io.github.ideal4j.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;

/** Computes one convolution in float32 and in float64; they must agree. */
final class SelfTest {

  // Above 16 and no multiple of 16: where wrong results were seen (AMD Zen 5, libtorch 2.7.1).
  private static final int[] CHANNELS = {24, 40};
  private static final int SIDE = 12;
  private static final double TOLERANCE = 1e-3;

  private SelfTest() {}

  static boolean convolutionsAreSound() {
    for (int channels : CHANNELS) {
      if (relativeError(channels) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private static double relativeError(int channels) {
    Random random = new Random(channels);
    double[] x = random.doubles(2L * channels * SIDE * SIDE, -1, 1).toArray();
    double[] w = random.doubles((long) channels * channels * 9, -1, 1).toArray();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray exactX = manager.create(x, new Shape(2, channels, SIDE, SIDE));
      NDArray exactW = manager.create(w, new Shape(channels, channels, 3, 3));
      NDArray exact = convolve(exactX, exactW);
      NDArray quick =
          convolve(exactX.toType(DataType.FLOAT32, true), exactW.toType(DataType.FLOAT32, true));
      NDArray difference = quick.toType(DataType.FLOAT64, true).sub(exact).abs();
      return difference.max().getDouble() / exact.abs().max().getDouble();
    }
  }

  private static NDArray convolve(NDArray x, NDArray weight) {
    Shape one = new Shape(1, 1);
    return x.getNDArrayInternal().convolution(x, weight, null, one, one, one, 1).singletonOrThrow();
  }
}
