package io.github.ideal4j.image;

import java.awt.image.Raster;

/** Colour arithmetic of libjpeg and Pillow, for samples that the JDK's reader leaves as stored. */
final class JpegColours {

  // The JFIF matrix with 16 bits behind the point, and a half for rounding.
  private static final int RED_FROM_CR = 91881;
  private static final int GREEN_FROM_CB = -22554;
  private static final int GREEN_FROM_CR = -46802;
  private static final int BLUE_FROM_CB = 116130;
  private static final int HALF = 1 << 15;

  private JpegColours() {}

  static int red(int y, int cr) {
    return clip(y + ((RED_FROM_CR * (cr - 128) + HALF) >> 16));
  }

  static int green(int y, int cb, int cr) {
    return clip(y + ((GREEN_FROM_CB * (cb - 128) + GREEN_FROM_CR * (cr - 128) + HALF) >> 16));
  }

  static int blue(int y, int cb) {
    return clip(y + ((BLUE_FROM_CB * (cb - 128) + HALF) >> 16));
  }

  /** Four inks, stored inverted, as Adobe's programs write them and Pillow always assumes. */
  static RgbImage fromCmyk(Raster raster) {
    return fromInks(raster, false);
  }

  /** Four inks of which three are stored as luminance and chrominance. */
  static RgbImage fromYcck(Raster raster) {
    return fromInks(raster, true);
  }

  private static RgbImage fromInks(Raster raster, boolean luminance) {
    int width = raster.getWidth();
    int[] row = new int[width * 4];
    byte[] pixels = new byte[width * raster.getHeight() * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int in = 0; in < row.length; in += 4) {
        int cyan = luminance ? 255 - red(row[in], row[in + 2]) : row[in];
        int magenta = luminance ? 255 - green(row[in], row[in + 1], row[in + 2]) : row[in + 1];
        int yellow = luminance ? 255 - blue(row[in], row[in + 1]) : row[in + 2];
        int black = row[in + 3];
        pixels[out++] = withoutInk(cyan, black);
        pixels[out++] = withoutInk(magenta, black);
        pixels[out++] = withoutInk(yellow, black);
      }
    }
    return new RgbImage(width, raster.getHeight(), pixels);
  }

  /** What an ink and black leave of the light; both stored inverted. */
  private static byte withoutInk(int ink, int black) {
    int product = (255 - ink) * black + 128;
    return (byte) clip(black - (((product >> 8) + product) >> 8));
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
