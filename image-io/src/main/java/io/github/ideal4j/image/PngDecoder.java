package io.github.ideal4j.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.CRC32;

/**
 * PNG files. Only the four chunks that carry pixels reach the JDK's reader, and their sums are
 * checked first; text, profiles, gamma and transparency do not matter to Pillow's RGB either.
 */
final class PngDecoder {

  private static final int SIGNATURE_BYTES = 8;
  private static final int CHUNK_OVERHEAD = 12;
  private static final int PALETTE = 3;
  private static final int MAX_COLOURS = 256;
  private static final List<String> CARRIED = List.of("IHDR", "PLTE", "IDAT", "IEND");

  private PngDecoder() {}

  static RgbImage decode(byte[] bytes, String name, boolean leptonica) throws ImageFormatException {
    HeaderBytes in = new HeaderBytes(bytes, name);
    if (in.i32(SIGNATURE_BYTES) != 13 || !in.hasText(SIGNATURE_BYTES + 4, "IHDR")) {
      throw in.problem("damaged PNG: it does not begin with its header");
    }
    int depth = in.u8(24);
    boolean hasPalette = in.u8(25) == PALETTE;
    int[] colours = new int[MAX_COLOURS];
    byte[] plain = plain(bytes, in, colours);
    if (leptonica && depth <= 8 && !hasPalette) {
      ImageHeader header = new ImageHeader(ImageFormat.PNG, in.i32(16), in.i32(20), depth, 1);
      return Leptonica.decode(plain, name, header);
    }
    BufferedImage image = JdkReader.PNG.image(plain, name);
    if (hasPalette) {
      return Rasters.fromPalette(image.getRaster(), colours);
    }
    return depth == 16 ? Rasters.fromWideSamples(image.getRaster()) : Rasters.rgb(image);
  }

  /**
   * The chunks that carry pixels. Fills in the colours of the palette; those it lacks are black.
   */
  private static byte[] plain(byte[] bytes, HeaderBytes in, int[] colours)
      throws ImageFormatException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    out.write(bytes, 0, SIGNATURE_BYTES);
    int at = SIGNATURE_BYTES;
    while (true) {
      int length = in.i32(at);
      if (length < 0 || length > bytes.length - at - CHUNK_OVERHEAD) {
        throw in.problem("cut off in the chunk at byte %d".formatted(at));
      }
      int size = length + CHUNK_OVERHEAD;
      for (String type : CARRIED) {
        if (in.hasText(at + 4, type)) {
          requireSum(bytes, in, at, length);
          out.write(bytes, at, size);
        }
      }
      if (in.hasText(at + 4, "PLTE")) {
        for (int i = 0; i < Math.min(length / 3, MAX_COLOURS); i++) {
          colours[i] = in.i32(at + 7 + 3 * i) & 0xFFFFFF;
        }
      }
      if (in.hasText(at + 4, "IEND")) {
        return out.toByteArray();
      }
      at += size;
    }
  }

  /** The orientation in the chunk for it, 1 where there is none before the end. */
  static int orientation(HeaderBytes in) throws ImageFormatException {
    long at = SIGNATURE_BYTES;
    while (at + CHUNK_OVERHEAD <= in.length()) {
      int length = in.i32((int) at);
      if (length < 0 || length > in.length() - at - CHUNK_OVERHEAD) {
        return 1;
      }
      if (in.hasText((int) at + 4, "eXIf")) {
        return ExifOrientation.read(in, (int) at + 8, (int) at + 8 + length);
      }
      at += (long) length + CHUNK_OVERHEAD;
    }
    return 1;
  }

  private static void requireSum(byte[] bytes, HeaderBytes in, int at, int length)
      throws ImageFormatException {
    CRC32 sum = new CRC32();
    sum.update(bytes, at + 4, length + 4);
    if ((int) sum.getValue() != in.i32(at + 8 + length)) {
      throw in.problem("damaged PNG: wrong CRC of the chunk at byte %d".formatted(at));
    }
  }
}
