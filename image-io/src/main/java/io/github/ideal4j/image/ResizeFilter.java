package io.github.ideal4j.image;

/**
 * The kernels that Pillow resizes with. When an image shrinks they widen by the same factor, so
 * that every source pixel counts.
 */
public enum ResizeFilter {
  /** The mean of the covered pixels. */
  BOX(0.5) {
    @Override
    double weight(double x) {
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    }
  },
  /** A triangle. */
  BILINEAR(1) {
    @Override
    double weight(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /** A windowed sinc with one lobe. */
  HAMMING(1) {
    @Override
    double weight(double x) {
      double at = Math.abs(x);
      if (at == 0) {
        return 1;
      }
      if (at >= 1) {
        return 0;
      }
      // Pillow's two constants are floats; as doubles some pixels differ.
      return sinc(at) * (0.54f + 0.46f * Math.cos(Math.PI * at));
    }
  },
  /** The cubic with {@code a = -0.5}. */
  BICUBIC(2) {
    @Override
    double weight(double x) {
      double at = Math.abs(x);
      if (at < 1) {
        return ((CUBIC + 2) * at - (CUBIC + 3)) * at * at + 1;
      }
      return at < 2 ? (((at - 5) * at + 8) * at - 4) * CUBIC : 0;
    }
  },
  /** A windowed sinc with three lobes. */
  LANCZOS(3) {
    @Override
    double weight(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  };

  private static final double CUBIC = -0.5;

  private final double support;

  ResizeFilter(double support) {
    this.support = support;
  }

  /** How far the kernel reaches to each side, in pixels of the smaller image. */
  double support() {
    return support;
  }

  /** The kernel's height at a distance from its centre. */
  abstract double weight(double x);

  private static double sinc(double x) {
    double angle = Math.PI * x;
    return x == 0 ? 1 : Math.sin(angle) / angle;
  }
}
