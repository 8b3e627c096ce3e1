package io.github.ideal4j.image;

/** Uncompressed BMP files with 1, 4 or 8 bits and a palette, or with 24 or 32 bits. */
final class BmpDecoder {

  private static final int FILE_HEADER_BYTES = 14;

  private BmpDecoder() {}

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    HeaderBytes in = new HeaderBytes(bytes, name);
    int headerBytes = in.i32LittleEndian(FILE_HEADER_BYTES);
    if (headerBytes < 40 || headerBytes > 124) {
      throw in.problem("BMP with a header of %d bytes; read are 40 to 124".formatted(headerBytes));
    }
    int width = in.i32LittleEndian(18);
    int storedHeight = in.i32LittleEndian(22);
    int height = storedHeight == Integer.MIN_VALUE ? -1 : Math.abs(storedHeight);
    in.requireSize(width, height, options);
    int bits = in.u16LittleEndian(28);
    int compression = in.i32LittleEndian(30);
    boolean readable = bits == 1 || bits == 4 || bits == 8 || bits == 24 || bits == 32;
    if (compression != 0 || !readable) {
      throw in.problem(
          "BMP with %d bits and compression %d; read are 1, 4, 8, 24, 32 without compression"
              .formatted(bits, compression));
    }
    long begin = in.i32LittleEndian(10) & 0xFFFFFFFFL;
    long rowBytes = ((long) width * bits + 31) / 32 * 4;
    if (begin + rowBytes * height > bytes.length) {
      throw in.problem("cut off: %d bytes are too few".formatted(bytes.length));
    }
    int paletteAt = FILE_HEADER_BYTES + headerBytes;
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    for (int y = 0; y < height; y++) {
      // A positive height counts from the bottom.
      int row = (int) (begin + rowBytes * (storedHeight > 0 ? height - 1 - y : y));
      int out = y * width * RgbImage.CHANNELS;
      for (int x = 0; x < width; x++) {
        int blue = bits >= 24 ? row + x * bits / 8 : paletteAt + 4 * index(in, row, x, bits);
        pixels[out++] = (byte) in.u8(blue + 2);
        pixels[out++] = (byte) in.u8(blue + 1);
        pixels[out++] = (byte) in.u8(blue);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  private static int index(HeaderBytes in, int row, int x, int bits) throws ImageFormatException {
    int bit = x * bits;
    int shift = 8 - bits - bit % 8;
    return in.u8(row + bit / 8) >> shift & ((1 << bits) - 1);
  }
}
