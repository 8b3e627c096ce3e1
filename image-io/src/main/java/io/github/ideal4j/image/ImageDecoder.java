package io.github.ideal4j.image;

/**
 * Turns the bytes of a photograph into the pixels that Pillow's {@code convert("RGB")} makes of
 * them. What a file is, is decided by its first bytes, not by its name; its header is checked
 * against limits before anything is decoded; damage is an error, never a grey area.
 */
public final class ImageDecoder {

  private ImageDecoder() {}

  /** Decodes with {@link DecodingOptions#standard()}. */
  public static RgbImage decode(byte[] bytes, String name) throws ImageFormatException {
    return decode(bytes, name, DecodingOptions.standard());
  }

  /**
   * Decodes a JPEG, PNG, GIF (its first frame) or BMP file.
   *
   * @param bytes the whole file
   * @param name what to call it in messages: its path
   * @throws ImageFormatException if the file is damaged, beyond a limit, or of another kind
   */
  public static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    if (startsWith(bytes, 0xFF, 0xD8, 0xFF)) {
      return JpegDecoder.decode(bytes, name, options);
    }
    if (startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
      return PngDecoder.decode(bytes, name, options);
    }
    if (startsWith(bytes, 'G', 'I', 'F', '8')) {
      return GifDecoder.decode(bytes, name, options);
    }
    if (startsWith(bytes, 'B', 'M')) {
      return BmpDecoder.decode(bytes, name, options);
    }
    throw new ImageFormatException(
        name,
        bytes.length == 0 ? "empty" : "not an image that is read here (JPEG, PNG, GIF or BMP)");
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }
}
