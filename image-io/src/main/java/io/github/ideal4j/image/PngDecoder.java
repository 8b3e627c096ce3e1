package io.github.ideal4j.image;

/** PNG files. */
final class PngDecoder {

  private PngDecoder() {}

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    return Rasters.rgb(JdkReader.PNG.image(bytes, name));
  }
}
