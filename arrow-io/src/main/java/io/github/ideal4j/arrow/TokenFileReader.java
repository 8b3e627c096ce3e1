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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.arrow.vector.types.pojo.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one token file through a memory map, in any order.
 *
 * <p>Opening checks the frame of the file and the layout of every batch; a batch's CRC32C is
 * checked when the batch is first touched, and that its tokens are within the codebook. A file or
 * stream from elsewhere is read too if it has a fitting column {@code tokens}; it has no sums and
 * names no tokenizer, which {@link #info()} shows. Safe for use by several threads. Where an
 * accessor meets damage it throws {@link UncheckedIOException} with a {@link
 * CorruptTokenFileException} inside, both with the same message.
 */
public final class TokenFileReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TokenFileReader.class);

  private final Path file;
  private final FileChannel channel;
  private final boolean unchecked;
  private final IpcFile frame;
  private final TokenSchema schema;
  private final TokenFileInfo info;
  private final TokenRange range;
  private final Map<Long, List<String>> dictionaries;
  private final List<BatchLayout> layouts = new ArrayList<>();

  /** Row at which each batch starts, and after the last one the number of rows. */
  private final long[] starts;

  private final AtomicReferenceArray<SoftReference<TokenBatch>> batches;

  private TokenFileReader(Path file, FileChannel channel, boolean unchecked) throws IOException {
    this.file = file;
    this.channel = channel;
    this.unchecked = unchecked;
    frame = IpcFile.read(file, channel);
    TokenSchema parsed = Guard.parsing(file, () -> TokenSchema.parse(file, frame.schema()));
    boolean summed = parsed.own() && frame.summed();
    if (parsed.own()) {
      Guard.parsing(
          file,
          () -> {
            frame.requireContiguous();
            return null;
          });
    }
    if (summed) {
      Guard.parsing(file, this::checkOwnFrame);
    }
    starts = new long[frame.blocks().size() + 1];
    for (int i = 0; i < frame.blocks().size(); i++) {
      int number = i;
      layouts.add(Guard.parsing(file, () -> frame.layout(number, parsed)));
      starts[i + 1] = starts[i] + layouts.get(i).rows();
    }
    schema = withSizes(parsed.withChecksums(summed));
    info = schema.info().withRowCount(starts[starts.length - 1]);
    range = new TokenRange(schema.tokenType(), info.codebookSize());
    if (summed && !Long.toString(info.rowCount()).equals(frame.metadata().get(Crc.ROWS))) {
      throw corrupt(
          "its batches have %d rows, its footer says %s"
              .formatted(info.rowCount(), frame.metadata().get(Crc.ROWS)));
    }
    dictionaries =
        schema.columns().values().stream().anyMatch(kind -> kind.dictionary() >= 0)
            ? Guard.parsing(file, frame::dictionaries)
            : Map.of();
    batches = new AtomicReferenceArray<>(layouts.size());
    if (compression() == TokenCompression.LZ4) {
      LOG.warn("{} is packed with LZ4, which is slow to read here; prefer zstd or none", file);
    }
  }

  /** Where lists have no fixed length, the first row tells it; without rows it is 1. */
  private TokenSchema withSizes(TokenSchema parsed) throws IOException {
    if (!parsed.sizes().isEmpty()) {
      return parsed;
    }
    List<Integer> sizes = Collections.nCopies(parsed.nesting().levels().size(), 1);
    for (int i = 0; i < layouts.size(); i++) {
      if (layouts.get(i).rows() > 0) {
        int number = i;
        ByteBuffer body = body(number);
        sizes =
            Guard.inBatch(
                file,
                number,
                () -> parsed.nesting().sizes(TokenBatch.offsets(layouts.get(number), body)));
        break;
      }
    }
    return parsed.withSizes(file, frame.schema(), sizes);
  }

  /**
   * Opens a file.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws CorruptTokenFileException if it is damaged or no token file
   */
  public static TokenFileReader open(Path file) throws IOException {
    return open(file, false);
  }

  /**
   * Opens a file whose batches are taken as they are: neither are sums compared nor tokens outside
   * of the codebook refused. As fast as memory, for files that were verified before.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws CorruptTokenFileException if it is damaged or no token file
   */
  public static TokenFileReader openUnchecked(Path file) throws IOException {
    return open(file, true);
  }

  static TokenFileReader open(Path file, boolean unchecked) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such token file");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new TokenFileReader(file, channel, unchecked);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** In our own files the schema and every batch have a sum. */
  private Void checkOwnFrame() throws IOException {
    requireSum(Crc.SCHEMA, "schema", Crc.of(frame.schemaMessage()));
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

  /** Types of all columns in Arrow's words, by name; those that are not read too. */
  public Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    frame.schema().getFields().forEach(field -> columns.put(field.getName(), typeOf(field)));
    return columns;
  }

  private static String typeOf(Field field) {
    StringBuilder text = new StringBuilder(field.getType().toString());
    if (field.getDictionary() != null) {
      text.append(" in a dictionary");
    }
    text.append(field.isNullable() ? "" : " not null");
    field.getChildren().forEach(child -> text.append(" of ").append(typeOf(child)));
    return text.toString();
  }

  /** Whether rows carry ids; else their numbers stand for them. */
  public boolean hasIds() {
    return columns().containsKey(TokenSchema.ID);
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
        batch = load(number, !unchecked);
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
   * Checks the sum of every batch and the range of every token, and reads every row; also where the
   * file was opened unchecked.
   *
   * @throws CorruptTokenFileException naming the first damage
   */
  public void verify(Progress progress) throws IOException {
    try (Progress.Stage stage = progress.start("Verifying", size(), "rows")) {
      for (int number = 0; number < batchCount(); number++) {
        verify(load(number, true));
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

  private TokenBatch load(int number, boolean check) throws IOException {
    boolean outside = check && (!info.checksummed() || checked(number));
    ByteBuffer body = body(number);
    TokenBatch batch =
        Guard.inBatch(
            file,
            number,
            () ->
                new TokenBatch(
                    file, schema, dictionaries, starts[number], layouts.get(number), body));
    if (outside) {
      batch.requireRange(range);
    }
    return batch;
  }

  /** Checks a batch's sum; whether its tokens are outside of the codebook, or may be. */
  private boolean checked(int number) throws IOException {
    BatchLayout layout = layouts.get(number);
    boolean plain = layout.compression() == TokenCompression.NONE;
    int header = frame.blocks().get(number).metadataBytes();
    long tokens = layout.tokens().values() * schema.tokenType().bytes();
    Crc.Checked found =
        Crc.check(
            frame.map(number),
            header + layout.tokens().place().offset(),
            plain ? (int) tokens : 0,
            range);
    requireSum(Crc.batch(number), "batch " + number, found.sum());
    return found.outside() || !plain;
  }

  private ByteBuffer body(int number) throws IOException {
    ByteBuffer message = frame.map(number);
    int header = frame.blocks().get(number).metadataBytes();
    return IpcFile.slice(message, header, message.remaining() - header);
  }

  private void requireSum(String key, String what, String actual) throws IOException {
    String expected = frame.metadata().get(key);
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
