package io.github.ideal4j.arrow;

import java.util.Locale;

/** The columns that a token file may leave out. */
public enum TokenColumn {
  /** Name of the class, UTF-8, null where unknown. */
  LABEL,
  /** Where the image came from, UTF-8, null where unknown. */
  PATH,
  /** Negative log-likelihood under a prior in nats, float32, null where unknown. */
  NLL;

  /** The name in the file: {@code label}, {@code path}, {@code nll}. */
  public String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
