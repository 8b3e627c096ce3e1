package io.github.ideal4j.evaluation.codec;

import io.github.ideal4j.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Lossy WebP by the machine's own libwebp (BSD-3-Clause), with the settings of {@code cwebp}. For
 * every image the quality of 0 to 100 is chosen whose file comes nearest to the target; the whole
 * file counts, of which 20 to 30 bytes are its container. Safe for use by several threads.
 *
 * <p>The library does not come with the project: Java libraries that carry it are either unkept or
 * need Kotlin at run time. Ask {@link #isAvailable} first.
 */
public final class WebpCodec implements PixelCodec {

  private static final int LOWEST = 0;
  private static final int HIGHEST = 100;

  private final long targetBits;
  private final String version;

  /**
   * A codec.
   *
   * @param targetBits of each image, at least 1
   * @throws IllegalStateException if this machine has no libwebp
   */
  public WebpCodec(long targetBits) {
    this.targetBits = QualitySearch.requireTarget(targetBits);
    this.version = WebpLibrary.version();
  }

  /** Whether this machine has libwebp. */
  public static boolean isAvailable() {
    return WebpLibrary.isPresent();
  }

  @Override
  public String name() {
    return "webp";
  }

  @Override
  public String description() {
    return ("lossy WebP (libwebp %s), for each image the quality nearest to %,d bits;"
            + " the whole file counts, headers included")
        .formatted(version, targetBits);
  }

  @Override
  public List<Coded> code(List<RgbImage> images) {
    List<Coded> coded = new ArrayList<>();
    for (RgbImage image : images) {
      byte[] file =
          QualitySearch.nearest(
              LOWEST, HIGHEST, targetBits, quality -> WebpLibrary.encode(image, quality));
      RgbImage decoded = WebpLibrary.decode(file, image.width(), image.height());
      coded.add(new Coded(decoded, file.length * (long) Byte.SIZE));
    }
    return coded;
  }
}
