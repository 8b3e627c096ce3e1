package io.github.ideal4j.image;

/** BMP files. */
final class BmpDecoder {

  private BmpDecoder() {}

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    return Rasters.rgb(JdkReader.BMP.image(bytes, name));
  }
}
