package io.github.ideal4j.image;

/**
 * The first frame of GIF files. Read here and not by the JDK, whose reader takes a frame that ends
 * early for a whole one.
 */
final class GifDecoder {

  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2C;
  private static final int HAS_TABLE = 0x80;
  private static final int INTERLACED = 0x40;
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private final HeaderBytes in;
  private int at;

  private GifDecoder(HeaderBytes in) {
    this.in = in;
  }

  static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    return new GifDecoder(new HeaderBytes(bytes, name)).decode(options);
  }

  private RgbImage decode(DecodingOptions options) throws ImageFormatException {
    int width = in.u16LittleEndian(6);
    int height = in.u16LittleEndian(8);
    in.requireSize(width, height, options);
    int flags = in.u8(10);
    at = 13;
    byte[] palette = (flags & HAS_TABLE) != 0 ? palette(flags) : new byte[0];
    skipExtensions();
    if (in.u8(at) != IMAGE) {
      throw in.problem("damaged GIF: no image at byte %d".formatted(at));
    }
    if (in.u16LittleEndian(at + 1) != 0
        || in.u16LittleEndian(at + 3) != 0
        || in.u16LittleEndian(at + 5) != width
        || in.u16LittleEndian(at + 7) != height) {
      throw in.problem("GIF whose first frame is not as large as its screen");
    }
    flags = in.u8(at + 9);
    at += 10;
    if ((flags & HAS_TABLE) != 0) {
      palette = palette(flags);
    }
    byte[] indices = new LzwReader(in, at).read(width * height);
    return colour(indices, palette, width, height, (flags & INTERLACED) != 0);
  }

  private byte[] palette(int flags) throws ImageFormatException {
    byte[] palette = new byte[3 << ((flags & 7) + 1)];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) in.u8(at++);
    }
    return palette;
  }

  private void skipExtensions() throws ImageFormatException {
    while (in.u8(at) == EXTENSION) {
      at += 2;
      while (in.u8(at) != 0) {
        at += 1 + in.u8(at);
      }
      at++;
    }
  }

  private RgbImage colour(byte[] indices, byte[] palette, int width, int height, boolean interlaced)
      throws ImageFormatException {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    int[] rows = rows(height, interlaced);
    for (int i = 0; i < indices.length; i++) {
      int colour = 3 * (indices[i] & 0xFF);
      if (colour >= palette.length) {
        throw in.problem("damaged GIF: colour %d is not in its table".formatted(colour / 3));
      }
      int to = 3 * (rows[i / width] * width + i % width);
      System.arraycopy(palette, colour, pixels, to, 3);
    }
    return new RgbImage(width, height, pixels);
  }

  /** Where the rows go, in the order in which they are stored. */
  private static int[] rows(int height, boolean interlaced) {
    int[] rows = new int[height];
    int stored = 0;
    for (int[] pass : interlaced ? PASSES : new int[][] {{0, 1}}) {
      for (int y = pass[0]; y < height; y += pass[1]) {
        rows[stored++] = y;
      }
    }
    return rows;
  }
}
