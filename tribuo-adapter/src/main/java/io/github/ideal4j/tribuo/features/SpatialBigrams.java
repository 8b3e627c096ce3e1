package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.util.Arrays;
import java.util.List;

/**
 * The histogram of pairs of codes that stand side by side or one below the other, in Hellinger
 * weighting. There are far more pairs than images show, so they are hashed: {@code bg-00042} to the
 * number of buckets.
 */
public final class SpatialBigrams implements TokenFeaturizer {

  @Config(description = "Number of features that the pairs are hashed to, 2 to 16777216.")
  private int buckets = CodeHash.DEFAULT_BUCKETS;

  /** With 65,536 buckets. */
  public SpatialBigrams() {}

  /** With another number of buckets, 2 to 16,777,216. */
  public SpatialBigrams(int buckets) {
    this.buckets = buckets;
    postConfig();
  }

  @Override
  public void postConfig() {
    try {
      new CodeHash(buckets);
    } catch (IllegalArgumentException e) {
      throw new PropertyException(e, "", "buckets", e.getMessage());
    }
  }

  @Override
  public String spec() {
    return buckets == CodeHash.DEFAULT_BUCKETS ? "bigrams" : "bigrams:" + buckets;
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    return new Prepared(
        CodeNames.of("bg-", buckets),
        new CodeHash(buckets),
        tokenizer.codebookSize(),
        Pairs.of(tokenizer.rows(), tokenizer.columns()));
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  /**
   * Neighbours in a grid.
   *
   * @param first cell of each pair
   * @param second cell of each pair, to the right of the first or below it
   * @param below 1 where it is below, 0 where it is to the right
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pairs(int[] first, int[] second, int[] below) {

    static Pairs of(int rows, int columns) {
      int count = rows * (columns - 1) + (rows - 1) * columns;
      Pairs pairs = new Pairs(new int[count], new int[count], new int[count]);
      int next = 0;
      for (int cell = 0; cell < rows * columns; cell++) {
        if (cell % columns + 1 < columns) {
          pairs.set(next++, cell, cell + 1, 0);
        }
        if (cell / columns + 1 < rows) {
          pairs.set(next++, cell, cell + columns, 1);
        }
      }
      return pairs;
    }

    private void set(int index, int from, int to, int direction) {
      first[index] = from;
      second[index] = to;
      below[index] = direction;
    }

    int size() {
      return first.length;
    }
  }

  private record Prepared(List<String> names, CodeHash hash, long codes, Pairs pairs)
      implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      int[] buckets = sink.room(pairs.size());
      for (int i = 0; i < pairs.size(); i++) {
        long first = tokens[pairs.first()[i]] + codes * pairs.below()[i];
        buckets[i] = hash.of(first * codes + tokens[pairs.second()[i]]);
      }
      Weighting.HELLINGER.histogramOf(buckets, pairs.size(), names, sink);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      Value first = graph.gather(tokens, places(graph, pairs.first()), 1); // [n, pairs]
      Value second = graph.gather(tokens, places(graph, pairs.second()), 1);
      long[] offsets = new long[pairs.size()];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = codes * codes * pairs.below()[i];
      }
      Value number = graph.op("Mul", first, graph.scalar(ElementType.INT64, codes));
      number = graph.op("Add", graph.op("Add", number, second), Histograms.row(graph, offsets));
      Value counts = Histograms.count(graph, hash.emit(graph, number), names.size());
      return Weighting.HELLINGER.emit(graph, counts);
    }

    private static Value places(GraphBuilder graph, int[] cells) {
      return graph.constant(
          Tensors.longs(Arrays.stream(cells).asLongStream().toArray(), cells.length));
    }
  }
}
