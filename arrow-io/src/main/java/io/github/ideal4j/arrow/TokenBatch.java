package io.github.ideal4j.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * A batch of rows of a token file, in memory or straight on the memory map. Rows count from 0.
 *
 * <p>Immutable and safe for use by several threads; stays valid after its file has been closed. An
 * accessor throws {@link UncheckedIOException} where a file from elsewhere holds what no token file
 * may hold, such as a negative token.
 */
public final class TokenBatch {

  private final Path file;
  private final TokenFileInfo info;
  private final TokenType type;
  private final long firstRow;
  private final int size;
  private final ByteBuffer ids;
  private final ByteBuffer tokens;
  private final Map<TokenColumn, Values> optional = new EnumMap<>(TokenColumn.class);

  /** An optional column: a bit for each value that is not null, ends, and the values. */
  private record Values(ByteBuffer validity, ByteBuffer ends, ByteBuffer values) {}

  TokenBatch(Path file, TokenSchema schema, long firstRow, BatchLayout layout, ByteBuffer body)
      throws IOException {
    this.file = file;
    info = schema.info();
    type = schema.tokenType();
    this.firstRow = firstRow;
    size = layout.rows();
    ids = layout.ids() == null ? null : buffer(layout, body, layout.ids(), 8L * size);
    tokens = buffer(layout, body, layout.tokens(), (long) size * info.cells() * type.bytes());
    for (var column : layout.optional().entrySet()) {
      optional.put(column.getKey(), values(layout, body, column.getValue()));
    }
  }

  private Values values(BatchLayout layout, ByteBuffer body, BatchLayout.Column column)
      throws IOException {
    ByteBuffer validity =
        column.nulls() == 0 ? null : buffer(layout, body, column.validity(), (size + 7L) / 8);
    if (column.ends() == null) {
      return new Values(validity, null, buffer(layout, body, column.values(), 4L * size));
    }
    ByteBuffer ends = buffer(layout, body, column.ends(), size == 0 ? 0 : 4 * (size + 1L));
    return new Values(validity, ends, buffer(layout, body, column.values(), 0));
  }

  private static ByteBuffer buffer(
      BatchLayout layout, ByteBuffer body, BatchLayout.Place place, long atLeast)
      throws IOException {
    ByteBuffer bytes =
        Unpacking.unpack(layout.compression(), IpcFile.slice(body, place.offset(), place.length()));
    if (bytes.remaining() < atLeast) {
      throw new IOException(
          "a buffer has %d bytes instead of %d".formatted(bytes.remaining(), atLeast));
    }
    return bytes;
  }

  /** Number of rows. */
  public int size() {
    return size;
  }

  /** Number of the first row within its file. */
  public long firstRow() {
    return firstRow;
  }

  /** The id that the writer gave to a row; its number in the file where the file has no ids. */
  public long id(int row) {
    check(row);
    return ids == null ? firstRow + row : ids.getLong(8 * row);
  }

  /** The tokens of a row as a new grid. */
  public TokenGrid grid(int row) {
    int[] indices = new int[info.cells()];
    copyTokens(row, indices);
    return new TokenGrid(info.rows(), info.columns(), indices);
  }

  /**
   * Copies the tokens of a row, in raster order.
   *
   * @param target filled from 0 on; at least {@code rows * columns} long
   */
  public void copyTokens(int row, int[] target) {
    check(row);
    int cells = info.cells();
    if (target.length < cells) {
      throw new IllegalArgumentException(
          "an array of %d is too short for %d tokens".formatted(target.length, cells));
    }
    type.get(tokens, row * cells * type.bytes(), target, cells);
    if (info.codebookSize() != type.capacity() || type == TokenType.INT32) {
      checkRange(row, target, cells);
    }
  }

  /** Name of the class, or null where unknown. */
  public String label(int row) {
    return text(TokenColumn.LABEL, row);
  }

  /** Where the image came from, or null where unknown. */
  public String path(int row) {
    return text(TokenColumn.PATH, row);
  }

  /** Negative log-likelihood of the tokens under a prior in nats, or NaN where unknown. */
  public float nll(int row) {
    check(row);
    Values column = optional.get(TokenColumn.NLL);
    return isNull(column, row) ? Float.NaN : column.values().getFloat(4 * row);
  }

  /** A whole row, copied. */
  public TokenRow row(int row) {
    return new TokenRow(id(row), grid(row), label(row), path(row), nll(row));
  }

  private String text(TokenColumn name, int row) {
    check(row);
    Values column = optional.get(name);
    if (isNull(column, row)) {
      return null;
    }
    int start = column.ends().getInt(4 * row);
    int end = column.ends().getInt(4 * row + 4);
    if (start < 0 || end < start || end > column.values().remaining()) {
      throw corrupt(
          "column '%s' of row %d claims bytes %d to %d of %d"
              .formatted(
                  name.columnName(), firstRow + row, start, end, column.values().remaining()));
    }
    return StandardCharsets.UTF_8.decode(column.values().slice(start, end - start)).toString();
  }

  private static boolean isNull(Values column, int row) {
    return column == null
        || (column.validity() != null && (column.validity().get(row >> 3) & (1 << (row & 7))) == 0);
  }

  private void check(int row) {
    Objects.checkIndex(row, size);
  }

  private void checkRange(int row, int[] target, int cells) {
    for (int i = 0; i < cells; i++) {
      if (target[i] < 0 || target[i] >= info.codebookSize()) {
        throw corrupt(
            "token %d of row %d is outside of the codebook of %d"
                .formatted(target[i], firstRow + row, info.codebookSize()));
      }
    }
  }

  private UncheckedIOException corrupt(String problem) {
    CorruptTokenFileException cause = new CorruptTokenFileException(file, problem);
    return new UncheckedIOException(cause.getMessage(), cause);
  }
}
