package io.github.ideal4j.image;

/** The orientation tag of EXIF: how a camera was held. */
final class ExifOrientation {

  private static final int TAG = 0x0112;
  private static final int UPRIGHT = 1;

  private ExifOrientation() {}

  /**
   * The orientation in a TIFF structure, 1 to 8; 1 when there is none or the structure is damaged,
   * because metadata is no reason to lose an image.
   */
  static int read(HeaderBytes in, int begin, int end) {
    try {
      boolean little = in.hasText(begin, "II");
      if (!little && !in.hasText(begin, "MM")) {
        return UPRIGHT;
      }
      long directory = (long) begin + (little ? in.i32LittleEndian(begin + 4) : in.i32(begin + 4));
      if (directory < begin || directory + 2 > end) {
        return UPRIGHT;
      }
      int at = (int) directory;
      int fields = u16(in, at, little);
      for (int i = 0; i < fields && at + 14 + 12 * i <= end; i++) {
        int field = at + 2 + 12 * i;
        if (u16(in, field, little) == TAG) {
          int value = u16(in, field + 8, little);
          return value >= 1 && value <= 8 ? value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (ImageFormatException e) {
      return UPRIGHT;
    }
  }

  private static int u16(HeaderBytes in, int at, boolean little) throws ImageFormatException {
    return little ? in.u16LittleEndian(at) : in.u16(at);
  }

  /** The image turned upright. */
  static RgbImage upright(RgbImage image, int orientation) {
    if (orientation == UPRIGHT) {
      return image;
    }
    boolean turned = orientation >= 5;
    int width = turned ? image.height() : image.width();
    int height = turned ? image.width() : image.height();
    byte[] pixels = new byte[image.pixels().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = source(orientation, x, y, image.width(), image.height());
        System.arraycopy(image.pixels(), 3 * from, pixels, 3 * (y * width + x), 3);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  /** The pixel of the stored image that belongs at {@code x, y} of the upright one. */
  private static int source(int orientation, int x, int y, int width, int height) {
    int right = width - 1;
    int bottom = height - 1;
    return switch (orientation) {
      case 2 -> y * width + right - x;
      case 3 -> (bottom - y) * width + right - x;
      case 4 -> (bottom - y) * width + x;
      case 5 -> x * width + y;
      case 6 -> (bottom - x) * width + y;
      case 7 -> (bottom - x) * width + right - y;
      case 8 -> x * width + right - y;
      default ->
          throw new IllegalArgumentException("orientation " + orientation + " is not 1 to 8");
    };
  }
}
