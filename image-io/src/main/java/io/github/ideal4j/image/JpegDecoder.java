package io.github.ideal4j.image;

/**
 * JPEG files: a walk over the header, the JDK's reader, and a repair of the two cases in which that
 * reader does not come to libjpeg-turbo's pixels. A reader that wraps around where that one stops
 * gets only files in which neither has to ({@link JpegRange}).
 */
final class JpegDecoder {

  private JpegDecoder() {}

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options, boolean leptonica)
      throws ImageFormatException {
    JpegHeader header = new JpegWalk(new HeaderBytes(bytes, name), options).walk();
    RgbImage image = pixels(header, header.withPlainSegments(bytes), name, leptonica);
    if (image.width() != header.width() || image.height() != header.height()) {
      throw new ImageFormatException(name, "damaged JPEG: its size changes on the way");
    }
    return image;
  }

  private static RgbImage pixels(JpegHeader header, byte[] plain, String name, boolean leptonica)
      throws ImageFormatException {
    if (leptonica && header.components().size() < 4) {
      return Leptonica.decode(
          plain, name, new ImageHeader(ImageFormat.JPEG, header.width(), header.height(), 8, 1));
    }
    if (HalfChromaRows.readerReplicates() && !JpegRange.isSafe(plain)) {
      throw new ImageFormatException(name, "damaged JPEG: values that no photograph has");
    }
    return switch (header.colours()) {
      case CMYK -> JpegColours.fromCmyk(JdkReader.JPEG.raster(plain, name));
      case YCCK -> JpegColours.fromYcck(JdkReader.JPEG.raster(plain, name));
      case YCBCR ->
          header.hasHalfChromaRows() && HalfChromaRows.readerReplicates()
              ? HalfChromaRows.smooth(JdkReader.JPEG.raster(plain, name))
              : JdkReader.JPEG.pixels(plain, name, header.width(), header.height());
      case RGB -> JdkReader.JPEG.pixels(plain, name, header.width(), header.height());
      case GREY -> Rasters.fromSamples(JdkReader.JPEG.image(plain, name).getRaster());
    };
  }
}
