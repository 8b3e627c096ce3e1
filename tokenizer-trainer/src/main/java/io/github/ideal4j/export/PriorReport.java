package io.github.ideal4j.export;

import java.util.List;

/**
 * How the exported graphs of a prior compare with the prior on the engine it was trained on.
 *
 * @param runs one for each way of sampling
 * @param tokens how many tokens were scored
 * @param nllDifference largest difference of the {@code nll} of a token
 */
public record PriorReport(List<Run> runs, long tokens, double nllDifference) {

  /** Copies the list. */
  public PriorReport {
    runs = List.copyOf(runs);
  }

  /**
   * One way of sampling. The engine is given the tokens that the graph chose before, so that a
   * choice that rounding turned does not count again in all later ones.
   *
   * @param settings in words
   * @param tokens how many the graph chose
   * @param differing how many of them the engine would have chosen otherwise
   */
  public record Run(String settings, long tokens, long differing) {}

  /** Tokens that the engine would have chosen otherwise, of all runs. */
  public long differing() {
    return runs.stream().mapToLong(Run::differing).sum();
  }

  /** One line. */
  public String summary() {
    return "%d of %d tokens chosen differently by the graph, nll within %.2g over %d tokens"
        .formatted(differing(), runs.stream().mapToLong(Run::tokens).sum(), nllDifference, tokens);
  }
}
