package io.github.ideal4j.image;

import java.io.IOException;
import java.util.Optional;

/**
 * What became of one image of a source: pixels, or the reason why there are none.
 *
 * @param place in the list of chosen images
 * @param entry its place in the source, its class and split
 * @param image its pixels after the crop; empty if it could not be read
 * @param failure why not; empty if it could
 * @param orientation its EXIF orientation, 1 if it could not be read
 * @param sha256 of its encoded bytes, all zeros if even they could not be had
 * @param times that it took
 */
public record ReadImage(
    int place,
    ImageEntry entry,
    Optional<RgbImage> image,
    Optional<IOException> failure,
    int orientation,
    Digest sha256,
    Times times) {

  /**
   * Nanoseconds of one thread.
   *
   * @param read to get the encoded bytes
   * @param decode to decode and crop them
   */
  public record Times(long read, long decode) {}

  /** SHA-256 as text. */
  public record Digest(String hex) {}
}
