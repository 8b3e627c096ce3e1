package io.github.ideal4j.image;

/** One pass over the chunks of a WebP file. Safe against any bytes: every step moves forward. */
final class WebpWalk {

  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEAD = 8;
  private static final int ANIMATED = 2;
  private static final int SIDE_MASK = 0x3FFF;

  private final HeaderBytes in;
  private int width;
  private int height;
  private int canvasWidth;
  private int canvasHeight;
  private int orientation = 1;

  WebpWalk(HeaderBytes in) {
    this.in = in;
  }

  ImageHeader walk() throws ImageFormatException {
    long end = CHUNK_HEAD + Integer.toUnsignedLong(in.i32LittleEndian(4));
    if (end > in.length()) {
      throw in.problem("cut off: %d of %d bytes".formatted(in.length(), end));
    }
    int at = FIRST_CHUNK;
    while (at + CHUNK_HEAD <= end) {
      long length = Integer.toUnsignedLong(in.i32LittleEndian(at + 4));
      if (length > end - at - CHUNK_HEAD) {
        throw in.problem("cut off in the chunk at byte %d".formatted(at));
      }
      chunk(at, at + CHUNK_HEAD, (int) length);
      at += CHUNK_HEAD + (int) length + (int) (length & 1);
    }
    if (width == 0) {
      throw in.problem("damaged WebP: it has no still image");
    }
    if (canvasWidth != 0 && (canvasWidth != width || canvasHeight != height)) {
      throw in.problem(
          "damaged WebP: a canvas of %d x %d for an image of %d x %d"
              .formatted(canvasWidth, canvasHeight, width, height));
    }
    return new ImageHeader(ImageFormat.WEBP, width, height, 8, orientation);
  }

  private void chunk(int at, int content, int length) throws ImageFormatException {
    if (in.hasText(at, "VP8X")) {
      if ((in.u8(content) & ANIMATED) != 0) {
        throw in.problem("animated WebP; read are still ones");
      }
      canvasWidth = 1 + (in.i32LittleEndian(content + 4) & 0xFFFFFF);
      canvasHeight = 1 + (in.i32LittleEndian(content + 6) >>> 8);
    } else if (in.hasText(at, "VP8L")) {
      requireFirst();
      int sides = in.i32LittleEndian(content + 1);
      width = 1 + (sides & SIDE_MASK);
      height = 1 + (sides >>> 14 & SIDE_MASK);
    } else if (in.hasText(at, "VP8 ")) {
      requireFirst();
      width = in.u16LittleEndian(content + 6) & SIDE_MASK;
      height = in.u16LittleEndian(content + 8) & SIDE_MASK;
    } else if (in.hasText(at, "EXIF")) {
      int begin = in.hasText(content, "Exif\0\0") ? content + 6 : content;
      orientation = ExifOrientation.read(in, begin, content + length);
    }
  }

  private void requireFirst() throws ImageFormatException {
    if (width != 0) {
      throw in.problem("damaged WebP: two images");
    }
  }
}
