package io.github.ideal4j.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * How lists are nested in a column of tokens, from the outside in. Our own files have one list of a
 * fixed size; others have one or two, of a fixed size or with an offset for each list.
 *
 * @param levels one or two
 * @param type of the tokens in the innermost list
 */
record TokenNesting(List<Level> levels, TokenType type) {

  /**
   * One level of lists.
   *
   * @param size length of each list; 0 where only the offsets tell
   * @param offsetBytes width of an offset; 0 where the size is fixed
   */
  record Level(int size, int offsetBytes) {
    boolean fixed() {
      return offsetBytes == 0;
    }
  }

  /** The nesting of a column, if it is one that holds tokens. */
  static Optional<TokenNesting> of(Field column) {
    List<Level> levels = new ArrayList<>();
    Field field = column;
    while (field.getDictionary() == null && field.getChildren().size() == 1 && levels.size() < 2) {
      ArrowType type = field.getType();
      if (type instanceof ArrowType.FixedSizeList list && list.getListSize() > 0) {
        levels.add(new Level(list.getListSize(), 0));
      } else if (type instanceof ArrowType.List) {
        levels.add(new Level(0, 4));
      } else if (type instanceof ArrowType.LargeList) {
        levels.add(new Level(0, 8));
      } else {
        return Optional.empty();
      }
      field = field.getChildren().get(0);
    }
    for (TokenType type : TokenType.values()) {
      if (!levels.isEmpty()
          && type.arrowType().equals(field.getType())
          && field.getDictionary() == null) {
        return Optional.of(new TokenNesting(List.copyOf(levels), type));
      }
    }
    return Optional.empty();
  }

  /** Whether the schema alone tells how long the lists are. */
  boolean fixed() {
    return levels.stream().allMatch(Level::fixed);
  }

  /** Lengths of the lists of each level, where the schema tells all of them. */
  List<Integer> sizes() {
    return levels.stream().map(Level::size).toList();
  }

  /**
   * Lengths of the lists of each level as the first row has them.
   *
   * @param offsets of each level that has some, null for the others
   */
  List<Integer> sizes(List<ByteBuffer> offsets) throws IOException {
    List<Integer> sizes = new ArrayList<>();
    long start = 0;
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      long first = level.fixed() ? start * level.size() : offset(offsets.get(i), level, start);
      long size = level.fixed() ? level.size() : offset(offsets.get(i), level, start + 1) - first;
      if (size < 1 || size > TokenizerInfo.MAX_CELLS) {
        throw new IOException(
            "column 'tokens' has a list of %d; 1 to %d would be valid"
                .formatted(size, TokenizerInfo.MAX_CELLS));
      }
      sizes.add((int) size);
      start = first;
    }
    return sizes;
  }

  /**
   * Number of the first token among the innermost values, once it is certain that every list has
   * its level's length.
   *
   * @param sizes length of the lists of each level
   * @param offsets of each level that has some, null for the others
   * @param rows number of outermost lists
   */
  long start(List<Integer> sizes, List<ByteBuffer> offsets, long rows) throws IOException {
    long start = 0;
    long count = rows;
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      int size = sizes.get(i);
      if (level.fixed()) {
        start *= size;
      } else if (count > 0) {
        long first = offset(offsets.get(i), level, start);
        for (long list = 1; list <= count; list++) {
          long end = offset(offsets.get(i), level, start + list);
          if (end != first + list * size) {
            throw new IOException(
                "column 'tokens' has lists of different lengths: %d is not %d after %d of them"
                    .formatted(end, first + list * size, list));
          }
        }
        start = first;
      }
      count *= size;
    }
    if (start < 0) {
      throw new IOException("column 'tokens' begins at %d".formatted(start));
    }
    return start;
  }

  private static long offset(ByteBuffer offsets, Level level, long number) throws IOException {
    long at = number * level.offsetBytes();
    if (number < 0 || at > offsets.remaining() - level.offsetBytes()) {
      throw new IOException("column 'tokens' has no offset %d".formatted(number));
    }
    return level.offsetBytes() == 4 ? offsets.getInt((int) at) : offsets.getLong((int) at);
  }
}
