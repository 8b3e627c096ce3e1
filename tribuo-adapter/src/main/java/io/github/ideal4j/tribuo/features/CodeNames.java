package io.github.ideal4j.tribuo.features;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Names of numbered features. They are padded with zeros, because Tribuo numbers features in the
 * order of their names; one table is shared by all examples.
 */
final class CodeNames {

  private CodeNames() {}

  /** {@code prefix0000} to the last of {@code size} numbers, with at least four digits. */
  static List<String> of(String prefix, int size) {
    int digits = Math.max(4, Integer.toString(size - 1).length());
    String format = "%s%0" + digits + "d";
    return IntStream.range(0, size).mapToObj(i -> format.formatted(prefix, i)).toList();
  }
}
