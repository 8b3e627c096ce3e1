package io.github.ideal4j.image;

/**
 * How much a single image may ask for. All of it is read from the header by our own parsers, before
 * any decoder sees the file: a native decode cannot be interrupted, so work is bounded and not
 * timed.
 *
 * @param maxBytes of the encoded file, at most 1 GiB
 * @param maxPixels width times height
 * @param maxSide the longer side, in pixels
 * @param maxScans of a JPEG: a small file with hundreds of scans takes seconds
 * @param maxComponents of a JPEG: 1 grey, 3 colour, 4 inks
 */
public record ImageLimits(
    int maxBytes, long maxPixels, int maxSide, int maxScans, int maxComponents) {

  private static final int GIBIBYTE = 1 << 30;

  public ImageLimits {
    if (maxBytes < 1 || maxBytes > GIBIBYTE || maxPixels < 1 || maxSide < 1 || maxScans < 1) {
      throw new IllegalArgumentException(
          "limits must be at least 1 and a file at most %d bytes, got bytes=%d pixels=%d side=%d scans=%d"
              .formatted(GIBIBYTE, maxBytes, maxPixels, maxSide, maxScans));
    }
    if (maxComponents != 1 && maxComponents != 3 && maxComponents != 4) {
      throw new IllegalArgumentException(
          "a JPEG has 1, 3 or 4 components, got the limit %d".formatted(maxComponents));
    }
  }

  /** 64 MiB, 64 megapixels, sides up to 32,768, 100 scans, four components. */
  public static ImageLimits standard() {
    return new ImageLimits(64 << 20, 64L << 20, 1 << 15, 100, 4);
  }

  /**
   * The same with one limit changed.
   *
   * @param assignment {@code bytes}, {@code pixels}, {@code side}, {@code scans} or {@code
   *     components}, an equals sign and a number
   */
  public ImageLimits with(String assignment) {
    int equals = assignment.indexOf('=');
    String name = equals < 0 ? assignment : assignment.substring(0, equals);
    long value;
    try {
      value = Long.parseLong(assignment.substring(equals + 1).replace("_", ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' is no limit; pixels=100000000 would be".formatted(assignment), e);
    }
    return switch (name) {
      case "bytes" -> new ImageLimits(exact(value), maxPixels, maxSide, maxScans, maxComponents);
      case "pixels" -> new ImageLimits(maxBytes, value, maxSide, maxScans, maxComponents);
      case "side" -> new ImageLimits(maxBytes, maxPixels, exact(value), maxScans, maxComponents);
      case "scans" -> new ImageLimits(maxBytes, maxPixels, maxSide, exact(value), maxComponents);
      case "components" -> new ImageLimits(maxBytes, maxPixels, maxSide, maxScans, exact(value));
      default ->
          throw new IllegalArgumentException(
              "'%s' is no limit; limits are bytes, pixels, side, scans and components"
                  .formatted(name));
    };
  }

  private static int exact(long value) {
    return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, value));
  }
}
