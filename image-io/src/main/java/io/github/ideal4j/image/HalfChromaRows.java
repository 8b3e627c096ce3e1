package io.github.ideal4j.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;

/**
 * JPEG files whose colours have half the rows but all the columns (4:4:0, usually 4:2:2 turned by
 * 90 degrees). libjpeg-turbo smooths between the colour rows, libjpeg 6b, which some JDKs carry,
 * repeats them. A tiny file, read once, tells which of the two is here; for the latter we smooth
 * ourselves.
 */
final class HalfChromaRows {

  private static final String PROBE = "half-chroma-rows.jpg";

  private HalfChromaRows() {}

  /** Whether this runtime's reader repeats colour rows. */
  static boolean readerReplicates() {
    return Probe.REPLICATES;
  }

  /** Turns stored luminance and repeated colour rows into RGB with smoothed colours. */
  static RgbImage smooth(Raster raster) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int[] luminance = new int[width];
    int[][] blueness = {new int[width], new int[width]};
    int[][] redness = {new int[width], new int[width]};
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < height; y++) {
      boolean upper = y % 2 == 0;
      int near = y - y % 2;
      int far = neighbour(near, upper, height);
      raster.getSamples(0, y, width, 1, 0, luminance);
      raster.getSamples(0, near, width, 1, 1, blueness[0]);
      raster.getSamples(0, far, width, 1, 1, blueness[1]);
      raster.getSamples(0, near, width, 1, 2, redness[0]);
      raster.getSamples(0, far, width, 1, 2, redness[1]);
      int rounding = upper ? 1 : 2;
      for (int x = 0; x < width; x++) {
        int cb = (3 * blueness[0][x] + blueness[1][x] + rounding) >> 2;
        int cr = (3 * redness[0][x] + redness[1][x] + rounding) >> 2;
        pixels[out++] = (byte) JpegColours.red(luminance[x], cr);
        pixels[out++] = (byte) JpegColours.green(luminance[x], cb, cr);
        pixels[out++] = (byte) JpegColours.blue(luminance[x], cb);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  /** The first row of the next colour row up or down; the same one at the edge. */
  private static int neighbour(int near, boolean up, int height) {
    int far = up ? near - 2 : near + 2;
    return far < 0 || far >= height ? near : far;
  }

  /** Read when the first such file comes. */
  private static final class Probe {

    static final boolean REPLICATES = probe();

    private static boolean probe() {
      try (InputStream in = HalfChromaRows.class.getResourceAsStream(PROBE)) {
        if (in == null) {
          throw new IllegalStateException("resource %s is missing".formatted(PROBE));
        }
        Raster raster = JdkReader.JPEG.raster(in.readAllBytes(), PROBE);
        for (int y = 0; y + 1 < raster.getHeight(); y += 2) {
          if (raster.getSample(0, y, 1) != raster.getSample(0, y + 1, 1)) {
            return false;
          }
        }
        return true;
      } catch (IOException e) {
        throw new IllegalStateException("cannot read the resource " + PROBE, e);
      }
    }
  }
}
