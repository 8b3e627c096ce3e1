package io.github.ideal4j.pipeline;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Which photographs a step reads.
 *
 * @param source a folder, a {@code .zip} or a {@code .tar}
 * @param split the split of {@code labels.csv} to take, or null for all photographs
 * @param every takes every n-th photograph of those, at least 1
 * @param strict whether an unreadable photograph is an error instead of being skipped and counted
 */
public record Photographs(Path source, String split, int every, boolean strict) {

  public Photographs {
    Objects.requireNonNull(source, "source");
    if (every < 1) {
      throw new IllegalArgumentException(
          "every n-th photograph: n must be at least 1, got %d".formatted(every));
    }
  }

  /** All photographs of a source. */
  public static Photographs all(Path source) {
    return new Photographs(source, null, 1, false);
  }

  /** The same source, another split and share. */
  public Photographs select(String otherSplit, int everyNth) {
    return new Photographs(source, otherSplit, everyNth, strict);
  }
}
