package io.github.ideal4j.arrow;

import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes a token file beside its final place; {@link #finish()} completes it and moves it there.
 *
 * <pre>{@code
 * try (var writer = TokenFileWriter.create(path, info)) {
 *   for (...) {
 *     writer.append(TokenRow.of(id, grid).withLabel("camera"));
 *   }
 *   writer.finish();
 * }
 * }</pre>
 *
 * <p>Closing an unfinished writer, as happens when an exception leaves the block, deletes what was
 * written and leaves an earlier file at that place as it was. Not safe for use by several threads.
 */
public final class TokenFileWriter implements AutoCloseable {

  private static final long[] NO_IDS = {};

  private final Path target;
  private final Path beside;
  private final TokenFileInfo info;
  private final Schema schema;
  private BatchBuilder batch;
  private final Deque<Packing> packing = new ArrayDeque<>();
  private final Deque<BatchBuilder> spare = new ArrayDeque<>();
  private final Helpers helpers;
  private final TokenRange range;
  private final TokenFileOptions options;
  private final FileChannel channel;
  private final List<IpcMessages.BlockPlace> blocks = new ArrayList<>();
  private final Map<String, String> footer = new LinkedHashMap<>();
  private long rowCount;
  private long position;
  private final boolean kept;
  private long writtenRows;
  private boolean open = true;

  private TokenFileWriter(
      Path target, TokenFileInfo info, TokenFileOptions options, boolean kept, boolean existing)
      throws IOException {
    this.target = target;
    this.kept = kept;
    this.info = info;
    this.options = options;
    batch = new BatchBuilder(info, options);
    helpers = new Helpers(options.threads());
    range = new TokenRange(info.tokenizer().tokenType(), info.codebookSize());
    schema = TokenSchema.of(info);
    beside = AtomicFile.beside(target);
    channel =
        existing
            ? FileChannel.open(beside, StandardOpenOption.READ, StandardOpenOption.WRITE)
            : FileChannel.open(
                beside,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
  }

  /** Begins a file that is not compressed. See the other method. */
  public static TokenFileWriter create(Path file, TokenFileInfo info) throws IOException {
    return create(file, info, TokenFileOptions.standard());
  }

  /**
   * Begins a file.
   *
   * @param file where it will be once finished; missing parent folders are made
   * @param info tokenizer, writer and optional columns; the row count in it is ignored
   */
  public static TokenFileWriter create(Path file, TokenFileInfo info, TokenFileOptions options)
      throws IOException {
    return create(new TokenFileWriter(file, info, options, false, false));
  }

  /**
   * Begins a file of which the whole batches outlive this process: closing an unfinished writer
   * leaves them, and {@link #resume} goes on behind them.
   */
  public static TokenFileWriter createKept(Path file, TokenFileInfo info, TokenFileOptions options)
      throws IOException {
    return create(new TokenFileWriter(file, info, options, true, false));
  }

  private static TokenFileWriter create(TokenFileWriter writer) throws IOException {
    try {
      writer.begin();
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /**
   * Goes on with what a writer of {@link #createKept} left, behind some of its whole batches; later
   * ones are dropped.
   *
   * @param rows in the batches to keep, as {@link #writtenRows} and {@link #force} had it
   * @throws IOException if there is no such file, it is of another tokenizer, or it does not hold
   *     whole batches of so many rows
   */
  public static TokenFileWriter resume(
      Path file, TokenFileInfo info, TokenFileOptions options, long rows) throws IOException {
    TokenFileWriter writer = new TokenFileWriter(file, info, options, true, true);
    try {
      writer.keep(rows);
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private void keep(long rows) throws IOException {
    ByteBuffer message = IpcMessages.schema(schema);
    position = IpcMessages.HEAD_BYTES;
    if (!read(message.remaining()).equals(message)) {
      throw new CorruptTokenFileException(beside, "begun with another tokenizer or other columns");
    }
    footer.put(Crc.SCHEMA, Crc.of(message));
    position += message.remaining();
    while (writtenRows < rows) {
      keepBatch();
    }
    if (writtenRows != rows) {
      throw new CorruptTokenFileException(
          beside, "a batch ends at row %d, not at %d".formatted(writtenRows, rows));
    }
    rowCount = rows;
    channel.truncate(position).position(position);
  }

  private void keepBatch() throws IOException {
    int padded = read(IpcMessages.PREFIX_BYTES).getInt(4);
    if (padded < 8 || padded > channel.size() - position) {
      throw new CorruptTokenFileException(beside, "damaged at byte %d".formatted(position));
    }
    int metadataBytes = IpcMessages.PREFIX_BYTES + padded;
    ByteBuffer metadata = read(metadataBytes);
    Message message = Message.getRootAsMessage(metadata.slice(8, padded).order(metadata.order()));
    RecordBatch stored = (RecordBatch) message.header(new RecordBatch());
    if (stored == null || message.bodyLength() > channel.size() - position - metadataBytes) {
      throw new CorruptTokenFileException(beside, "damaged at byte %d".formatted(position));
    }
    ByteBuffer whole = read(Math.toIntExact(metadataBytes + message.bodyLength()));
    footer.put(Crc.batch(blocks.size()), Crc.of(whole));
    blocks.add(new IpcMessages.BlockPlace(position, metadataBytes, message.bodyLength()));
    position += whole.remaining();
    writtenRows += stored.length();
  }

  /** Bytes from the current position on, which stays. */
  private ByteBuffer read(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new CorruptTokenFileException(beside, "cut off at byte %d".formatted(channel.size()));
      }
    }
    return bytes.flip();
  }

  private void begin() throws IOException {
    ByteBuffer message = IpcMessages.schema(schema);
    footer.put(Crc.SCHEMA, Crc.of(message));
    write(IpcMessages.head());
    write(message);
  }

  /**
   * Appends a row.
   *
   * @throws IllegalArgumentException if the grid is not the file's, a token is outside of the
   *     codebook, or the row has a label, path or likelihood for which the file has no column
   */
  public void append(TokenRow row) throws IOException {
    requireOpen();
    check(row);
    batch.add(row);
    rowCount++;
    if (batch.room() == 0) {
      flush();
    }
  }

  /**
   * Appends rows of which only ids and tokens are known, without an object for each.
   *
   * @param ids one for each row
   * @param tokens as they are stored, {@code [ids.length, rows, columns]}, little-endian, of the
   *     codebook's {@link TokenType}, between position and limit
   * @throws IllegalArgumentException if there are too few or too many bytes, or a token is outside
   *     of the codebook; whole batches before it are appended then, its own is not
   */
  public void append(long[] ids, ByteBuffer tokens) throws IOException {
    requireOpen();
    int rowBytes = info.cells() * info.tokenizer().tokenType().bytes();
    if (tokens.remaining() != (long) ids.length * rowBytes) {
      throw new IllegalArgumentException(
          "%d rows of %s take %d bytes, got %d"
              .formatted(ids.length, target, (long) ids.length * rowBytes, tokens.remaining()));
    }
    ByteBuffer bytes = tokens.slice().order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < ids.length; ) {
      int count = Math.min(ids.length - done, batch.room());
      ByteBuffer part = bytes.slice(done * rowBytes, count * rowBytes);
      part.order(ByteOrder.LITTLE_ENDIAN);
      if (batch.rows() == 0 && count == batch.capacity() && !options.packed()) {
        write(batch.straight(ids, done, part), true, ids, done);
        writtenRows += count;
      } else {
        requireRange(range.anyOutside(part, 0, part.remaining()), part, ids, done);
        batch.add(ids, done, count, part);
        if (batch.room() == 0) {
          flush();
        }
      }
      done += count;
      rowCount += count;
    }
  }

  private void requireRange(boolean outside, ByteBuffer tokens, long[] ids, int from) {
    if (outside) {
      int rowBytes = info.cells() * info.tokenizer().tokenType().bytes();
      int row = from + range.firstOutside(tokens, 0, tokens.remaining()) / rowBytes;
      throw new IllegalArgumentException(
          "a token of row %d is outside of the codebook; 0 to %d would be valid in %s"
              .formatted(ids[row], info.codebookSize() - 1, target));
    }
  }

  /** Appends every row of a batch. */
  public void append(TokenBatch rows) throws IOException {
    for (int i = 0; i < rows.size(); i++) {
      append(rows.row(i));
    }
  }

  /** Bytes written so far, whole batches only; waits for those that are being packed. */
  public long bytesWritten() throws IOException {
    writePacked(0);
    return position;
  }

  /** Rows in whole batches written so far; waits for those that are being packed. */
  public long writtenRows() throws IOException {
    writePacked(0);
    return writtenRows;
  }

  /** Waits until every whole batch is on the disk. */
  public void force() throws IOException {
    writePacked(0);
    channel.force(false);
  }

  /** Rows appended so far. */
  public long rowCount() {
    return rowCount;
  }

  /** Writes what is left and the footer, and moves the file into place. Then only close. */
  public void finish() throws IOException {
    requireOpen();
    if (batch.rows() > 0) {
      flush();
    }
    writePacked(0);
    footer.put(Crc.ROWS, Long.toString(rowCount));
    write(IpcMessages.endOfStream());
    write(IpcMessages.footer(schema, blocks, footer));
    channel.close();
    release();
    AtomicFile.move(beside, target);
    open = false;
  }

  /** Gives the file up, unless it is finished or {@linkplain #createKept kept}. */
  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      channel.close();
      release();
      if (!kept) {
        Files.deleteIfExists(beside);
      }
    }
  }

  private void flush() throws IOException {
    int rows = batch.rows();
    if (!options.packed()) {
      write(batch.finish(), false, NO_IDS, 0);
      writtenRows += rows;
      return;
    }
    BatchBuilder full = batch;
    packing.add(new Packing(full, rows, helpers.begin(() -> pack(full))));
    batch = spare.isEmpty() ? new BatchBuilder(info, options) : spare.remove();
    writePacked(options.threads() - 1);
  }

  /**
   * A batch that another thread packs.
   *
   * @param builder of its rows; free again once it is written
   * @param rows of it
   * @param result what is to be written
   */
  private record Packing(BatchBuilder builder, int rows, Helpers.Work<Packed> result) {}

  private record Packed(BatchBuilder.Message message, String sum) {}

  private Packed pack(BatchBuilder full) {
    BatchBuilder.Message message = full.finish();
    return new Packed(message, Crc.of(message.parts()));
  }

  /** Writes packed batches in their order until so few are left in the making. */
  private void writePacked(int left) throws IOException {
    while (packing.size() > left) {
      Packing first = packing.element();
      Packed packed = first.result().await();
      ByteBuffer[] parts = packed.message().parts();
      for (long bytes = packed.message().bytes(); bytes > 0; ) {
        bytes -= channel.write(parts);
      }
      packing.remove();
      spare.add(first.builder());
      written(packed.message(), packed.sum());
      writtenRows += first.rows();
    }
  }

  private void release() {
    for (Packing begun : packing) {
      begun.result().end();
      begun.builder().close();
    }
    packing.clear();
    spare.forEach(BatchBuilder::close);
    spare.clear();
    batch.close();
  }

  /**
   * Writes a batch while another thread sums it up, and checks tokens that have not been checked;
   * if some are outside the file is as before.
   */
  private void write(BatchBuilder.Message message, boolean unchecked, long[] ids, int from)
      throws IOException {
    ByteBuffer[] all = message.parts();
    ByteBuffer[] summed = message.parts();
    Helpers.Work<Crc.Checked> check =
        helpers.begin(() -> Crc.check(summed, unchecked ? 1 + message.tokensPart() : -1, range));
    for (long left = message.bytes(); left > 0; ) {
      left -= channel.write(all);
    }
    Crc.Checked checked = check.await();
    if (checked.outside()) {
      channel.truncate(position).position(position);
      requireRange(true, message.body().get(message.tokensPart()), ids, from);
    }
    written(message, checked.sum());
  }

  private void written(BatchBuilder.Message message, String sum) {
    footer.put(Crc.batch(blocks.size()), sum);
    blocks.add(
        new IpcMessages.BlockPlace(position, message.metadata().remaining(), message.bodyBytes()));
    position += message.bytes();
  }

  private void write(ByteBuffer bytes) throws IOException {
    position += bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void check(TokenRow row) {
    TokenGrid grid = row.grid();
    if (grid.rows() != info.rows() || grid.columns() != info.columns()) {
      throw new IllegalArgumentException(
          "row %d has a grid of %d x %d; %s holds %d x %d"
              .formatted(
                  row.id(), grid.rows(), grid.columns(), target, info.rows(), info.columns()));
    }
    for (int token : grid.indices()) {
      if (token < 0 || token >= info.codebookSize()) {
        throw new IllegalArgumentException(
            "token %d of row %d is outside of the codebook; 0 to %d would be valid in %s"
                .formatted(token, row.id(), info.codebookSize() - 1, target));
      }
    }
    requireColumn(row.label() != null, TokenColumn.LABEL, row);
    requireColumn(row.path() != null, TokenColumn.PATH, row);
    requireColumn(!Float.isNaN(row.nll()), TokenColumn.NLL, row);
    requireColumn(row.view() != null, TokenColumn.VIEW, row);
  }

  private void requireColumn(boolean present, TokenColumn column, TokenRow row) {
    if (present && !info.has(column)) {
      throw new IllegalArgumentException(
          "row %d has a %s, but %s is written without that column; its columns are %s"
              .formatted(row.id(), column.columnName(), target, info.optionalColumns()));
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the writer of %s is closed".formatted(target));
    }
  }
}
