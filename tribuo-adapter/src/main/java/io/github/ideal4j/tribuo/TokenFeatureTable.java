package io.github.ideal4j.tribuo;

import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;

/**
 * All features of the tokens of one tokenizer, one featurizer after the other. The arrays are
 * filled once and in order, because an example that grows feature by feature sorts itself every
 * time.
 */
final class TokenFeatureTable {

  private final TokenizerInfo tokenizer;
  private final List<TokenFeatures> parts = new ArrayList<>();
  private final String spec;

  TokenFeatureTable(List<TokenFeaturizer> featurizers, TokenizerInfo tokenizer) {
    if (featurizers.isEmpty()) {
      throw new IllegalArgumentException("at least one featurizer is needed, got none");
    }
    this.tokenizer = tokenizer;
    featurizers.forEach(featurizer -> parts.add(featurizer.prepare(tokenizer)));
    spec = String.join("+", featurizers.stream().map(TokenFeaturizer::spec).toList());
  }

  TokenizerInfo tokenizer() {
    return tokenizer;
  }

  List<TokenFeatures> parts() {
    return parts;
  }

  /** Names of all features, in the order in which {@link TokenFeatures#emit} makes them. */
  List<String> names() {
    return parts.stream().flatMap(part -> part.names().stream()).toList();
  }

  Example<Label> example(TokenBatch batch, int row) {
    int[] tokens = new int[tokenizer.cells()];
    batch.copyTokens(row, tokens);
    Map<String, Object> metadata = new HashMap<>();
    metadata.put(TokenDataSource.ID, batch.id(row));
    if (batch.path(row) != null) {
      metadata.put(TokenDataSource.PATH, batch.path(row));
    }
    String label = batch.label(row);
    return example(tokens, label == null ? LabelFactory.UNKNOWN_LABEL : new Label(label), metadata);
  }

  /** An example of the unknown class. */
  Example<Label> example(TokenGrid grid) {
    if (grid.rows() != tokenizer.rows() || grid.columns() != tokenizer.columns()) {
      throw new IllegalArgumentException(
          "tokens of a grid of %d x %d do not fit a tokenizer with %d x %d"
              .formatted(grid.rows(), grid.columns(), tokenizer.rows(), tokenizer.columns()));
    }
    return example(grid.indices(), LabelFactory.UNKNOWN_LABEL, Map.of());
  }

  private Example<Label> example(int[] tokens, Label label, Map<String, Object> metadata) {
    FeatureSink sink = new FeatureSink();
    parts.forEach(part -> part.extract(tokens, sink));
    return new ArrayExample<>(label, sink.names(), sink.values(), metadata);
  }

  @Override
  public String toString() {
    return spec;
  }
}
