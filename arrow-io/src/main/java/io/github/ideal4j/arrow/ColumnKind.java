package io.github.ideal4j.arrow;

import java.util.Optional;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * How the values of an optional column are stored.
 *
 * @param form what they are
 * @param bytes width of an offset, of a position in the dictionary, or of a number
 * @param dictionary id of the dictionary, -1 where there is none
 */
record ColumnKind(Form form, int bytes, long dictionary) {

  /** What the values of a column are. */
  enum Form {
    /** UTF-8, with an offset for each end. */
    TEXT,
    /** Positions in a dictionary of UTF-8. */
    CODED_TEXT,
    /** Floating-point numbers. */
    NUMBER
  }

  /** The kind of a field, if it fits the column; our own files have the first that is named. */
  static Optional<ColumnKind> of(TokenColumn column, Field field) {
    ArrowType type = field.getType();
    DictionaryEncoding coding = field.getDictionary();
    if (column == TokenColumn.NLL) {
      if (coding != null || !(type instanceof ArrowType.FloatingPoint number)) {
        return Optional.empty();
      }
      return switch (number.getPrecision()) {
        case SINGLE -> Optional.of(new ColumnKind(Form.NUMBER, 4, -1));
        case DOUBLE -> Optional.of(new ColumnKind(Form.NUMBER, 8, -1));
        case HALF -> Optional.empty();
      };
    }
    int offset = offsetBytes(type);
    if (offset == 0) {
      return Optional.empty();
    }
    return Optional.of(
        coding == null
            ? new ColumnKind(Form.TEXT, offset, -1)
            : new ColumnKind(
                Form.CODED_TEXT, coding.getIndexType().getBitWidth() / 8, coding.getId()));
  }

  /** Width of the offsets of text: 4, 8 for large text, 0 for what is no text. */
  static int offsetBytes(ArrowType type) {
    return type instanceof ArrowType.Utf8 ? 4 : type instanceof ArrowType.LargeUtf8 ? 8 : 0;
  }

  /** What is written, and named in errors. */
  static ArrowType written(TokenColumn column) {
    return switch (column) {
      case LABEL, PATH, VIEW -> ArrowType.Utf8.INSTANCE;
      case NLL -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    };
  }
}
