package io.github.ideal4j.image;

/**
 * What a decoder lets in.
 *
 * @param maxPixels width times height, checked in the header before anything is decoded
 * @param maxSide the longer side
 * @param orientation what to do with the orientation a camera noted
 */
public record DecodingOptions(long maxPixels, int maxSide, Orientation orientation) {

  /** What to do with the EXIF orientation. */
  public enum Orientation {
    /** Nothing, as Pillow, torchvision and the published pipelines do. */
    IGNORE,
    /** Turn the image upright. Tokens then differ from those pipelines'. */
    APPLY
  }

  public DecodingOptions {
    if (maxPixels < 1 || maxSide < 1) {
      throw new IllegalArgumentException(
          "limits must be at least 1, got %d pixels and side %d".formatted(maxPixels, maxSide));
    }
  }

  /** 64 megapixels, sides up to 32,768, orientation ignored. */
  public static DecodingOptions standard() {
    return new DecodingOptions(64L << 20, 1 << 15, Orientation.IGNORE);
  }

  /** The same with another policy of orientation. */
  public DecodingOptions withOrientation(Orientation policy) {
    return new DecodingOptions(maxPixels, maxSide, policy);
  }

  /** The same with another limit of pixels. */
  public DecodingOptions withMaxPixels(long pixels) {
    return new DecodingOptions(pixels, maxSide, orientation);
  }
}
