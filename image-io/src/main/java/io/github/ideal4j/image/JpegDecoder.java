package io.github.ideal4j.image;

/** JPEG files. */
final class JpegDecoder {

  private JpegDecoder() {}

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    JpegHeader header = JpegHeader.read(new HeaderBytes(bytes, name), options);
    byte[] plain = header.withPlainSegments(bytes);
    return ExifOrientation.upright(
        Rasters.fromSamples(JdkReader.JPEG.image(plain, name).getRaster()), 1);
  }
}
