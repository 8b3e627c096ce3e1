package io.github.ideal4j.tribuo;

import java.util.Map;

/**
 * What outputs are made of.
 *
 * @param column {@code label}, {@code nll}, or empty for none
 * @param labeledOnly leaves out rows without an output
 * @param relabel texts that labels become
 * @param others what labels become that {@code relabel} does not name; empty leaves them
 */
public record TokenOutputs(
    String column, boolean labeledOnly, Map<String, String> relabel, String others) {

  /** Checks the column and copies. */
  public TokenOutputs {
    if (!OutputColumn.isColumn(column)) {
      throw new IllegalArgumentException(
          "there is no column '%s' to make outputs of; valid are label, nll and nothing"
              .formatted(column));
    }
    relabel = Map.copyOf(relabel);
  }

  /** Labels as they are; rows without one have the unknown output. */
  public static TokenOutputs labels() {
    return new TokenOutputs(OutputColumn.LABEL, false, Map.of(), "");
  }

  /** No outputs: for clustering, and for predictions. */
  public static TokenOutputs none() {
    return new TokenOutputs(OutputColumn.NONE, false, Map.of(), "");
  }

  /** The negative log-likelihood of a prior, for regression. */
  public static TokenOutputs nll() {
    return new TokenOutputs(OutputColumn.NLL, false, Map.of(), "");
  }

  /** The same without the rows that have no output. */
  public TokenOutputs onlyLabeled() {
    return new TokenOutputs(column, true, relabel, others);
  }

  /**
   * The same with other texts for some labels.
   *
   * @param texts that labels become
   * @param otherLabels what all others become; empty leaves them
   */
  public TokenOutputs relabeled(Map<String, String> texts, String otherLabels) {
    return new TokenOutputs(column, labeledOnly, texts, otherLabels);
  }
}
