package io.github.ideal4j.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A batch of rows of a token file, in memory or straight on the memory map. Rows count from 0.
 *
 * <p>Immutable and safe for use by several threads; stays valid after its file has been closed. An
 * accessor throws {@link UncheckedIOException} where a file from elsewhere holds what no token file
 * may hold, such as a negative token.
 */
public final class TokenBatch {

  private final Path file;
  private final TokenSchema schema;
  private final TokenFileInfo info;
  private final TokenType type;
  private final long firstRow;
  private final int size;
  private final BatchLayout layout;
  private final ByteBuffer body;
  private final Map<Long, List<String>> dictionaries;
  private final ByteBuffer ids;
  private final ByteBuffer tokens;

  /** Optional columns as they are needed; unpacking costs time. */
  private final Map<TokenColumn, Values> optional = new ConcurrentHashMap<>();

  /** An optional column: a bit for each value that is not null, ends, and the values. */
  private record Values(ByteBuffer validity, ByteBuffer ends, ByteBuffer values) {}

  TokenBatch(
      Path file,
      TokenSchema schema,
      Map<Long, List<String>> dictionaries,
      long firstRow,
      BatchLayout layout,
      ByteBuffer body)
      throws IOException {
    this.file = file;
    this.schema = schema;
    this.layout = layout;
    this.body = body;
    this.dictionaries = dictionaries;
    info = schema.info();
    type = schema.tokenType();
    this.firstRow = firstRow;
    size = layout.rows();
    ids = layout.ids() == null ? null : buffer(layout, body, layout.ids(), 8L * size);
    tokens = tokens(schema, layout, body);
  }

  /** The tokens of all rows, once it is certain that every row has as many as the grid. */
  private static ByteBuffer tokens(TokenSchema schema, BatchLayout layout, ByteBuffer body)
      throws IOException {
    int bytes = schema.tokenType().bytes();
    long needed = Math.multiplyExact((long) layout.rows(), schema.info().cells() * (long) bytes);
    ByteBuffer values =
        buffer(layout, body, layout.tokens().place(), layout.tokens().values() * bytes);
    long start = 0;
    if (!schema.nesting().fixed()) {
      start = schema.nesting().start(schema.sizes(), offsets(layout, body), layout.rows()) * bytes;
    }
    if (start > values.remaining() - needed) {
      throw new IOException(
          "column 'tokens' has %d bytes instead of %d"
              .formatted(values.remaining(), start + needed));
    }
    return IpcFile.slice(values, (int) start, (int) needed);
  }

  /** The offsets of each level of lists, unpacked; null where there are none. */
  static List<ByteBuffer> offsets(BatchLayout layout, ByteBuffer body) throws IOException {
    List<ByteBuffer> offsets = new ArrayList<>();
    for (BatchLayout.Place place : layout.tokens().offsets()) {
      offsets.add(place == null ? null : buffer(layout, body, place, 0));
    }
    return offsets;
  }

  private Values values(TokenColumn name) {
    BatchLayout.Column column = layout.optional().get(name);
    return column == null ? null : optional.computeIfAbsent(name, key -> unpacked(key, column));
  }

  private Values unpacked(TokenColumn name, BatchLayout.Column column) {
    int bytes = schema.columns().get(name).bytes();
    try {
      ByteBuffer validity =
          column.nulls() == 0 ? null : buffer(layout, body, column.validity(), (size + 7L) / 8);
      if (column.ends() == null) {
        return new Values(
            validity, null, buffer(layout, body, column.values(), (long) bytes * size));
      }
      ByteBuffer ends =
          buffer(layout, body, column.ends(), size == 0 ? 0 : (long) bytes * (size + 1L));
      return new Values(validity, ends, buffer(layout, body, column.values(), 0));
    } catch (IOException | RuntimeException e) {
      throw corrupt("column '%s': %s".formatted(name.columnName(), e.getMessage()));
    }
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

  /** Refuses tokens outside of the codebook. */
  void requireRange(TokenRange range) throws CorruptTokenFileException {
    if (!range.anyOutside(tokens, 0, tokens.remaining())) {
      return;
    }
    int at = range.firstOutside(tokens, 0, tokens.remaining()) / type.bytes();
    int[] token = new int[1];
    type.get(tokens, at * type.bytes(), token, 1);
    throw new CorruptTokenFileException(
        file,
        "token %d of row %d is outside of the codebook of %d"
            .formatted(token[0], firstRow + at / info.cells(), info.codebookSize()));
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

  /** The optional columns that there are. */
  public Set<TokenColumn> optionalColumns() {
    return info.optionalColumns();
  }

  /**
   * The tokens of all rows as they are stored: {@code [size, rows, columns]}, little-endian,
   * read-only, not copied where the file is not packed. How wide a token is says {@link
   * #tokenType()}.
   */
  public ByteBuffer tokens() {
    return tokens.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** How tokens are stored. */
  public TokenType tokenType() {
    return type;
  }

  /** The tokens of a row as a new grid. */
  public TokenGrid grid(int row) {
    int[] indices = new int[info.cells()];
    copyTokens(row, indices);
    try {
      return new TokenGrid(info.rows(), info.columns(), indices);
    } catch (IllegalArgumentException e) { // a negative token of a file that is read unchecked
      throw corrupt("row %d: %s".formatted(firstRow + row, e.getMessage()));
    }
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
    Values column = values(TokenColumn.NLL);
    if (isNull(column, row)) {
      return Float.NaN;
    }
    return schema.columns().get(TokenColumn.NLL).bytes() == 4
        ? column.values().getFloat(4 * row)
        : (float) column.values().getDouble(8 * row);
  }

  /** Which view of its image the row holds, or null where unknown. */
  public String view(int row) {
    return text(TokenColumn.VIEW, row);
  }

  /** A whole row, copied. */
  public TokenRow row(int row) {
    return new TokenRow(id(row), grid(row), label(row), path(row), nll(row), view(row));
  }

  private String text(TokenColumn name, int row) {
    check(row);
    Values column = values(name);
    if (isNull(column, row)) {
      return null;
    }
    ColumnKind kind = schema.columns().get(name);
    if (kind.form() == ColumnKind.Form.CODED_TEXT) {
      return coded(name, kind, integer(column.values(), kind.bytes(), row), row);
    }
    long start = integer(column.ends(), kind.bytes(), row);
    long end = integer(column.ends(), kind.bytes(), row + 1);
    if (start < 0 || end < start || end > column.values().remaining()) {
      throw corrupt(
          "column '%s' of row %d claims bytes %d to %d of %d"
              .formatted(
                  name.columnName(), firstRow + row, start, end, column.values().remaining()));
    }
    return StandardCharsets.UTF_8
        .decode(column.values().slice((int) start, (int) (end - start)))
        .toString();
  }

  private String coded(TokenColumn name, ColumnKind kind, long position, int row) {
    List<String> texts = dictionaries.getOrDefault(kind.dictionary(), List.of());
    if (position < 0 || position >= texts.size()) {
      throw corrupt(
          "column '%s' of row %d points to text %d of %d"
              .formatted(name.columnName(), firstRow + row, position, texts.size()));
    }
    return texts.get((int) position);
  }

  private static long integer(ByteBuffer values, int bytes, int number) {
    return switch (bytes) {
      case 1 -> Byte.toUnsignedInt(values.get(number));
      case 2 -> Short.toUnsignedInt(values.getShort(2 * number));
      case 4 -> values.getInt(4 * number);
      default -> values.getLong(8 * number);
    };
  }

  private static boolean isNull(Values column, int row) {
    return column == null
        || (column.validity() != null && (column.validity().get(row >> 3) & (1 << (row & 7))) == 0);
  }

  private void check(int row) {
    Objects.checkIndex(row, size);
  }

  private UncheckedIOException corrupt(String problem) {
    CorruptTokenFileException cause = new CorruptTokenFileException(file, problem);
    return new UncheckedIOException(cause.getMessage(), cause);
  }
}
