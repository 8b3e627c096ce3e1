package io.github.ideal4j.evaluation.bundle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of the originals as they were compared: sizes and pixels, after the protocol's crop. Two
 * tables with equal sums were measured against the same images, wherever those lay.
 */
public final class PixelSum implements Measure {

  private final MessageDigest digest;
  private long images;

  /** Begins with nothing. */
  public PixelSum() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void add(EvaluatedBatch batch) {
    batch
        .pixels()
        .forEach(
            image -> {
              digest.update(
                  "%d x %d;"
                      .formatted(image.width(), image.height())
                      .getBytes(StandardCharsets.US_ASCII));
              digest.update(image.pixels());
            });
    images += batch.size();
  }

  /** How many images there were. */
  public long images() {
    return images;
  }

  /** The sum, 64 hexadecimal digits; afterwards this begins anew. */
  public String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void report(Measurements to) {}
}
