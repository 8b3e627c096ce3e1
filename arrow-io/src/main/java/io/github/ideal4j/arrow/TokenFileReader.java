package io.github.ideal4j.arrow;

import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one token file through a memory map, in any order.
 *
 * <p>Opening checks the frame of the file and the layout of every batch; a batch's CRC32C is
 * checked when the batch is first touched. A file from elsewhere is read too if it has a fitting
 * column {@code tokens}; it has no sums and names no tokenizer, which {@link #info()} shows. Safe
 * for use by several threads. Where an accessor meets damage it throws {@link UncheckedIOException}
 * with a {@link CorruptTokenFileException} inside, both with the same message.
 */
public final class TokenFileReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TokenFileReader.class);

  private final Path file;
  private final FileChannel channel;
  private final IpcFile frame;
  private final TokenSchema schema;
  private final TokenFileInfo info;
  private final List<BatchLayout> layouts = new ArrayList<>();

  /** Row at which each batch starts, and after the last one the number of rows. */
  private final long[] starts;

  private final AtomicReferenceArray<SoftReference<TokenBatch>> batches;

  private TokenFileReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    frame = IpcFile.read(file, channel);
    schema = Guard.parsing(file, () -> TokenSchema.parse(file, frame.schema()));
    if (schema.own()) {
      Guard.parsing(file, this::checkOwnFrame);
    }
    starts = new long[frame.blocks().size() + 1];
    for (int i = 0; i < frame.blocks().size(); i++) {
      int number = i;
      layouts.add(Guard.parsing(file, () -> frame.layout(number, schema)));
      starts[i + 1] = starts[i] + layouts.get(i).rows();
    }
    info = schema.info().withRowCount(starts[starts.length - 1]);
    if (schema.own() && !Long.toString(info.rowCount()).equals(frame.metadata().get(Crc.ROWS))) {
      throw corrupt(
          "its batches have %d rows, its footer says %s"
              .formatted(info.rowCount(), frame.metadata().get(Crc.ROWS)));
    }
    batches = new AtomicReferenceArray<>(layouts.size());
    if (compression() == TokenCompression.LZ4) {
      LOG.warn("{} is packed with LZ4, which is slow to read here; prefer zstd or none", file);
    }
  }

  /**
   * Opens a file.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws CorruptTokenFileException if it is damaged or no token file
   */
  public static TokenFileReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException("%s: there is no such token file".formatted(file));
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new TokenFileReader(file, channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** In our own files the schema and every batch have a sum, and nothing lies between them. */
  private Void checkOwnFrame() throws IOException {
    requireSum(Crc.SCHEMA, "schema", frame.schemaMessage());
    frame.requireContiguous();
    if (frame.metadata().size() != frame.blocks().size() + 2) {
      throw corrupt(
          "its footer has %d entries for %d batches"
              .formatted(frame.metadata().size(), frame.blocks().size()));
    }
    return null;
  }

  /** Tokenizer, columns and number of rows. */
  public TokenFileInfo info() {
    return info;
  }

  /** Number of rows. */
  public long size() {
    return info.rowCount();
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** How tokens are stored. */
  public TokenType tokenType() {
    return schema.tokenType();
  }

  /** How the first batch is packed, which stands for the file. */
  public TokenCompression compression() {
    return layouts.isEmpty() ? TokenCompression.NONE : layouts.get(0).compression();
  }

  /** Number of batches. */
  public int batchCount() {
    return layouts.size();
  }

  /** A batch; its sum is checked the first time. */
  public TokenBatch batch(int number) {
    SoftReference<TokenBatch> known = batches.get(number);
    TokenBatch batch = known == null ? null : known.get();
    if (batch == null) {
      try {
        batch = load(number);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      batches.set(number, new SoftReference<>(batch));
    }
    return batch;
  }

  /** Row {@code row} of the file as a row of its batch. */
  public TokenRow row(long row) {
    TokenBatch batch = batch(batchOf(row));
    return batch.row((int) (row - batch.firstRow()));
  }

  /** Number of the batch that holds a row. */
  int batchOf(long row) {
    if (row < 0 || row >= size()) {
      throw new IndexOutOfBoundsException(
          "row %d is outside of %s, which has %d rows".formatted(row, file, size()));
    }
    int found = Arrays.binarySearch(starts, row);
    int number = found >= 0 ? found : -found - 2;
    while (layouts.get(number).rows() == 0) {
      number++;
    }
    return number;
  }

  /** Checks the sum of every batch and the range of every token. */
  public void verify() throws IOException {
    verify(Progress.silent());
  }

  /**
   * Checks the sum of every batch and the range of every token, and reads every row.
   *
   * @throws CorruptTokenFileException naming the first damage
   */
  public void verify(Progress progress) throws IOException {
    try (Progress.Stage stage = progress.start("Verifying", size(), "rows")) {
      for (int number = 0; number < batchCount(); number++) {
        verify(load(number));
        stage.advance(layouts.get(number).rows());
      }
    }
  }

  private static void verify(TokenBatch batch) throws IOException {
    try {
      for (int row = 0; row < batch.size(); row++) {
        batch.row(row);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private TokenBatch load(int number) throws IOException {
    ByteBuffer message = frame.map(number);
    if (schema.own()) {
      requireSum(Crc.batch(number), "batch " + number, message);
    }
    int header = frame.blocks().get(number).metadataBytes();
    ByteBuffer body = IpcFile.slice(message, header, message.remaining() - header);
    try {
      return new TokenBatch(file, schema, starts[number], layouts.get(number), body);
    } catch (IOException | RuntimeException e) {
      throw new CorruptTokenFileException(
          file, "batch %d: %s".formatted(number, e.getMessage()), e);
    }
  }

  private void requireSum(String key, String what, ByteBuffer message) throws IOException {
    String expected = frame.metadata().get(key);
    String actual = Crc.of(message);
    if (!actual.equals(expected)) {
      throw corrupt(
          "%s is damaged: its CRC32C is %s, the footer says %s".formatted(what, actual, expected));
    }
  }

  private CorruptTokenFileException corrupt(String problem) {
    return new CorruptTokenFileException(file, problem);
  }

  /** Closes the file; batches that were handed out stay valid. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
