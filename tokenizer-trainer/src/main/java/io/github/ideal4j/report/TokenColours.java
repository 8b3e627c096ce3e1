package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A colour for each entry of a codebook, alike for entries that are alike, so that a token grid can
 * be looked at. The three directions in which the entries differ most become lightness, green to
 * red and blue to yellow (of Oklab, in which equal steps look equal), each spread evenly by rank.
 */
public final class TokenColours {

  private static final int AXES = 3;

  private final int[] colours;

  private TokenColours(int[] colours) {
    this.colours = colours;
  }

  /**
   * Chooses colours.
   *
   * @param codebook {@code [entries * dim]}, entry by entry
   * @param dim length of an entry, at least 3
   */
  public static TokenColours of(float[] codebook, int dim) {
    if (dim < AXES || codebook.length == 0 || codebook.length % dim != 0) {
      throw new IllegalArgumentException(
          "%d values are no codebook of entries with %d values (at least %d)"
              .formatted(codebook.length, dim, AXES));
    }
    double[][] ranks = new PrincipalAxes(codebook, dim).project(AXES);
    for (double[] values : ranks) {
      spread(values);
    }
    int[] colours = new int[codebook.length / dim];
    for (int i = 0; i < colours.length; i++) {
      double lightness = 0.38 + 0.52 * ranks[0][i];
      colours[i] = oklab(lightness, 0.26 * (ranks[1][i] - 0.5), 0.26 * (ranks[2][i] - 0.5));
    }
    return new TokenColours(colours);
  }

  /** Replaces values by their ranks from 0 to 1. */
  private static void spread(double[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
    for (int rank = 0; rank < order.length; rank++) {
      values[order[rank]] = order.length == 1 ? 0.5 : rank / (order.length - 1.0);
    }
  }

  /** Oklab to sRGB as 0xRRGGBB; the matrices are Björn Ottosson's (2020). */
  private static int oklab(double lightness, double a, double b) {
    double l = Math.pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    double m = Math.pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    double s = Math.pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    int red = gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
    int green = gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
    int blue = gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    return red << 16 | green << 8 | blue;
  }

  private static int gamma(double linear) {
    double light = Math.max(0, Math.min(1, linear));
    double encoded = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
    return (int) Math.rint(255 * encoded);
  }

  /**
   * A token grid as an image.
   *
   * @param tokens {@code [rows * columns]}, entries of the codebook
   * @param cell side of a token, in pixels
   * @return {@code rows * cell} high and {@code columns * cell} wide
   */
  public RgbImage image(int rows, int columns, int[] tokens, int cell) {
    int width = columns * cell;
    byte[] pixels = new byte[width * rows * cell * RgbImage.CHANNELS];
    for (int y = 0; y < rows * cell; y++) {
      for (int x = 0; x < width; x++) {
        int colour = colours[tokens[y / cell * columns + x / cell]];
        int at = (y * width + x) * RgbImage.CHANNELS;
        pixels[at] = (byte) (colour >> 16);
        pixels[at + 1] = (byte) (colour >> 8);
        pixels[at + 2] = (byte) colour;
      }
    }
    return new RgbImage(width, rows * cell, pixels);
  }
}
