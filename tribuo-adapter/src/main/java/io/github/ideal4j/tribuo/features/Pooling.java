package io.github.ideal4j.tribuo.features;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of many vectors in one. */
public enum Pooling {
  /** Their largest values. */
  MAX,
  /** Their mean. */
  MEAN,
  /** Their standard deviations, over all of them and not a sample. */
  STD;

  /** Lower-case name, as in {@code pooled:mean,std}. */
  public String spec() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The pooling of a name in any case.
   *
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public static Pooling parse(String text) {
    for (Pooling pooling : values()) {
      if (pooling.spec().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return pooling;
      }
    }
    List<String> valid = Arrays.stream(values()).map(Pooling::spec).toList();
    throw new IllegalArgumentException(
        "pooling '%s' is unknown; valid are %s".formatted(text, valid));
  }
}
