package io.github.ideal4j.image;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What an image file says about itself, read by our own parsers without decoding anything, and
 * within the limits. That a header is fine does not mean that the pixels are.
 *
 * @param format told by the first bytes
 * @param width columns as stored
 * @param height rows as stored
 * @param bits of a sample
 * @param orientation the EXIF orientation, 1 (upright) to 8
 */
public record ImageHeader(ImageFormat format, int width, int height, int bits, int orientation) {

  /**
   * Reads a header.
   *
   * @param bytes the whole file
   * @param name what to call it in messages
   * @throws ImageFormatException if it is beyond a limit, of a kind that is not let in, or damaged
   */
  public static ImageHeader read(byte[] bytes, String name, DecodingOptions options)
      throws ImageFormatException {
    HeaderBytes in = new HeaderBytes(bytes, name);
    if (bytes.length > options.limits().maxBytes()) {
      throw in.problem(
          "%d bytes are too many: at most %d (bytes=N raises it)"
              .formatted(bytes.length, options.limits().maxBytes()));
    }
    ImageFormat format = ImageFormat.of(in);
    if (!options.formats().contains(format)) {
      throw in.problem(
          "%s is not let in: formats are %s".formatted(format.title(), names(options)));
    }
    ImageHeader header =
        switch (format) {
          case JPEG -> jpeg(new JpegWalk(in, options).walk());
          case PNG -> png(in);
          case GIF -> plain(format, in.u16LittleEndian(6), in.u16LittleEndian(8));
          case BMP -> plain(format, in.i32LittleEndian(18), Math.abs(in.i32LittleEndian(22)));
          case WEBP -> new WebpWalk(in).walk();
        };
    in.requireSize(header.width, header.height, options);
    if (header.bits == 16 && !options.wideSamples()) {
      throw in.problem("PNG with 16 bits a sample, which is not let in: read are 1 to 8");
    }
    return header;
  }

  private static ImageHeader jpeg(JpegHeader header) {
    return new ImageHeader(
        ImageFormat.JPEG, header.width(), header.height(), 8, header.orientation());
  }

  private static ImageHeader png(HeaderBytes in) throws ImageFormatException {
    return new ImageHeader(
        ImageFormat.PNG, in.i32(16), in.i32(20), in.u8(24), PngDecoder.orientation(in));
  }

  private static ImageHeader plain(ImageFormat format, int width, int height) {
    return new ImageHeader(format, width, height, 8, 1);
  }

  private static String names(DecodingOptions options) {
    return options.formats().stream()
        .map(format -> format.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(","));
  }
}
