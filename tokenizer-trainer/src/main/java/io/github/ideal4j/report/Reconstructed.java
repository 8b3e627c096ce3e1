package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Photographs with what a tokenizer made of them: the stuff of most pictures of a report.
 *
 * @param labels what each photograph shows; may be empty texts
 * @param photographs all of one size
 * @param reconstructions of that size, too
 * @param tokens {@code [rows * columns]} each
 * @param distances perceptual distance of each reconstruction (LPIPS); empty if it was not measured
 * @param rows of a token grid
 * @param columns of a token grid
 */
public record Reconstructed(
    List<String> labels,
    List<RgbImage> photographs,
    List<RgbImage> reconstructions,
    List<int[]> tokens,
    List<Double> distances,
    int rows,
    int columns) {

  public Reconstructed {
    labels = List.copyOf(labels);
    photographs = List.copyOf(photographs);
    reconstructions = List.copyOf(reconstructions);
    tokens = List.copyOf(tokens);
    distances = List.copyOf(distances);
    int count = photographs.size();
    if (labels.size() != count
        || reconstructions.size() != count
        || tokens.size() != count
        || (!distances.isEmpty() && distances.size() != count)) {
      throw new IllegalArgumentException(
          "%d photographs, but %d labels, %d reconstructions, %d token grids, %d distances"
              .formatted(
                  count, labels.size(), reconstructions.size(), tokens.size(), distances.size()));
    }
    for (int[] grid : tokens) {
      if (grid.length != rows * columns) {
        throw new IllegalArgumentException(
            "a grid of %d tokens is not %d x %d".formatted(grid.length, rows, columns));
      }
    }
  }

  /** Some of them, evenly chosen. */
  public Reconstructed some(int most) {
    int count = Math.min(most, photographs.size());
    return at(IntStream.range(0, count).map(i -> i * photographs.size() / count).boxed().toList());
  }

  /** Those with the largest distances first, or the smallest. */
  Reconstructed ranked(boolean worstFirst, int most) {
    Comparator<Integer> byDistance = Comparator.comparingDouble(distances::get);
    return at(
        IntStream.range(0, photographs.size())
            .boxed()
            .sorted(worstFirst ? byDistance.reversed() : byDistance)
            .limit(most)
            .toList());
  }

  private Reconstructed at(List<Integer> places) {
    return new Reconstructed(
        places.stream().map(labels::get).toList(),
        places.stream().map(photographs::get).toList(),
        places.stream().map(reconstructions::get).toList(),
        places.stream().map(tokens::get).toList(),
        distances.isEmpty() ? List.of() : places.stream().map(distances::get).toList(),
        rows,
        columns);
  }
}
