package io.github.ideal4j.image;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is let in and how it is decoded.
 *
 * @param limits of a single image
 * @param formats that are read; GIF and BMP only if they are named here
 * @param wideSamples whether PNG files with 16 bits a sample are narrowed as Pillow does; refused
 *     otherwise, because Pillow cuts grey ones at 255
 * @param orientation what to do with the orientation a camera noted
 * @param decoder who decodes
 */
public record DecodingOptions(
    ImageLimits limits,
    Set<ImageFormat> formats,
    boolean wideSamples,
    Orientation orientation,
    Decoder decoder) {

  /** What to do with the EXIF orientation. */
  public enum Orientation {
    /** Nothing, as Pillow, torchvision and the published pipelines do. */
    IGNORE,
    /** Turn the image upright. Tokens then differ from those pipelines'. */
    APPLY
  }

  /** Who decodes JPEG, PNG and WebP. All come to the same pixels. */
  public enum Decoder {
    /** The JDK's own readers. */
    JDK,
    /** The Leptonica library, which must be on the class path. */
    LEPTONICA,
    /** Leptonica where it is on the class path, the JDK otherwise. */
    AUTO;

    /** The one that is meant here and now: never {@link #AUTO}. */
    public Decoder resolved() {
      if (this == AUTO) {
        return Leptonica.isThere() ? LEPTONICA : JDK;
      }
      return this;
    }
  }

  public DecodingOptions {
    if (formats.isEmpty()) {
      throw new IllegalArgumentException("at least one format of images must be let in");
    }
    formats = Collections.unmodifiableSet(EnumSet.copyOf(formats));
  }

  /** JPEG and PNG (and WebP where Leptonica decodes), standard limits, orientation ignored. */
  public static DecodingOptions standard() {
    return new DecodingOptions(
        ImageLimits.standard(),
        EnumSet.of(ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP),
        false,
        Orientation.IGNORE,
        Decoder.JDK);
  }

  /** The same with other limits. */
  public DecodingOptions withLimits(ImageLimits newLimits) {
    return new DecodingOptions(newLimits, formats, wideSamples, orientation, decoder);
  }

  /** The same with other formats. */
  public DecodingOptions withFormats(Collection<ImageFormat> newFormats) {
    return new DecodingOptions(limits, Set.copyOf(newFormats), wideSamples, orientation, decoder);
  }

  /** The same with or without 16-bit PNG files. */
  public DecodingOptions withWideSamples(boolean allowed) {
    return new DecodingOptions(limits, formats, allowed, orientation, decoder);
  }

  /** The same with another policy of orientation. */
  public DecodingOptions withOrientation(Orientation policy) {
    return new DecodingOptions(limits, formats, wideSamples, policy, decoder);
  }

  /** The same with another decoder. */
  public DecodingOptions withDecoder(Decoder newDecoder) {
    return new DecodingOptions(limits, formats, wideSamples, orientation, newDecoder);
  }

  /** The same with another limit of pixels. */
  public DecodingOptions withMaxPixels(long pixels) {
    return withLimits(limits.with("pixels=" + pixels));
  }
}
