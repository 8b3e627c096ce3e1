package io.github.ideal4j.image;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.leptonica;

/** Calls of Leptonica's functions. Loaded only where the library is on the class path. */
final class LeptonicaPixels {

  private static final int NO_COLOUR_MAP = 0;
  private static final int FULL_SIZE = 1;

  private LeptonicaPixels() {}

  /** Loads the natives, and keeps the library from writing to the error stream. */
  static void load() throws ReflectiveOperationException {
    Class.forName("org.bytedeco.leptonica.global.leptonica");
    Loader.load(leptonica.class);
    leptonica.setMsgSeverity(leptonica.L_SEVERITY_NONE);
  }

  static RgbImage decode(byte[] bytes, String name, ImageFormat format)
      throws ImageFormatException {
    int[] warnings = new int[1];
    PIX read =
        switch (format) {
          case JPEG ->
              leptonica.pixReadMemJpeg(bytes, bytes.length, NO_COLOUR_MAP, FULL_SIZE, warnings, 0);
          case PNG -> leptonica.pixReadMemPng(bytes, bytes.length);
          case WEBP -> leptonica.pixReadMemWebP(bytes, bytes.length);
          case GIF, BMP ->
              throw new IllegalArgumentException("%s is read by our own reader".formatted(format));
        };
    if (read == null) {
      throw new ImageFormatException(name, "damaged " + format.title());
    }
    try {
      if (warnings[0] != 0) {
        throw new ImageFormatException(
            name, "damaged %s: the decoder warns".formatted(format.title()));
      }
      return rgb(read, name);
    } finally {
      leptonica.pixDestroy(read);
    }
  }

  private static RgbImage rgb(PIX read, String name) throws ImageFormatException {
    if (read.d() == 32) {
      return pixels(read);
    }
    PIX wide = leptonica.pixConvertTo32(read);
    if (wide == null) {
      throw new ImageFormatException(name, "%d bits a pixel are not read".formatted(read.d()));
    }
    try {
      return pixels(wide);
    } finally {
      leptonica.pixDestroy(wide);
    }
  }

  /** Words of red, green, blue and alpha, red in the highest byte. */
  private static RgbImage pixels(PIX pix) {
    int width = pix.w();
    int height = pix.h();
    int[] row = new int[width];
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    IntPointer data = leptonica.pixGetData(pix);
    long words = leptonica.pixGetWpl(pix);
    int out = 0;
    for (int y = 0; y < height; y++) {
      data.position(y * words).get(row);
      for (int word : row) {
        pixels[out++] = (byte) (word >> 24);
        pixels[out++] = (byte) (word >> 16);
        pixels[out++] = (byte) (word >> 8);
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
