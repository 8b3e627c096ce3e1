package io.github.ideal4j.image;

import java.util.List;

/** Uncompressed BMP files with 1, 4 or 8 bits and a palette, or with 24 or 32 bits. */
final class BmpDecoder {

  private static final int FILE_HEADER_BYTES = 14;
  private static final List<Integer> HEADERS = List.of(40, 52, 56, 108, 124);
  private static final List<Integer> BITS = List.of(1, 4, 8, 24, 32);

  private final HeaderBytes in;
  private final int width;
  private final int height;
  private final boolean fromBottom;
  private final int bits;
  private final int paletteAt;
  private final int pixelsAt;
  private final int rowBytes;

  private BmpDecoder(HeaderBytes in, DecodingOptions options) throws ImageFormatException {
    this.in = in;
    int headerBytes = in.i32LittleEndian(FILE_HEADER_BYTES);
    if (!HEADERS.contains(headerBytes)) {
      throw in.problem(
          "BMP with a header of %d bytes; read are %s".formatted(headerBytes, HEADERS));
    }
    paletteAt = FILE_HEADER_BYTES + headerBytes;
    width = in.i32LittleEndian(18);
    int storedHeight = in.i32LittleEndian(22);
    fromBottom = storedHeight > 0;
    // The smallest integer has no absolute value; it stays negative and is refused.
    height = Math.abs(storedHeight);
    in.requireSize(width, height, options);
    bits = in.u16LittleEndian(28);
    int compression = in.i32LittleEndian(30);
    if (compression != 0 || !BITS.contains(bits)) {
      throw in.problem(
          "BMP with %d bits and compression %d; read are %s bits without compression"
              .formatted(bits, compression, BITS));
    }
    long begin = Integer.toUnsignedLong(in.i32LittleEndian(10));
    long row = ((long) width * bits + 31) / 32 * 4;
    if (begin + row * height > in.length()) {
      throw in.problem("cut off: %d bytes are too few".formatted(in.length()));
    }
    int used = in.i32LittleEndian(46);
    int colours = used > 0 && used <= 1 << Math.min(bits, 8) ? used : 1 << Math.min(bits, 8);
    if (bits < 24 && paletteAt + 4L * colours > begin) {
      throw in.problem("damaged BMP: its pixels begin inside of its palette");
    }
    pixelsAt = (int) begin;
    rowBytes = (int) row;
  }

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    return new BmpDecoder(new HeaderBytes(bytes, name), options).pixels();
  }

  private RgbImage pixels() throws ImageFormatException {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    int out = 0;
    for (int y = 0; y < height; y++) {
      int row = pixelsAt + rowBytes * (fromBottom ? height - 1 - y : y);
      for (int x = 0; x < width; x++) {
        int blue = bits < 24 ? paletteAt + 4 * index(row, x) : row + x * bits / 8;
        pixels[out++] = (byte) in.u8(blue + 2);
        pixels[out++] = (byte) in.u8(blue + 1);
        pixels[out++] = (byte) in.u8(blue);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  private int index(int row, int x) throws ImageFormatException {
    int bit = x * bits;
    int shift = 8 - bits - bit % 8;
    return in.u8(row + bit / 8) >> shift & ((1 << bits) - 1);
  }
}
