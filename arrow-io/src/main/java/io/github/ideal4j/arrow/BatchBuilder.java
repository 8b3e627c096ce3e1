package io.github.ideal4j.arrow;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.github.ideal4j.arrow.IpcMessages.Pair;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Gathers rows until they are a batch, and lays them out as an Arrow message. */
final class BatchBuilder implements AutoCloseable {

  private static final int ZSTD_LEVEL = 1;

  /** Batches have fewer rows than asked for where their tokens would be more than this. */
  private static final long MAX_TOKEN_BYTES = 1L << 26;

  private final TokenFileInfo info;
  private final TokenCompression compression;
  private final TokenType type;
  private final int rowBytes;
  private final int capacity;

  private final ByteBuffer ids;
  private final ByteBuffer tokens;
  private final ByteBuffer nlls;
  private final Validity nllValidity;
  private final Strings labels;
  private final Strings paths;
  private final Strings views;
  private int rows;
  private boolean finished;

  private final ZstdCompressCtx packer;
  private ByteBuffer packed = direct(1 << 16);

  BatchBuilder(TokenFileInfo info, TokenFileOptions options) {
    this.info = info;
    compression = options.compression();
    type = info.tokenizer().tokenType();
    rowBytes = info.cells() * type.bytes();
    capacity = (int) Math.min(options.rowsPerBatch(), Math.max(1, MAX_TOKEN_BYTES / rowBytes));
    ids = direct(8 * capacity);
    tokens = direct(capacity * rowBytes);
    nlls = direct(info.has(TokenColumn.NLL) ? 4 * capacity : 0);
    nllValidity = new Validity();
    labels = new Strings(info.has(TokenColumn.LABEL));
    paths = new Strings(info.has(TokenColumn.PATH));
    views = new Strings(info.has(TokenColumn.VIEW));
    packer =
        compression == TokenCompression.ZSTD ? new ZstdCompressCtx().setLevel(ZSTD_LEVEL) : null;
  }

  int rows() {
    return rows;
  }

  /** Rows of a full batch. */
  int capacity() {
    return capacity;
  }

  /** How many rows this batch can still take. */
  int room() {
    return capacity - rows;
  }

  /** Adds a row whose tokens have been checked. */
  void add(TokenRow row) {
    begin();
    ids.putLong(8 * rows, row.id());
    int at = rows * rowBytes;
    for (int token : row.grid().indices()) {
      type.put(tokens, at, token);
      at += type.bytes();
    }
    if (info.has(TokenColumn.NLL)) {
      nllValidity.set(rows, !Float.isNaN(row.nll()));
      nlls.putFloat(4 * rows, Float.isNaN(row.nll()) ? 0 : row.nll());
    }
    labels.add(rows, row.label());
    paths.add(rows, row.path());
    views.add(rows, row.view());
    rows++;
  }

  /**
   * Adds rows of which only ids and tokens are known; there is room for them.
   *
   * @param from the first of {@code allIds} to add
   * @param count how many
   * @param bytes their tokens as stored, from its position on
   */
  void add(long[] allIds, int from, int count, ByteBuffer bytes) {
    begin();
    tokens.put(rows * rowBytes, bytes, bytes.position(), count * rowBytes);
    addUnknown(allIds, from, count);
  }

  /** Rows without tokens yet, of which only the ids are known. */
  private void addUnknown(long[] allIds, int from, int count) {
    ids.asLongBuffer().put(rows, allIds, from, count);
    if (!info.optionalColumns().isEmpty()) {
      for (int row = rows; row < rows + count; row++) {
        if (info.has(TokenColumn.NLL)) {
          nllValidity.set(row, false);
          nlls.putFloat(4 * row, 0);
        }
        labels.add(row, null);
        paths.add(row, null);
        views.add(row, null);
      }
    }
    rows += count;
  }

  /**
   * A batch; valid until the next row is added.
   *
   * @param metadata of the message
   * @param body its parts, one after the other
   * @param bodyBytes of all of them
   * @param tokensPart number of the part that holds the tokens, as they are or packed
   */
  record Message(ByteBuffer metadata, List<ByteBuffer> body, long bodyBytes, int tokensPart) {

    /** All of it, in views of its own. */
    ByteBuffer[] parts() {
      return Stream.concat(Stream.of(metadata), body.stream())
          .map(part -> part.duplicate().order(part.order()))
          .toArray(ByteBuffer[]::new);
    }

    long bytes() {
      return metadata.remaining() + bodyBytes;
    }
  }

  /** Lays out the gathered rows and begins the next batch. */
  Message finish() {
    return finish(tokens);
  }

  /**
   * A batch of rows of which only ids and tokens are known, laid out without a copy of the tokens;
   * only between batches of added rows.
   *
   * @param bytes tokens of {@link #capacity()} rows, from 0 on
   */
  Message straight(long[] allIds, int from, ByteBuffer bytes) {
    begin();
    addUnknown(allIds, from, capacity);
    return finish(bytes);
  }

  private Message finish(ByteBuffer tokens) {
    Layout layout = new Layout();
    layout.node(rows, 0);
    layout.absent();
    layout.append(ids, 8 * rows);
    layout.node(rows, 0);
    layout.absent();
    layout.node((long) rows * info.cells(), 0);
    layout.absent();
    int tokensPart = layout.append(tokens, rows * rowBytes);
    if (info.has(TokenColumn.LABEL)) {
      labels.appendTo(layout);
    }
    if (info.has(TokenColumn.PATH)) {
      paths.appendTo(layout);
    }
    if (info.has(TokenColumn.NLL)) {
      nllValidity.appendTo(layout);
      layout.append(nlls, 4 * rows);
    }
    if (info.has(TokenColumn.VIEW)) {
      views.appendTo(layout);
    }
    Message message = layout.finish(tokensPart);
    finished = true;
    rows = 0;
    return message;
  }

  /** What was laid out stays readable until the first row of the next batch. */
  private void begin() {
    if (finished) {
      labels.clear();
      paths.clear();
      views.clear();
      nllValidity.clear();
      finished = false;
    }
  }

  @Override
  public void close() {
    if (packer != null) {
      packer.close();
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The buffers of one batch, one after the other. */
  private final class Layout {
    private final List<Pair> nodes = new ArrayList<>();
    private final List<Pair> buffers = new ArrayList<>();
    private final List<ByteBuffer> parts = new ArrayList<>();
    private int packedBytes;
    private long position;

    void node(long values, long nulls) {
      nodes.add(new Pair(values, nulls));
    }

    /** A validity bitmap that is left out because nothing is null. */
    void absent() {
      buffers.add(new Pair(position, 0));
    }

    /** Adds a buffer and gives its number among the parts. */
    int append(ByteBuffer source, int length) {
      ByteBuffer bytes = IpcFile.slice(source, 0, length);
      if (compression == TokenCompression.ZSTD && length > 0) {
        bytes = pack(bytes);
      }
      int size = bytes.remaining();
      buffers.add(new Pair(position, size));
      parts.add(bytes);
      int padding = IpcMessages.padded(size) - size;
      if (padding > 0) {
        parts.add(ByteBuffer.allocate(padding));
      }
      position += size + padding;
      return padding > 0 ? parts.size() - 2 : parts.size() - 1;
    }

    /**
     * The length as int64, then a Zstandard frame; or -1 and the bytes where that is no smaller.
     */
    private ByteBuffer pack(ByteBuffer bytes) {
      int plain = bytes.remaining();
      int bound = Math.toIntExact(Zstd.compressBound(plain));
      ensureRoom(8 + bound);
      int start = packedBytes;
      int size = packer.compressDirectByteBuffer(packed, start + 8, bound, bytes, 0, plain);
      boolean smaller = size < plain;
      packed.putLong(start, smaller ? plain : -1);
      if (!smaller) {
        packed.put(start + 8, bytes, 0, plain);
        size = plain;
      }
      packedBytes = IpcMessages.padded(start + 8 + size);
      return packed.duplicate().position(start).limit(start + 8 + size);
    }

    /** Earlier parts keep the buffer that they were packed into. */
    private void ensureRoom(int more) {
      if (packed.capacity() - packedBytes < more) {
        packed = direct(Math.max(more, Math.multiplyExact(2, packed.capacity())));
        packedBytes = 0;
      }
    }

    Message finish(int tokensPart) {
      return new Message(
          IpcMessages.recordBatch(rows, nodes, buffers, compression, position),
          parts,
          position,
          tokensPart);
    }
  }

  /** One bit a row, set where there is a value. */
  private final class Validity {
    private final ByteBuffer bits = direct((capacity + 7) / 8);
    private int nulls;

    void set(int row, boolean valid) {
      if (valid) {
        bits.put(row >> 3, (byte) (bits.get(row >> 3) | 1 << (row & 7)));
      } else {
        nulls++;
      }
    }

    void appendTo(Layout layout) {
      layout.node(rows, nulls);
      if (nulls == 0) {
        layout.absent();
      } else {
        layout.append(bits, (rows + 7) / 8);
      }
    }

    void clear() {
      for (int i = 0; i < bits.capacity(); i++) {
        bits.put(i, (byte) 0);
      }
      nulls = 0;
    }
  }

  /** A column of text: where each value ends, and the UTF-8 bytes of all of them. */
  private final class Strings {
    private final boolean present;
    private final Validity validity = new Validity();
    private final ByteBuffer offsets;
    private ByteBuffer bytes = direct(0);
    private int length;

    Strings(boolean present) {
      this.present = present;
      offsets = direct(present ? 4 * (capacity + 1) : 0);
    }

    void add(int row, String value) {
      if (!present) {
        return;
      }
      validity.set(row, value != null);
      if (value != null) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        ensureRoom(encoded.length);
        bytes.put(length, encoded);
        length += encoded.length;
      }
      offsets.putInt(4 * (row + 1), length);
    }

    private void ensureRoom(int more) {
      int needed = Math.addExact(length, more);
      if (needed > bytes.capacity()) {
        ByteBuffer larger = direct(Math.max(Math.max(needed, 1 << 12), 2 * bytes.capacity()));
        bytes = larger.put(0, bytes, 0, length);
      }
    }

    void appendTo(Layout layout) {
      validity.appendTo(layout);
      layout.append(offsets, 4 * (rows + 1));
      layout.append(bytes, length);
    }

    void clear() {
      validity.clear();
      length = 0;
    }
  }
}
