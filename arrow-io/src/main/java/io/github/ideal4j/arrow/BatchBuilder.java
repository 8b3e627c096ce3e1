package io.github.ideal4j.arrow;

import com.github.luben.zstd.Zstd;
import io.github.ideal4j.arrow.IpcMessages.Pair;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers rows until they are a batch, and lays them out as an Arrow message. */
final class BatchBuilder {

  private static final int ZSTD_LEVEL = 1;

  private final TokenFileInfo info;
  private final TokenCompression compression;
  private final TokenType type;
  private final int cells;

  private final ByteBuffer ids;
  private final ByteBuffer tokens;
  private final ByteBuffer nlls;
  private final Validity nllValidity;
  private final Strings labels;
  private final Strings paths;
  private final int capacity;
  private int rows;

  private ByteBuffer body = direct(1 << 16);

  BatchBuilder(TokenFileInfo info, TokenFileOptions options) {
    this.info = info;
    compression = options.compression();
    capacity = options.rowsPerBatch();
    type = info.tokenizer().tokenType();
    cells = info.cells();
    ids = heap(Math.multiplyExact(8, capacity));
    tokens = heap(Math.multiplyExact(Math.multiplyExact(capacity, cells), type.bytes()));
    nlls = heap(Math.multiplyExact(4, capacity));
    nllValidity = new Validity(capacity);
    labels = new Strings(capacity);
    paths = new Strings(capacity);
  }

  int rows() {
    return rows;
  }

  boolean isFull() {
    return rows == capacity;
  }

  /** Adds a row whose tokens have been checked. */
  void add(TokenRow row) {
    ids.putLong(8 * rows, row.id());
    int at = rows * cells * type.bytes();
    for (int token : row.grid().indices()) {
      type.put(tokens, at, token);
      at += type.bytes();
    }
    nllValidity.set(rows, !Float.isNaN(row.nll()));
    nlls.putFloat(4 * rows, Float.isNaN(row.nll()) ? 0 : row.nll());
    labels.add(rows, row.label());
    paths.add(rows, row.path());
    rows++;
  }

  /** The batch as message metadata and body; both are valid until the next row is added. */
  record Message(ByteBuffer metadata, ByteBuffer body) {}

  /** Lays out the gathered rows and begins the next batch. */
  Message finish() {
    body.clear();
    List<Pair> nodes = new ArrayList<>();
    List<Pair> buffers = new ArrayList<>();
    nodes.add(new Pair(rows, 0));
    absent(buffers);
    append(buffers, ids, 8 * rows);
    nodes.add(new Pair(rows, 0));
    absent(buffers);
    nodes.add(new Pair((long) rows * cells, 0));
    absent(buffers);
    append(buffers, tokens, rows * cells * type.bytes());
    if (info.has(TokenColumn.LABEL)) {
      labels.appendTo(nodes, buffers);
    }
    if (info.has(TokenColumn.PATH)) {
      paths.appendTo(nodes, buffers);
    }
    if (info.has(TokenColumn.NLL)) {
      nllValidity.appendTo(nodes, buffers);
      append(buffers, nlls, 4 * rows);
    }
    body.flip();
    ByteBuffer metadata =
        IpcMessages.recordBatch(rows, nodes, buffers, compression, body.remaining());
    rows = 0;
    labels.clear();
    paths.clear();
    nllValidity.clear();
    return new Message(metadata, body);
  }

  /** A validity bitmap that is left out because nothing is null. */
  private void absent(List<Pair> buffers) {
    buffers.add(new Pair(body.position(), 0));
  }

  private void append(List<Pair> buffers, ByteBuffer source, int length) {
    ByteBuffer bytes = source.duplicate().position(0).limit(length);
    int start = body.position();
    if (compression == TokenCompression.ZSTD && length > 0) {
      appendPacked(bytes);
    } else {
      ensureRoom(length);
      body.put(bytes);
    }
    buffers.add(new Pair(start, body.position() - start));
    ensureRoom(8);
    while (body.position() % 8 != 0) {
      body.put((byte) 0);
    }
  }

  /** The length as int64, then a Zstandard frame; or -1 and the bytes where that is no smaller. */
  private void appendPacked(ByteBuffer bytes) {
    byte[] plain = new byte[bytes.remaining()];
    bytes.get(plain);
    byte[] packed = Zstd.compress(plain, ZSTD_LEVEL);
    boolean smaller = packed.length < plain.length;
    ensureRoom(8 + Math.max(packed.length, plain.length));
    body.putLong(smaller ? plain.length : -1);
    body.put(smaller ? packed : plain);
  }

  private void ensureRoom(int more) {
    int needed = Math.addExact(body.position(), Math.addExact(more, 8));
    if (needed > body.capacity()) {
      ByteBuffer larger = direct(Math.max(needed, Math.multiplyExact(2, body.capacity())));
      body = larger.put(body.flip());
    }
  }

  private static ByteBuffer heap(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** One bit a row, set where there is a value. */
  private final class Validity {
    private final byte[] bits;
    private int nulls;

    Validity(int capacity) {
      bits = new byte[(capacity + 7) / 8];
    }

    void set(int row, boolean valid) {
      if (valid) {
        bits[row >> 3] |= (byte) (1 << (row & 7));
      } else {
        nulls++;
      }
    }

    void appendTo(List<Pair> nodes, List<Pair> buffers) {
      nodes.add(new Pair(rows, nulls));
      if (nulls == 0) {
        absent(buffers);
      } else {
        append(buffers, ByteBuffer.wrap(bits), (rows + 7) / 8);
      }
    }

    void clear() {
      Arrays.fill(bits, (byte) 0);
      nulls = 0;
    }
  }

  /** A column of text: where each value ends, and the UTF-8 bytes of all of them. */
  private final class Strings {
    private final Validity validity;
    private final ByteBuffer offsets;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Strings(int capacity) {
      validity = new Validity(capacity);
      offsets = heap(4 * (capacity + 1));
    }

    void add(int row, String value) {
      validity.set(row, value != null);
      if (value != null) {
        bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
      }
      offsets.putInt(4 * (row + 1), bytes.size());
    }

    void appendTo(List<Pair> nodes, List<Pair> buffers) {
      validity.appendTo(nodes, buffers);
      append(buffers, offsets, 4 * (rows + 1));
      append(buffers, ByteBuffer.wrap(bytes.toByteArray()), bytes.size());
    }

    void clear() {
      validity.clear();
      bytes.reset();
    }
  }
}
