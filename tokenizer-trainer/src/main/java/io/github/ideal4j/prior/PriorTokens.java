package io.github.ideal4j.prior;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Labelled token grids in memory, read from token files.
 *
 * @param info of the file
 * @param tokens {@code [rows * cells]}, row after row
 * @param labels of the rows
 * @param paths of the rows, empty strings where the file has none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; lists would box every token
record PriorTokens(TokenFileInfo info, int[] tokens, List<String> labels, List<String> paths) {

  /** Reads a file or a folder of shards whole. */
  static PriorTokens read(Path source) throws IOException {
    try (TokenDataset dataset = TokenDataset.open(source)) {
      int rows = rows(source, dataset);
      int cells = dataset.info().rows() * dataset.info().columns();
      int[] tokens = new int[rows * cells];
      List<String> labels = new ArrayList<>(rows);
      List<String> paths = new ArrayList<>(rows);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(dataset.grid(row).indices(), 0, tokens, row * cells, cells);
        String label = dataset.label(row);
        if (label == null) {
          throw new IllegalArgumentException(
              "row %d of %s has no label; a class-conditional prior needs one in every row"
                  .formatted(row, source));
        }
        labels.add(label);
        paths.add(Objects.requireNonNullElse(dataset.path(row), ""));
      }
      return new PriorTokens(dataset.info(), tokens, List.copyOf(labels), List.copyOf(paths));
    }
  }

  private static int rows(Path source, TokenDataset dataset) {
    long cells = (long) dataset.info().rows() * dataset.info().columns();
    if (dataset.size() < 1 || dataset.size() * cells > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "%s has %d rows of %d tokens; a prior trains on 1 to %d rows of this size"
              .formatted(source, dataset.size(), cells, (Integer.MAX_VALUE - 8) / cells));
    }
    return (int) dataset.size();
  }

  int rows() {
    return labels.size();
  }

  int cells() {
    return info.rows() * info.columns();
  }

  /** The distinct labels in alphabetical order: the place in the list is the class. */
  List<String> classes() {
    return List.copyOf(new TreeSet<>(labels));
  }

  /**
   * The class of every row; a label that is not among the classes, as a small training set may lack
   * it, counts as no class: {@code classes.size()}.
   */
  int[] classesOf(List<String> classes) {
    int[] ids = new int[rows()];
    for (int row = 0; row < ids.length; row++) {
      int place = classes.indexOf(labels.get(row));
      ids[row] = place < 0 ? classes.size() : place;
    }
    return ids;
  }

  /** Throws unless another file holds tokens of the same tokenizer and grid. */
  void requireSameTokenizer(PriorTokens other, Path source) {
    if (!info.tokenizerSha256().equals(other.info.tokenizerSha256())) {
      throw new IllegalArgumentException(
          "%s was written by tokenizer %s (sha256 %s), the training tokens by %s (sha256 %s)"
              .formatted(
                  source,
                  other.info.tokenizerName(),
                  other.info.tokenizerSha256(),
                  info.tokenizerName(),
                  info.tokenizerSha256()));
    }
    if (info.rows() != other.info.rows() || info.columns() != other.info.columns()) {
      throw new IllegalArgumentException(
          "%s has grids of %d x %d, the training tokens of %d x %d"
              .formatted(
                  source, other.info.rows(), other.info.columns(), info.rows(), info.columns()));
    }
  }

  /** Throws unless another file holds the same images in the same order. */
  void requireSameImages(PriorTokens other, Path source) {
    if (rows() != other.rows()) {
      throw new IllegalArgumentException(
          "%s has %d rows, the training tokens %d; mirrored views come in the same order"
              .formatted(source, other.rows(), rows()));
    }
    for (int row = 0; row < rows(); row++) {
      if (!labels.get(row).equals(other.labels.get(row))
          || !paths.get(row).equals(other.paths.get(row))) {
        throw new IllegalArgumentException(
            "row %d of %s is %s (%s), of the training tokens %s (%s)"
                .formatted(
                    row,
                    source,
                    other.paths.get(row),
                    other.labels.get(row),
                    paths.get(row),
                    labels.get(row)));
      }
    }
  }
}
