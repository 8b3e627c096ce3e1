package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;

/** Negative log likelihood of tokens under logits, in nats. */
final class CrossEntropy {

  private CrossEntropy() {}

  /**
   * The mean over all tokens.
   *
   * @param logits {@code [batch, tokens, codebookSize]}
   * @param tokens int64 {@code [batch, tokens]}
   * @return {@code []}
   */
  static NDArray mean(NDArray logits, NDArray tokens) {
    return each(logits, tokens).mean();
  }

  /** That of every token: {@code [batch, tokens]}. */
  static NDArray each(NDArray logits, NDArray tokens) {
    NDArray chosen = logits.logSoftmax(-1).gather(tokens.expandDims(2), 2);
    return chosen.squeeze(2).neg();
  }
}
