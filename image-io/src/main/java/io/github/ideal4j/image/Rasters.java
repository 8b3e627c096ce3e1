package io.github.ideal4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * Takes stored samples out of decoded images. {@code BufferedImage.getRGB} is avoided: it converts
 * colours by embedded profiles, and grey by gamma.
 */
final class Rasters {

  private Rasters() {}

  /** The pixels of an image with at most 8 bits a sample; alpha is dropped. */
  static RgbImage rgb(BufferedImage image) {
    if (image.getColorModel() instanceof IndexColorModel greys) {
      // The JDK's way to keep grey with fewer than 8 bits.
      int[] colours = new int[greys.getMapSize()];
      greys.getRGBs(colours);
      return fromPalette(image.getRaster(), colours);
    }
    return fromSamples(image.getRaster());
  }

  /** The colours, {@code 0xRRGGBB}, that the samples of the only band stand for. */
  static RgbImage fromPalette(Raster raster, int[] colours) {
    int width = raster.getWidth();
    int[] row = new int[width];
    byte[] pixels = new byte[width * raster.getHeight() * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        int colour = colours[index];
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
    if (bands >= RgbImage.CHANNELS && raster.getDataBuffer() instanceof DataBufferByte bytes) {
      if (raster.getSampleModel() instanceof PixelInterleavedSampleModel samples) {
        return interleaved(raster, bytes, samples);
      }
    }
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

  /** The same without a call for each row, where pixels are bytes side by side. */
  private static RgbImage interleaved(
      Raster raster, DataBufferByte buffer, PixelInterleavedSampleModel samples) {
    byte[] stored = buffer.getData();
    int[] bands = samples.getBandOffsets();
    int step = samples.getPixelStride();
    byte[] pixels = new byte[raster.getWidth() * raster.getHeight() * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int in = buffer.getOffset() + y * samples.getScanlineStride();
      for (int x = 0; x < raster.getWidth(); x++, in += step) {
        pixels[out++] = stored[in + bands[0]];
        pixels[out++] = stored[in + bands[1]];
        pixels[out++] = stored[in + bands[2]];
      }
    }
    return new RgbImage(raster.getWidth(), raster.getHeight(), pixels);
  }

  /**
   * 16-bit samples the way Pillow narrows them: the high byte, but grey without alpha is cut at
   * 255.
   */
  static RgbImage fromWideSamples(Raster raster) {
    boolean grey = raster.getNumBands() == 1;
    WritableRaster narrow =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE,
            raster.getWidth(),
            raster.getHeight(),
            raster.getNumBands(),
            null);
    int[] row = new int[raster.getWidth() * raster.getNumBands()];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int i = 0; i < row.length; i++) {
        row[i] = grey ? Math.min(row[i], 255) : row[i] >> 8;
      }
      narrow.setPixels(0, y, raster.getWidth(), 1, row);
    }
    return fromSamples(narrow);
  }
}
