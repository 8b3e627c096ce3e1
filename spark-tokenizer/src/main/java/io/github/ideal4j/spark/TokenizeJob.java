package io.github.ideal4j.spark;

import io.github.ideal4j.image.DecodingOptions;
import java.io.Serializable;
import java.util.Locale;

/**
 * What a job tokenizes, and how.
 *
 * @param bundle the tokenizer's folder, at a place that every executor sees: a mounted path, or a
 *     URI of the cluster's storage, from which each executor copies it once
 * @param images a mounted path of any source that the command reads (folder, zip, tar, folder of
 *     tars, Arrow data set, list), or a URI of a folder in the cluster's storage
 * @param out folder of the shards, a path or a URI
 * @param shards token files to write, a task each
 * @param batch photographs in one run of the encoder; the tokens of the local command with the same
 *     batch are equal to the bit
 * @param provider {@code cpu}, {@code cuda:N}, or {@code auto}: the GPU that Spark gave the task,
 *     the processor without one
 * @param applyOrientation whether photographs are turned upright
 */
public record TokenizeJob(
    String bundle,
    String images,
    String out,
    int shards,
    int batch,
    String provider,
    boolean applyOrientation)
    implements Serializable {

  public TokenizeJob {
    if (shards < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "a job has at least 1 shard and a batch of 1, got %d and %d".formatted(shards, batch));
    }
  }

  /** One shard for each 100,000 photographs is usual; a batch of 8, whatever device there is. */
  public static TokenizeJob of(String bundle, String images, String out, int shards) {
    return new TokenizeJob(bundle, images, out, shards, 8, "auto", false);
  }

  DecodingOptions decoding() {
    return DecodingOptions.standard()
        .withOrientation(
            applyOrientation
                ? DecodingOptions.Orientation.APPLY
                : DecodingOptions.Orientation.IGNORE);
  }

  /** Whether the photographs are in storage that Java's file system does not see. */
  boolean inClusterStorage() {
    return isRemote(images);
  }

  static boolean isRemote(String place) {
    int colon = place.indexOf(':');
    // A single letter is a drive of Windows.
    return colon > 1 && !place.substring(0, colon).toLowerCase(Locale.ROOT).equals("file");
  }

  static java.nio.file.Path local(String place) {
    return place.startsWith("file:")
        ? java.nio.file.Path.of(java.net.URI.create(place.replaceFirst("^file:/*", "file:///")))
        : java.nio.file.Path.of(place);
  }
}
