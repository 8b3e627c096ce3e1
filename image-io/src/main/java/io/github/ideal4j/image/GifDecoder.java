package io.github.ideal4j.image;

/** GIF files. */
final class GifDecoder {

  private GifDecoder() {}

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    return Rasters.rgb(JdkReader.GIF.image(bytes, name));
  }
}
