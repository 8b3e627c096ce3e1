package io.github.ideal4j.image;

import java.util.Arrays;
import java.util.Locale;

/** The kinds of image files that are read, told by their first bytes and never by a name. */
public enum ImageFormat {
  /** Baseline and progressive JPEG with 8 bits a sample. */
  JPEG("JPEG"),
  /** PNG with up to 8 bits a sample; 16 by option. */
  PNG("PNG"),
  /** The first frame of a GIF. */
  GIF("GIF"),
  /** Uncompressed BMP. */
  BMP("BMP"),
  /** Still WebP, which only {@link DecodingOptions.Decoder#LEPTONICA} reads. */
  WEBP("WebP");

  private final String title;

  ImageFormat(String title) {
    this.title = title;
  }

  /** The name that people write. */
  public String title() {
    return title;
  }

  /** The format of this name, in any case. */
  public static ImageFormat named(String name) {
    for (ImageFormat format : values()) {
      if (format.title.equalsIgnoreCase(name.strip())) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no format of images; formats are %s"
            .formatted(name, Arrays.toString(values()).toLowerCase(Locale.ROOT)));
  }

  /**
   * The format of a file.
   *
   * @throws ImageFormatException if it begins like none of them
   */
  static ImageFormat of(HeaderBytes in) throws ImageFormatException {
    if (starts(in, 0xFF, 0xD8, 0xFF)) {
      return JPEG;
    }
    if (starts(in, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
      return PNG;
    }
    if (in.hasText(0, "GIF87a") || in.hasText(0, "GIF89a")) {
      return GIF;
    }
    if (in.hasText(0, "RIFF") && in.hasText(8, "WEBP")) {
      return WEBP;
    }
    if (in.hasText(0, "BM")) {
      return BMP;
    }
    throw in.problem(
        in.length() == 0 ? "empty" : "not an image that is read here (JPEG, PNG, GIF, BMP, WebP)");
  }

  private static boolean starts(HeaderBytes in, int... start) throws ImageFormatException {
    if (in.length() < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (in.u8(i) != start[i]) {
        return false;
      }
    }
    return true;
  }
}
