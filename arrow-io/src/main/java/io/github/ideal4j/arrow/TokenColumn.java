package io.github.ideal4j.arrow;

import java.util.Locale;

/** The columns that a token file may leave out. */
public enum TokenColumn {
  /** Name of the class, UTF-8, null where unknown. */
  LABEL,
  /** Where the image came from, UTF-8, null where unknown. */
  PATH,
  /** Negative log-likelihood under a prior in nats, float32, null where unknown. */
  NLL,
  /**
   * Which view of its image a row holds, UTF-8: {@code plain}, {@code mirror} and so on. Rows of
   * one image have the same id.
   */
  VIEW;

  /** The name in the file: {@code label}, {@code path}, {@code nll}, {@code view}. */
  public String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
