package io.github.ideal4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Takes stored samples out of decoded images. {@code BufferedImage.getRGB} is avoided: it converts
 * colours by embedded profiles, and grey by gamma.
 */
final class Rasters {

  private Rasters() {}

  /** The pixels of an image with a palette, or with 8-bit samples; alpha is dropped. */
  static RgbImage rgb(BufferedImage image) {
    return image.getColorModel() instanceof IndexColorModel palette
        ? fromPalette(image.getRaster(), palette)
        : fromSamples(image.getRaster());
  }

  private static RgbImage fromPalette(Raster raster, IndexColorModel palette) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int width = raster.getWidth();
    int[] row = new int[width];
    byte[] pixels = new byte[width * raster.getHeight() * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        // An index without a colour is black, as in Pillow.
        int colour = index < colours.length ? colours[index] : 0;
        pixels[out++] = (byte) (colour >> 16);
        pixels[out++] = (byte) (colour >> 8);
        pixels[out++] = (byte) colour;
      }
    }
    return new RgbImage(width, raster.getHeight(), pixels);
  }

  /** One or two bands are grey (and alpha), three or four are red, green, blue (and alpha). */
  static RgbImage fromSamples(Raster raster) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int second = bands < RgbImage.CHANNELS ? 0 : 1;
    int third = bands < RgbImage.CHANNELS ? 0 : 2;
    int[] row = new int[width * bands];
    byte[] pixels = new byte[width * raster.getHeight() * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int in = 0; in < row.length; in += bands) {
        pixels[out++] = (byte) row[in];
        pixels[out++] = (byte) row[in + second];
        pixels[out++] = (byte) row[in + third];
      }
    }
    return new RgbImage(width, raster.getHeight(), pixels);
  }
}
