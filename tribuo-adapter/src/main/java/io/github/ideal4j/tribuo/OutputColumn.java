package io.github.ideal4j.tribuo;

import io.github.ideal4j.arrow.TokenBatch;
import java.util.HashMap;
import java.util.Map;
import org.tribuo.Output;
import org.tribuo.OutputFactory;

/** Makes the outputs of examples from a column of a token file. */
final class OutputColumn<T extends Output<T>> {

  static final String LABEL = "label";
  static final String NLL = "nll";
  static final String NONE = "";

  private final OutputFactory<T> factory;
  private final String column;
  private final Map<String, String> relabel;
  private final String others;
  private final Map<String, T> made = new HashMap<>(); // outputs are immutable and shared

  OutputColumn(
      OutputFactory<T> factory, String column, Map<String, String> relabel, String others) {
    this.factory = factory;
    this.column = column;
    this.relabel = Map.copyOf(relabel);
    this.others = others;
  }

  static boolean isColumn(String name) {
    return name.equals(LABEL) || name.equals(NLL) || name.equals(NONE);
  }

  /** Whether a row has what the output is made of. */
  boolean has(TokenBatch batch, int row) {
    return text(batch, row) != null;
  }

  /**
   * The output of a row, the unknown one where there is nothing to make it of.
   *
   * @throws IllegalArgumentException if the factory does not understand the text
   */
  T of(TokenBatch batch, int row) {
    String text = text(batch, row);
    return text == null ? factory.getUnknownOutput() : of(text, batch.id(row));
  }

  /** The output of a text. */
  T of(String text, long id) {
    T known = made.get(text);
    if (known == null) {
      try {
        known = factory.generateOutput(text);
      } catch (RuntimeException e) { // every factory throws its own kind
        throw new IllegalArgumentException(
            "row %d: %s makes no output of '%s': %s"
                .formatted(id, factory.getClass().getSimpleName(), text, e.getMessage()),
            e);
      }
      made.put(text, known);
    }
    return known;
  }

  private String text(TokenBatch batch, int row) {
    return switch (column) {
      case LABEL -> relabel(batch.label(row));
      case NLL -> Float.isNaN(batch.nll(row)) ? null : Float.toString(batch.nll(row));
      default -> null;
    };
  }

  private String relabel(String label) {
    if (label == null) {
      return null;
    }
    return relabel.getOrDefault(label, others.isEmpty() ? label : others);
  }
}
