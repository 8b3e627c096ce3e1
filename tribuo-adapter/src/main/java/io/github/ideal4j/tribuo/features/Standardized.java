package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Dense features with mean 0 and deviation 1 over some images, divided by the square root of their
 * number, so that vectors have a length of about 1. Means and deviations are learned once and kept
 * in the configuration. A feature that never changes becomes 0. Names stay as they are.
 */
public final class Standardized implements TokenFeaturizer {

  private static final double CONSTANT = 1e-9; // smallest deviation that is one
  private static final int CHUNK = 64;

  @Config(mandatory = true, description = "What makes the features.")
  private TokenFeaturizer featurizer;

  @Config(description = "Tokens to learn from, unless means and deviations are given.")
  private Path learnedFrom;

  @Config(description = "Mean of each feature: numbers with spaces between them.")
  private String means = "";

  @Config(description = "Deviation of each feature: numbers with spaces between them.")
  private String deviations = "";

  private Standardized() {}

  /**
   * Learns means and deviations.
   *
   * @param featurizer makes all its features of every image
   * @param learnedFrom a token file or folder
   * @throws PropertyException if it cannot be read, or features are missing in an image
   */
  public Standardized(TokenFeaturizer featurizer, Path learnedFrom) {
    this.featurizer = featurizer;
    this.learnedFrom = learnedFrom;
    postConfig();
  }

  @Override
  public void postConfig() {
    if (means.isBlank() || deviations.isBlank()) {
      if (learnedFrom == null) {
        throw new PropertyException(
            "", "learnedFrom", "neither learnedFrom nor means and deviations are given");
      }
      learn();
    }
  }

  private void learn() {
    try (TokenDataset tokens = TokenDataset.open(learnedFrom)) {
      TokenFeatures features = featurizer.prepare(tokens.info().tokenizer());
      Moments moments = new Moments(features.names().size());
      for (TokenBatch batch : tokens.batches()) {
        for (int from = 0; from < batch.size(); from += CHUNK) {
          int[][] grids = new int[Math.min(CHUNK, batch.size() - from)][tokens.info().cells()];
          for (int i = 0; i < grids.length; i++) {
            batch.copyTokens(from + i, grids[i]);
          }
          add(moments, features, grids);
        }
      }
      means = NumberList.write(moments.means());
      deviations = NumberList.write(moments.deviations());
    } catch (IOException e) {
      throw new PropertyException(
          e, "", "learnedFrom", "cannot read tokens %s: %s".formatted(learnedFrom, e.getMessage()));
    }
  }

  private void add(Moments moments, TokenFeatures features, int[][] grids) {
    FeatureSink[] sinks = new FeatureSink[grids.length];
    Arrays.setAll(sinks, i -> new FeatureSink());
    features.extract(grids, sinks);
    for (FeatureSink sink : sinks) {
      if (sink.size() != features.names().size()) {
        throw new PropertyException(
            "",
            "featurizer",
            "features '%s' are missing in some images; only those that all have can be standardized"
                .formatted(featurizer.spec()));
      }
      moments.add(sink.values());
    }
  }

  @Override
  public String spec() {
    return featurizer.spec();
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    TokenFeatures features = featurizer.prepare(tokenizer);
    double[] offsets = NumberList.read("means", means);
    double[] factors = NumberList.read("deviations", deviations);
    int width = features.names().size();
    if (offsets.length != width || factors.length != width) {
      throw new IllegalArgumentException(
          "there are %d means and %d deviations for %d features"
              .formatted(offsets.length, factors.length, width));
    }
    for (int i = 0; i < width; i++) {
      factors[i] = factors[i] > CONSTANT ? 1 / (factors[i] * Math.sqrt(width)) : 0;
    }
    return new Prepared(features, offsets, factors);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  /** Running means and squared deviations (Welford 1962). */
  private static final class Moments {
    private final double[] mean;
    private final double[] squares;
    private long count;

    Moments(int width) {
      mean = new double[width];
      squares = new double[width];
    }

    void add(double[] values) {
      count++;
      for (int i = 0; i < values.length; i++) {
        double apart = values[i] - mean[i];
        mean[i] += apart / count;
        squares[i] += apart * (values[i] - mean[i]);
      }
    }

    double[] means() {
      return mean;
    }

    double[] deviations() {
      double[] deviations = new double[squares.length];
      for (int i = 0; i < deviations.length; i++) {
        deviations[i] = Math.sqrt(squares[i] / Math.max(1, count));
      }
      return deviations;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prepared(TokenFeatures features, double[] offsets, double[] factors)
      implements WrappedFeatures {

    @Override
    public List<String> names() {
      return features.names();
    }

    @Override
    public void change(FeatureSink sink, int start) {
      sink.shiftAndScale(start, offsets, factors);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      Value centred =
          graph.op("Sub", features.emit(graph, tokens), row(graph, offsets)); // [n, width]
      return graph.op("Mul", centred, row(graph, factors));
    }

    private static Value row(GraphBuilder graph, double[] values) {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return graph.constant(Tensors.floats(floats, 1, floats.length));
    }
  }
}
