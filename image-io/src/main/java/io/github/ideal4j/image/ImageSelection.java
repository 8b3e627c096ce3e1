package io.github.ideal4j.image;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Which images of a source to take: those of one split or all, and of these every n-th, beginning
 * with the first.
 *
 * @param split the name of the split, or null for all images
 * @param every 1 takes every image, 3 every third
 */
public record ImageSelection(String split, int every) {

  public ImageSelection {
    if (every < 1) {
      throw new IllegalArgumentException(
          "cannot take every %d-th image: at least 1".formatted(every));
    }
  }

  /** Every image of the source. */
  public static ImageSelection all() {
    return new ImageSelection(null, 1);
  }

  /** Every image of one split. */
  public static ImageSelection split(String split) {
    return new ImageSelection(Objects.requireNonNull(split), 1);
  }

  /** The same split, but only every n-th image of it. */
  public ImageSelection withEvery(int n) {
    return new ImageSelection(split, n);
  }

  /**
   * The chosen images, in the order of the source.
   *
   * @throws IllegalArgumentException if the source has no image of the split
   */
  public List<ImageEntry> of(ImageSource source) {
    List<ImageEntry> candidates =
        source.entries().stream()
            .filter(entry -> split == null || split.equals(entry.split()))
            .toList();
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException(nothing(source));
    }
    return IntStream.range(0, candidates.size())
        .filter(i -> i % every == 0)
        .mapToObj(candidates::get)
        .toList();
  }

  private String nothing(ImageSource source) {
    if (split == null) {
      return "the source holds no images (jpg, png, gif, bmp)";
    }
    List<String> splits =
        source.entries().stream()
            .map(ImageEntry::split)
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .toList();
    return "no image of split '%s'; the source has %s"
        .formatted(split, splits.isEmpty() ? "no splits (labels.csv names them)" : splits);
  }
}
