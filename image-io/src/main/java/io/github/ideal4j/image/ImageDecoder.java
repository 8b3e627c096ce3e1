package io.github.ideal4j.image;

import java.util.function.UnaryOperator;

/**
 * Turns the bytes of a photograph into the pixels that Pillow's {@code convert("RGB")} makes of
 * them. What a file is, is decided by its first bytes, not by its name; its header is checked
 * against limits before anything is decoded; damage is an error, never a grey area.
 */
public final class ImageDecoder {

  /** Decoded samples, ours and the reader's, and what a crop or a check of them takes beside. */
  private static final long BYTES_PER_PIXEL = 9;

  private static final long BYTES_PER_WIDE_PIXEL = 15;

  /** The file, a copy without its segments, and that copy while it grows. */
  private static final long COPIES = 4;

  private ImageDecoder() {}

  /** Decodes with {@link DecodingOptions#standard()}. */
  public static RgbImage decode(byte[] bytes, String name) throws ImageFormatException {
    return decode(bytes, name, DecodingOptions.standard());
  }

  /**
   * Decodes a JPEG, PNG, GIF (its first frame), BMP or WebP file.
   *
   * @param bytes the whole file
   * @param name what to call it in messages: its path
   * @throws ImageFormatException if the file is damaged, beyond a limit, or of another kind
   */
  public static RgbImage decode(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    return decode(bytes, name, options, UnaryOperator.identity());
  }

  /**
   * Decodes and crops within the share of the heap that all threads together may use.
   *
   * @param crop what becomes of the image; its result is returned
   * @throws ImageFormatException if the file is damaged, beyond a limit, or of another kind
   * @throws IllegalStateException if this image alone needs more than half of the heap
   */
  public static RgbImage decode(
      byte[] bytes, String name, DecodingOptions options, UnaryOperator<RgbImage> crop)
      throws ImageFormatException {
    ImageHeader header = ImageHeader.read(bytes, name, options);
    long pixels = (long) header.width() * header.height();
    long perPixel = header.bits() == 16 ? BYTES_PER_WIDE_PIXEL : BYTES_PER_PIXEL;
    HeapBudget.Share share =
        HeapBudget.ofHeap().take(pixels * perPixel + COPIES * bytes.length, name);
    try {
      return crop.apply(upright(pixels(bytes, name, header, options), header, options));
    } finally {
      share.close();
    }
  }

  private static RgbImage pixels(
      byte[] bytes, String name, ImageHeader header, DecodingOptions options)
      throws ImageFormatException {
    boolean leptonica = options.decoder().resolved() == DecodingOptions.Decoder.LEPTONICA;
    return switch (header.format()) {
      case JPEG -> JpegDecoder.decode(bytes, name, options, leptonica);
      case PNG -> PngDecoder.decode(bytes, name, leptonica);
      case GIF -> GifDecoder.decode(bytes, name, options);
      case BMP -> BmpDecoder.decode(bytes, name, options);
      case WEBP -> {
        if (!leptonica) {
          throw new ImageFormatException(
              name,
              "WebP, which the JDK does not read; with Leptonica on the class path it is read");
        }
        yield Leptonica.decode(bytes, name, header);
      }
    };
  }

  private static RgbImage upright(RgbImage image, ImageHeader header, DecodingOptions options) {
    return switch (options.orientation()) {
      case IGNORE -> image;
      case APPLY -> ExifOrientation.upright(image, header.orientation());
    };
  }
}
