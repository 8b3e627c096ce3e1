package io.github.ideal4j.image;

/** Reads numbers out of a file's header. Reading past the end says that the file is cut off. */
final class HeaderBytes {

  private final byte[] bytes;
  private final String name;

  HeaderBytes(byte[] bytes, String name) {
    this.bytes = bytes;
    this.name = name;
  }

  String name() {
    return name;
  }

  int length() {
    return bytes.length;
  }

  int u8(int at) throws ImageFormatException {
    if (at < 0 || at >= bytes.length) {
      throw new ImageFormatException(name, "cut off at byte %d".formatted(bytes.length));
    }
    return bytes[at] & 0xFF;
  }

  int u16(int at) throws ImageFormatException {
    return u8(at) << 8 | u8(at + 1);
  }

  int i32(int at) throws ImageFormatException {
    return u16(at) << 16 | u16(at + 2);
  }

  int u16LittleEndian(int at) throws ImageFormatException {
    return u8(at) | u8(at + 1) << 8;
  }

  int i32LittleEndian(int at) throws ImageFormatException {
    return u16LittleEndian(at) | u16LittleEndian(at + 2) << 16;
  }

  boolean hasText(int at, String text) throws ImageFormatException {
    for (int i = 0; i < text.length(); i++) {
      if (at + i >= bytes.length || u8(at + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  ImageFormatException problem(String problem) {
    return new ImageFormatException(name, problem);
  }

  /** Refuses sizes beyond the limits. Sides may come from a signed field. */
  void requireSize(int width, int height, DecodingOptions options) throws ImageFormatException {
    if (width < 1 || height < 1) {
      throw problem("has no pixels: %d x %d".formatted(width, height));
    }
    if (Math.max(width, height) > options.limits().maxSide()
        || (long) width * height > options.limits().maxPixels()) {
      throw problem(
          "%d x %d is too large: at most %d pixels a side and %d in all"
              .formatted(width, height, options.limits().maxSide(), options.limits().maxPixels()));
    }
  }
}
