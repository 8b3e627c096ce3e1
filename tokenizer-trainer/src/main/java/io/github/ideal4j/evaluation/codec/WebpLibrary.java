package io.github.ideal4j.evaluation.codec;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.github.ideal4j.image.RgbImage;
import java.util.Optional;

/**
 * The machine's libwebp, by its simple interface. The names are libwebp's; lengths are {@code
 * size_t}, so 64-bit machines only.
 *
 * @see <a href="https://developers.google.com/speed/webp/docs/api">the interface</a>
 */
final class WebpLibrary {

  /** What libwebp exports. */
  @SuppressWarnings("MethodName") // JNA finds functions by their names
  interface Functions extends Library {
    long WebPEncodeRGB(
        byte[] rgb, int width, int height, int stride, float quality, PointerByReference file);

    Pointer WebPDecodeRGBInto(byte[] file, long length, byte[] rgb, long capacity, int stride);

    void WebPFree(Pointer memory);

    int WebPGetEncoderVersion();
  }

  private static final Optional<Functions> FUNCTIONS = find();

  private WebpLibrary() {}

  private static Optional<Functions> find() {
    if (Native.POINTER_SIZE != Long.BYTES) {
      return Optional.empty();
    }
    // Linux and macOS find the first, Windows the second.
    return find("webp").or(() -> find("libwebp"));
  }

  private static Optional<Functions> find(String name) {
    try {
      return Optional.of(Native.load(name, Functions.class));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  static boolean isPresent() {
    return FUNCTIONS.isPresent();
  }

  private static Functions functions() {
    return FUNCTIONS.orElseThrow(
        () ->
            new IllegalStateException(
                "WebP needs libwebp, which this machine lacks (Debian: package libwebp7)"));
  }

  /** Such as {@code 1.5.0}. */
  static String version() {
    int version = functions().WebPGetEncoderVersion();
    return "%d.%d.%d".formatted(version >> 16, version >> 8 & 0xFF, version & 0xFF);
  }

  /**
   * A lossy file.
   *
   * @param quality 0 to 100
   */
  static byte[] encode(RgbImage image, int quality) {
    PointerByReference file = new PointerByReference();
    int stride = image.width() * RgbImage.CHANNELS;
    long length =
        functions()
            .WebPEncodeRGB(image.pixels(), image.width(), image.height(), stride, quality, file);
    if (length == 0) {
      throw new IllegalArgumentException(
          "libwebp refuses an image of %d x %d; sides go up to 16383"
              .formatted(image.width(), image.height()));
    }
    Pointer memory = file.getValue();
    try {
      return memory.getByteArray(0, Math.toIntExact(length));
    } finally {
      functions().WebPFree(memory);
    }
  }

  /** Decodes a file of an image of a known size. */
  static RgbImage decode(byte[] file, int width, int height) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    Pointer decoded =
        functions()
            .WebPDecodeRGBInto(file, file.length, pixels, pixels.length, width * RgbImage.CHANNELS);
    if (decoded == null) {
      throw new IllegalArgumentException(
          "libwebp cannot decode a file of %d bytes as %d x %d"
              .formatted(file.length, width, height));
    }
    return new RgbImage(width, height, pixels);
  }
}
