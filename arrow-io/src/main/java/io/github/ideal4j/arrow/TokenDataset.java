package io.github.ideal4j.arrow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The tokens of a file, or of a folder of files as one: {@code part-00000.arrow}, {@code
 * part-00001.arrow} and so on, all of one tokenizer, in the order of their names. Rows count from 0
 * over all files. Safe for use by several threads; errors as in {@link TokenFileReader}.
 */
public final class TokenDataset implements AutoCloseable {

  private static final String ENDING = ".arrow";

  private final Path path;
  private final List<TokenFileReader> readers;
  private final TokenFileInfo info;

  /** Row at which each file starts, and after the last one the number of rows. */
  private final long[] starts;

  private TokenDataset(Path path, List<TokenFileReader> readers) throws IOException {
    this.path = path;
    this.readers = readers;
    starts = new long[readers.size() + 1];
    for (int i = 0; i < readers.size(); i++) {
      requireSameKind(readers.get(0), readers.get(i));
      starts[i + 1] = starts[i] + readers.get(i).size();
    }
    info = readers.get(0).info().withRowCount(starts[readers.size()]);
  }

  /** Name of a shard within its folder: {@code part-00007.arrow}. */
  public static String shardName(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("shards count from 0, got %d".formatted(number));
    }
    return "part-%05d".formatted(number) + ENDING;
  }

  /**
   * Opens a token file, or a folder of them.
   *
   * @throws NoSuchFileException if there is no such file or the folder has no {@code .arrow} file
   * @throws CorruptTokenFileException if a file is damaged, no token file, or of another kind than
   *     the first one, or if a shard is missing between others
   */
  public static TokenDataset open(Path fileOrFolder) throws IOException {
    return open(fileOrFolder, false);
  }

  /** The same without any check of the batches, see {@link TokenFileReader#openUnchecked}. */
  public static TokenDataset openUnchecked(Path fileOrFolder) throws IOException {
    return open(fileOrFolder, true);
  }

  private static TokenDataset open(Path fileOrFolder, boolean unchecked) throws IOException {
    List<TokenFileReader> readers = new ArrayList<>();
    try {
      for (Path file : files(fileOrFolder)) {
        readers.add(TokenFileReader.open(file, unchecked));
      }
      return new TokenDataset(fileOrFolder, readers);
    } catch (IOException | RuntimeException e) {
      closeAll(readers);
      throw e;
    }
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(path)) {
      files = listed.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new NoSuchFileException(
          path.toString(), null, "the folder has no %s file".formatted(ENDING));
    }
    requireNoGap(path, files);
    return files;
  }

  private static void requireNoGap(Path folder, List<Path> files) throws IOException {
    List<String> names = files.stream().map(file -> file.getFileName().toString()).toList();
    if (names.stream().allMatch(name -> name.matches("part-\\d{5}\\.arrow"))) {
      for (int i = 0; i < names.size(); i++) {
        if (!names.get(i).equals(shardName(i))) {
          throw new CorruptTokenFileException(folder, "%s is missing".formatted(shardName(i)));
        }
      }
    }
  }

  private static void requireSameKind(TokenFileReader first, TokenFileReader other)
      throws IOException {
    TokenFileInfo a = first.info();
    TokenFileInfo b = other.info();
    if (!a.tokenizer().equals(b.tokenizer())) {
      throw new CorruptTokenFileException(
          other.file(),
          "its %s is not the %s of %s"
              .formatted(b.tokenizer(), a.tokenizer(), first.file().getFileName()));
    }
    if (!a.optionalColumns().equals(b.optionalColumns())) {
      throw new CorruptTokenFileException(
          other.file(),
          "its optional columns are %s, those of %s are %s"
              .formatted(b.optionalColumns(), first.file().getFileName(), a.optionalColumns()));
    }
  }

  /** Tokenizer, columns, and the rows of all files together. */
  public TokenFileInfo info() {
    return info;
  }

  /** Number of rows of all files together. */
  public long size() {
    return info.rowCount();
  }

  /** What was opened. */
  public Path path() {
    return path;
  }

  /** The files, in order. They are closed with this. */
  public List<TokenFileReader> readers() {
    return List.copyOf(readers);
  }

  /** The tokens of a row. */
  public TokenGrid grid(long row) {
    return at(row, TokenBatch::grid);
  }

  /** Name of the class of a row, or null where unknown. */
  public String label(long row) {
    return at(row, TokenBatch::label);
  }

  /** Where the image of a row came from, or null where unknown. */
  public String path(long row) {
    return at(row, TokenBatch::path);
  }

  /** Which view of its image a row holds, or null where unknown. */
  public String view(long row) {
    return at(row, TokenBatch::view);
  }

  /** The id of a row; where files have no ids, the row's number within its file. */
  public long id(long row) {
    return at(row, TokenBatch::id);
  }

  /** A whole row. */
  public TokenRow row(long row) {
    return at(row, TokenBatch::row);
  }

  /** Reads something of one row of a batch. */
  private interface Access<T> {
    T of(TokenBatch batch, int row);
  }

  private <T> T at(long row, Access<T> access) {
    if (row < 0 || row >= size()) {
      throw new IndexOutOfBoundsException(
          "row %d is outside of %s, which has %d rows".formatted(row, path, size()));
    }
    int file = Arrays.binarySearch(starts, row);
    file = file >= 0 ? file : -file - 2;
    while (readers.get(file).size() == 0) {
      file++;
    }
    TokenFileReader reader = readers.get(file);
    long within = row - starts[file];
    TokenBatch batch = reader.batch(reader.batchOf(within));
    return access.of(batch, (int) (within - batch.firstRow()));
  }

  /**
   * Copies the tokens of a row, in raster order.
   *
   * @param target filled from 0 on; at least {@code rows * columns} long
   */
  public void copyTokens(long row, int[] target) {
    at(
        row,
        (batch, within) -> {
          batch.copyTokens(within, target);
          return null;
        });
  }

  /** Some rows, in the order given. */
  public TokenRows rows(long... numbers) {
    return new TokenRows(this, numbers);
  }

  /** The rows of a class, in order; those without a label for null. */
  public TokenRows withLabel(String label) {
    LongStream.Builder found = LongStream.builder();
    long row = 0;
    for (TokenBatch batch : batches()) {
      for (int i = 0; i < batch.size(); i++) {
        if (Objects.equals(batch.label(i), label)) {
          found.add(row + i);
        }
      }
      row += batch.size();
    }
    return new TokenRows(this, found.build().toArray());
  }

  /** All batches in order, read as the iteration goes. May be iterated more than once. */
  public Iterable<TokenBatch> batches() {
    return BatchIterator::new;
  }

  /**
   * All batches in order, some of them checked and unpacked ahead by other threads. Worth it where
   * files are packed; plain ones are bound by memory, and a second thread only gets in the way.
   *
   * @param ahead how many batches are prepared at once, at least 1
   */
  public Iterable<TokenBatch> batchesAhead(int ahead) {
    return () -> new ReadAhead<>(new JobIterator(), ahead);
  }

  /** Checks every sum and every token of every file. */
  public void verify() throws IOException {
    for (TokenFileReader reader : readers) {
      reader.verify();
    }
  }

  @Override
  public void close() throws IOException {
    closeAll(readers);
  }

  private static void closeAll(List<TokenFileReader> readers) throws IOException {
    for (TokenFileReader reader : readers) {
      reader.close();
    }
  }

  private final class BatchIterator implements Iterator<TokenBatch> {
    private final JobIterator jobs = new JobIterator();

    @Override
    public boolean hasNext() {
      return jobs.hasNext();
    }

    @Override
    public TokenBatch next() {
      return jobs.next().get();
    }
  }

  /** Batches as work still to be done. */
  private final class JobIterator implements Iterator<Supplier<TokenBatch>> {
    private int file;
    private int batch;

    @Override
    public boolean hasNext() {
      while (file < readers.size() && batch == readers.get(file).batchCount()) {
        file++;
        batch = 0;
      }
      return file < readers.size();
    }

    @Override
    public Supplier<TokenBatch> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more batches in %s".formatted(path));
      }
      TokenFileReader reader = readers.get(file);
      int number = batch++;
      return () -> reader.batch(number);
    }
  }
}
