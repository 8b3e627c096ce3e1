package io.github.ideal4j.arrow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Where the buffers of a batch are in its body, checked against the body's length.
 *
 * @param rows rows of the batch
 * @param compression how the buffers are packed
 * @param ids place of the ids; null where the file has none
 * @param tokens places of the tokens and of the offsets of their lists
 * @param optional places of the optional columns that there are
 */
record BatchLayout(
    int rows,
    TokenCompression compression,
    Place ids,
    Tokens tokens,
    Map<TokenColumn, Column> optional) {

  /** A buffer in the body. */
  record Place(int offset, int length) {}

  /**
   * The column of tokens.
   *
   * @param offsets of each level of lists that has some, null for the others
   * @param values number of tokens
   * @param place of the tokens
   */
  record Tokens(List<Place> offsets, long values, Place place) {}

  /** A column that may hold nulls. {@code ends} is null where the values have a fixed width. */
  record Column(long nulls, Place validity, Place ends, Place values) {}

  /** Walks over the columns of a batch in the order in which Arrow lists their buffers. */
  static BatchLayout parse(
      Path file, int number, Schema schema, TokenSchema tokens, RecordBatch batch, long bodyBytes)
      throws CorruptTokenFileException {
    return new Walk(file, number, batch, bodyBytes).walk(schema, tokens);
  }

  /** The codec that a message names. */
  static TokenCompression compression(Path file, String where, BodyCompression given)
      throws CorruptTokenFileException {
    if (given == null) {
      return TokenCompression.NONE;
    }
    return switch (given.codec()) {
      case CompressionType.ZSTD -> TokenCompression.ZSTD;
      case CompressionType.LZ4_FRAME -> TokenCompression.LZ4;
      default ->
          throw new CorruptTokenFileException(
              file, "%s: compression codec %d is not known".formatted(where, given.codec()));
    };
  }

  private static final class Walk {
    private final Path file;
    private final int number;
    private final RecordBatch batch;
    private final long bodyBytes;
    private final TokenCompression compression;
    private int node;
    private int buffer;
    private int variadic;

    Walk(Path file, int number, RecordBatch batch, long bodyBytes)
        throws CorruptTokenFileException {
      this.file = file;
      this.number = number;
      this.batch = batch;
      this.bodyBytes = bodyBytes;
      compression = BatchLayout.compression(file, "batch " + number, batch.compression());
    }

    BatchLayout walk(Schema schema, TokenSchema tokenSchema) throws CorruptTokenFileException {
      long rows = batch.length();
      if (rows < 0 || rows > Integer.MAX_VALUE) {
        throw corrupt("it claims %d rows".formatted(rows));
      }
      Place ids = null;
      Tokens tokens = null;
      Map<TokenColumn, Column> optional = new EnumMap<>(TokenColumn.class);
      for (Field field : schema.getFields()) {
        TokenColumn column = optionalColumn(field.getName());
        if (TokenSchema.ID.equals(field.getName())) {
          ids = fixedWidth(field, rows, 8);
        } else if (TokenSchema.TOKENS.equals(field.getName())) {
          tokens = tokens(field, rows, tokenSchema.nesting());
        } else if (column != null) {
          optional.put(column, column(field, rows, tokenSchema.columns().get(column)));
        } else {
          skip(field);
        }
      }
      if (node != batch.nodesLength() || buffer != batch.buffersLength()) {
        throw corrupt(
            "it lists %d columns and %d buffers; its schema has %d and %d"
                .formatted(batch.nodesLength(), batch.buffersLength(), node, buffer));
      }
      return new BatchLayout((int) rows, compression, ids, tokens, optional);
    }

    private static TokenColumn optionalColumn(String name) {
      for (TokenColumn column : TokenColumn.values()) {
        if (column.columnName().equals(name)) {
          return column;
        }
      }
      return null;
    }

    private Tokens tokens(Field column, long rows, TokenNesting nesting)
        throws CorruptTokenFileException {
      List<Place> offsets = new ArrayList<>();
      Field field = column;
      long lists = rows;
      for (TokenNesting.Level level : nesting.levels()) {
        requireNode(field, lists, true);
        place();
        if (level.fixed()) {
          offsets.add(null);
          lists = Math.multiplyExact(lists, level.size());
        } else {
          long bytes = lists == 0 ? 0 : Math.multiplyExact(lists + 1, level.offsetBytes());
          offsets.add(requireRoom(field, place(), bytes));
          lists = nextLength();
        }
        field = field.getChildren().get(0);
      }
      return new Tokens(offsets, lists, fixedWidth(field, lists, nesting.type().bytes()));
    }

    /** How many values the next column claims, where only it knows. */
    private long nextLength() throws CorruptTokenFileException {
      if (node >= batch.nodesLength() || batch.nodes(node).length() < 0) {
        throw corrupt("column 'tokens' has no values");
      }
      return batch.nodes(node).length();
    }

    private Place fixedWidth(Field field, long values, int width) throws CorruptTokenFileException {
      requireNode(field, values, true);
      place();
      return requireRoom(field, place(), Math.multiplyExact(values, width));
    }

    private Column column(Field field, long rows, ColumnKind kind)
        throws CorruptTokenFileException {
      long nulls = requireNode(field, rows, false);
      Place validity = place();
      if (nulls > 0) {
        requireRoom(field, validity, (rows + 7) / 8);
      }
      if (kind.form() != ColumnKind.Form.TEXT) {
        return new Column(nulls, validity, null, requireRoom(field, place(), kind.bytes() * rows));
      }
      Place ends = requireRoom(field, place(), rows == 0 ? 0 : kind.bytes() * (rows + 1));
      return new Column(nulls, validity, ends, place());
    }

    /** Steps over a column that is none of ours, and its children. */
    private void skip(Field field) throws CorruptTokenFileException {
      node++;
      boolean views =
          field.getType() instanceof ArrowType.Utf8View
              || field.getType() instanceof ArrowType.BinaryView;
      long buffers;
      if (field.getDictionary() != null) {
        buffers = 2; // validity and the positions in the dictionary
      } else if (views) {
        buffers = 2 + batch.variadicBufferCounts(variadic++);
      } else {
        buffers = TypeLayout.getTypeBufferCount(field.getType());
      }
      if (buffers < 0 || buffers > batch.buffersLength()) {
        throw corrupt("column '%s' claims %d buffers".formatted(field.getName(), buffers));
      }
      buffer += (int) buffers;
      if (field.getDictionary() == null) {
        skipAll(field.getChildren());
      }
    }

    private void skipAll(List<Field> fields) throws CorruptTokenFileException {
      for (Field field : fields) {
        skip(field);
      }
    }

    private long requireNode(Field field, long values, boolean complete)
        throws CorruptTokenFileException {
      if (node >= batch.nodesLength()) {
        throw corrupt("column '%s' is missing".formatted(field.getName()));
      }
      long length = batch.nodes(node).length();
      long nulls = batch.nodes(node++).nullCount();
      if (length != values) {
        throw corrupt(
            "column '%s' has %d values instead of %d".formatted(field.getName(), length, values));
      }
      if (nulls < 0 || nulls > values || (complete && nulls > 0)) {
        throw corrupt("column '%s' has %d nulls".formatted(field.getName(), nulls));
      }
      return nulls;
    }

    private Place place() throws CorruptTokenFileException {
      if (buffer >= batch.buffersLength()) {
        throw corrupt("it has only %d buffers".formatted(batch.buffersLength()));
      }
      long offset = batch.buffers(buffer).offset();
      long length = batch.buffers(buffer).length();
      if (offset < 0 || length < 0 || offset > bodyBytes || length > bodyBytes - offset) {
        throw corrupt(
            "buffer %d is at %d with %d bytes, outside of the body of %d bytes"
                .formatted(buffer, offset, length, bodyBytes));
      }
      buffer++;
      return new Place((int) offset, (int) length);
    }

    /** Compressed buffers are checked when they are unpacked. */
    private Place requireRoom(Field field, Place place, long bytes)
        throws CorruptTokenFileException {
      if (compression == TokenCompression.NONE && place.length() < bytes) {
        throw corrupt(
            "column '%s' has %d bytes instead of %d"
                .formatted(field.getName(), place.length(), bytes));
      }
      return place;
    }

    private CorruptTokenFileException corrupt(String problem) {
      return new CorruptTokenFileException(file, "batch %d: %s".formatted(number, problem));
    }
  }
}
