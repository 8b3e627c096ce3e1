package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;
import java.util.List;

/**
 * Multi-scale structural similarity (Wang, Simoncelli and Bovik 2003) as papers on learned
 * compression compute it: the windows of {@link GaussianSsim} at five scales with a 2 x 2 mean
 * between them; per channel the product of the mean contrast and structure of scales 1 to 4 and the
 * mean similarity of scale 5, each to the power of its weight and 0 where negative; then the mean
 * over channels.
 */
public final class MsSsim {

  /** Powers of the scales, the finest first. */
  public static final List<Double> WEIGHTS = List.of(0.0448, 0.2856, 0.3001, 0.2363, 0.1333);

  /** Smallest side an image may have: its fifth scale still holds one window. */
  public static final int SMALLEST_SIDE = (GaussianSsim.WINDOW - 1) * 16 + 1;

  private MsSsim() {}

  /**
   * What happens to a side of odd length before a 2 x 2 mean. There is no agreement, and values
   * differ by up to 0.03; sides that divide by 16 avoid the question.
   */
  public enum OddSide {
    /** The last row or column is repeated once, as in TensorFlow. */
    REPEAT_LAST {
      @Override
      double sum(Plane plane, int x, int y) {
        int right = Math.min(2 * x + 1, plane.width() - 1);
        int below = Math.min(2 * y + 1, plane.height() - 1);
        return plane.at(2 * x, 2 * y)
            + plane.at(right, 2 * y)
            + plane.at(2 * x, below)
            + plane.at(right, below);
      }
    },

    /** A row or column of zeros comes before the first, as in pytorch-msssim. */
    ZERO_BEFORE_FIRST {
      @Override
      double sum(Plane plane, int x, int y) {
        int left = 2 * x - plane.width() % 2;
        int top = 2 * y - plane.height() % 2;
        return padded(plane, left, top)
            + padded(plane, left + 1, top)
            + padded(plane, left, top + 1)
            + padded(plane, left + 1, top + 1);
      }
    };

    abstract double sum(Plane plane, int x, int y);

    private static double padded(Plane plane, int x, int y) {
      return x < 0 || y < 0 ? 0 : plane.at(x, y);
    }

    Plane half(Plane plane) {
      Plane half = new Plane((plane.width() + 1) / 2, (plane.height() + 1) / 2);
      for (int y = 0; y < half.height(); y++) {
        for (int x = 0; x < half.width(); x++) {
          half.values()[y * half.width() + x] = sum(plane, x, y) / 4;
        }
      }
      return half;
    }
  }

  /**
   * The similarity of two images, 0 to 1; of odd sides the last row or column is repeated.
   *
   * @throws IllegalArgumentException if the sizes differ or a side is below {@link #SMALLEST_SIDE}
   */
  public static double of(RgbImage original, RgbImage other) {
    return of(original, other, OddSide.REPEAT_LAST);
  }

  /** The similarity of two images, 0 to 1, with a rule for odd sides. */
  public static double of(RgbImage original, RgbImage other, OddSide oddSide) {
    ImagePairs.requireSameSize(original, other);
    ImagePairs.requireSide("MS-SSIM over five scales", SMALLEST_SIDE, original);
    double sum = 0;
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      sum += channel(Plane.of(original, channel), Plane.of(other, channel), oddSide);
    }
    return sum / RgbImage.CHANNELS;
  }

  private static double channel(Plane a, Plane b, OddSide oddSide) {
    double product = 1;
    Plane scaledA = a;
    Plane scaledB = b;
    int last = WEIGHTS.size() - 1;
    for (int scale = 0; scale <= last; scale++) {
      GaussianSsim.Terms terms = GaussianSsim.of(scaledA, scaledB);
      double term = scale == last ? terms.similarity() : terms.contrastStructure();
      // A fractional power of a negative number would be NaN.
      product *= Math.pow(Math.max(0, term), WEIGHTS.get(scale));
      if (scale < last) {
        scaledA = oddSide.half(scaledA);
        scaledB = oddSide.half(scaledB);
      }
    }
    return product;
  }
}
