package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenCompression;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.torch.Uploads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The token grids of a file or a folder of shards. Tokens stay in the mapped files and are copied
 * as a step needs them; of every row only the number of its label is held.
 */
final class PriorTokens implements AutoCloseable {

  /** The part of the heap that unpacked batches may take. */
  private static final int HEAP_SHARE = 4;

  private static final int NO_LABEL = -1;

  private final Path source;
  private TokenDataset dataset;
  private final TokenFileInfo info;

  /** Of each row the number of its label among {@link #names}, or {@link #NO_LABEL}. */
  private final int[] labels;

  private final List<String> names;
  private final int largest;
  private final int firstWithout;

  private PriorTokens(Path source, TokenDataset dataset) {
    this.source = source;
    this.dataset = dataset;
    info = dataset.info();
    if (dataset.size() < 1 || dataset.size() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "%s has %d rows; a prior trains on 1 to %d"
              .formatted(source, dataset.size(), Integer.MAX_VALUE - 8));
    }
    labels = new int[(int) dataset.size()];
    Map<String, Integer> numbers = new HashMap<>();
    int[] tokens = new int[info.cells()];
    int greatest = -1;
    int without = -1;
    int row = 0;
    for (TokenBatch batch : dataset.batches()) {
      for (int i = 0; i < batch.size(); i++, row++) {
        String label = batch.label(i);
        labels[row] =
            label == null ? NO_LABEL : numbers.computeIfAbsent(label, name -> numbers.size());
        without = label == null && without < 0 ? row : without;
        if (!info.tokenizer().knowsCodebook()) {
          batch.copyTokens(i, tokens);
          for (int token : tokens) {
            greatest = Math.max(greatest, token);
          }
        }
      }
    }
    largest = greatest;
    firstWithout = without;
    names = new ArrayList<>(Collections.nCopies(numbers.size(), ""));
    numbers.forEach((name, number) -> names.set(number, name));
  }

  /** Opens a file or a folder of shards, and reads all labels. */
  static PriorTokens open(Path source) throws IOException {
    TokenDataset dataset = TokenDataset.open(source);
    try {
      return new PriorTokens(source, dataset);
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  /**
   * Writes packed tokens that are large beside the heap into a plain file, from which single rows
   * can be read: a packed batch has to be unpacked whole for each of its rows.
   *
   * @param file to write; it is only of use to this process
   */
  void unpack(Path file) throws IOException {
    boolean packed =
        dataset.readers().stream().anyMatch(r -> r.compression() != TokenCompression.NONE);
    long bytes = dataset.size() * info.cells() * info.tokenizer().tokenType().bytes();
    if (packed && bytes > Runtime.getRuntime().maxMemory() / HEAP_SHARE) {
      unpackInto(file);
    }
  }

  /** The same, however small they are. */
  void unpackInto(Path file) throws IOException {
    TokenFileInfo plain =
        TokenFileInfo.toWrite(info.tokenizer(), info.writer(), List.<TokenColumn>of());
    try (TokenFileWriter writer = TokenFileWriter.create(file, plain)) {
      for (TokenBatch batch : dataset.batchesAhead(2)) {
        for (int i = 0; i < batch.size(); i++) {
          writer.append(TokenRow.of(batch.id(i), batch.grid(i)));
        }
      }
      writer.finish();
    }
    dataset.close();
    dataset = TokenDataset.openUnchecked(file);
  }

  TokenFileInfo info() {
    return info;
  }

  TokenDataset dataset() {
    return dataset;
  }

  int rows() {
    return labels.length;
  }

  /** Tokens of a row. */
  int cells() {
    return info.cells();
  }

  /** Entries of the codebook: what the file says, or one more than its largest token. */
  int codebookSize() {
    return info.tokenizer().knowsCodebook() ? info.codebookSize() : largest + 1;
  }

  /** Whether no row has a label. */
  boolean unlabelled() {
    return names.isEmpty();
  }

  /** The distinct labels in alphabetical order: the place in the list is the class. */
  List<String> classes() {
    if (firstWithout >= 0) {
      throw new IllegalArgumentException(
          "row %d of %s has no label; a class-conditional prior needs one in every row, and --unconditional trains without any"
              .formatted(firstWithout, source));
    }
    return List.copyOf(new TreeSet<>(names));
  }

  /**
   * The class of every row; a label that is not among the classes, as a small training set may lack
   * it, or none counts as no class: {@code classes.size()}.
   */
  int[] classesOf(List<String> classes) {
    Map<String, Integer> places = new HashMap<>();
    classes.forEach(name -> places.put(name, places.size()));
    int[] byNumber =
        names.stream().mapToInt(name -> places.getOrDefault(name, classes.size())).toArray();
    int[] ids = new int[rows()];
    for (int row = 0; row < ids.length; row++) {
      ids[row] = labels[row] == NO_LABEL ? classes.size() : byNumber[labels[row]];
    }
    return ids;
  }

  /** Copies the tokens of a row. */
  void copy(int row, int[] scratch, long[] target, int at) {
    dataset.copyTokens(row, scratch);
    for (int i = 0; i < scratch.length; i++) {
      target[at + i] = scratch[i];
    }
  }

  /** Some rows as int64 {@code [rows.length, cells]}, owned by the manager. */
  NDArray rows(NDManager manager, int[] rows) {
    int[] scratch = new int[cells()];
    long[] tokens = new long[rows.length * cells()];
    for (int i = 0; i < rows.length; i++) {
      copy(rows[i], scratch, tokens, i * cells());
    }
    return Uploads.longs(tokens, new Shape(rows.length, cells()), manager);
  }

  /** Throws unless another file holds tokens of the same tokenizer and grid. */
  void requireSameTokenizer(PriorTokens other) {
    if (!info.tokenizerSha256().equals(other.info.tokenizerSha256())) {
      throw new IllegalArgumentException(
          "%s was written by tokenizer %s (sha256 %s), the training tokens by %s (sha256 %s)"
              .formatted(
                  other.source,
                  other.info.tokenizerName(),
                  other.info.tokenizerSha256(),
                  info.tokenizerName(),
                  info.tokenizerSha256()));
    }
    if (info.rows() != other.info.rows()
        || info.columns() != other.info.columns()
        || info.tokenizer().codebooks() != other.info.tokenizer().codebooks()) {
      throw new IllegalArgumentException(
          "%s has grids of %s, the training tokens of %s"
              .formatted(other.source, other.grid(), grid()));
    }
  }

  private String grid() {
    int codebooks = info.tokenizer().codebooks();
    String one = "%d x %d".formatted(info.rows() / codebooks, info.columns());
    return codebooks == 1 ? one : "%d codebooks, %s each".formatted(codebooks, one);
  }

  /** Throws unless another file holds the same images in the same order. */
  void requireSameImages(PriorTokens other) {
    if (rows() != other.rows()) {
      throw new IllegalArgumentException(
          "%s has %d rows, the training tokens %d; mirrored views come in the same order"
              .formatted(other.source, other.rows(), rows()));
    }
    for (int row = 0; row < rows(); row++) {
      if (!Objects.equals(dataset.label(row), other.dataset.label(row))
          || !Objects.equals(dataset.path(row), other.dataset.path(row))) {
        throw new IllegalArgumentException(
            "row %d of %s is %s (%s), of the training tokens %s (%s)"
                .formatted(
                    row,
                    other.source,
                    other.dataset.path(row),
                    other.dataset.label(row),
                    dataset.path(row),
                    dataset.label(row)));
      }
    }
  }

  @Override
  public void close() throws IOException {
    dataset.close();
  }
}
