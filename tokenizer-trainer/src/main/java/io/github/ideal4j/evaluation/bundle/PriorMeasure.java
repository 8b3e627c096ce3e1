package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.TokenScorer;
import java.io.IOException;

/**
 * How well the bundle's prior guesses the tokens of originals, given their class, or none where the
 * class is not known to it: mean negative log-likelihood of a token in nats, and its perplexity.
 */
public final class PriorMeasure implements Measure {

  private final Bundle bundle;
  private final TokenScorer scorer;
  private double sum;
  private long tokens;
  private long unlabelled;

  /**
   * Opens {@code prior-score.onnx}.
   *
   * @throws io.github.ideal4j.onnx.serving.BundleException if the bundle has none
   */
  public PriorMeasure(Bundle bundle, SessionSettings settings) throws IOException {
    this.bundle = bundle;
    scorer = TokenScorer.open(bundle, settings);
  }

  @Override
  public String part() {
    return "Networks";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    int[] labels = new int[batch.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = label(batch.entry(i).label());
    }
    for (float[] nll : scorer.score(batch.tokens().toArray(int[][]::new), labels)) {
      for (float token : nll) {
        sum += token;
      }
      tokens += nll.length;
    }
  }

  private int label(String name) {
    int label = name == null ? -1 : bundle.labels().indexOf(name);
    unlabelled += label < 0 ? 1 : 0;
    return label < 0 ? scorer.noClass() : label;
  }

  @Override
  public void report(Measurements to) {
    to.put("priorNll", sum / tokens).put("priorPerplexity", Math.exp(sum / tokens));
    if (unlabelled > 0 && scorer.noClass() > 0) {
      to.note(
          "%,d images have no class that the prior knows; it was given none".formatted(unlabelled));
    }
  }

  @Override
  public void close() {
    scorer.close();
  }
}
