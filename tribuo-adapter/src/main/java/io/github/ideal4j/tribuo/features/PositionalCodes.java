package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Which code stands at which place: for photographs that are taken in one and the same way, such as
 * faces or parts on a belt. {@code pc-017-0042} (cell in raster order, code), or hashed {@code
 * pc-00042}. The vector has length 1.
 */
public final class PositionalCodes implements TokenFeaturizer {

  private static final int MOST_NAMES = 1 << 22;

  @Config(description = "Number of features that they are hashed to; 0 keeps all cells x codes.")
  private int buckets = CodeHash.DEFAULT_BUCKETS;

  /** Hashed to 65,536 features. */
  public PositionalCodes() {}

  /** Hashed to a number of features; 0 keeps a feature for each code at each place. */
  public PositionalCodes(int buckets) {
    this.buckets = buckets;
    postConfig();
  }

  @Override
  public void postConfig() {
    try {
      if (buckets != 0) {
        new CodeHash(buckets);
      }
    } catch (IllegalArgumentException e) {
      throw new PropertyException(e, "", "buckets", e.getMessage() + " (0 does not hash)");
    }
  }

  @Override
  public String spec() {
    return buckets == CodeHash.DEFAULT_BUCKETS ? "positional" : "positional:" + buckets;
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    if (buckets != 0) {
      return new Hashed(
          CodeNames.of("pc-", buckets),
          new CodeHash(buckets),
          tokenizer.cells(),
          tokenizer.codebookSize());
    }
    long all = (long) tokenizer.cells() * tokenizer.codebookSize();
    if (all > MOST_NAMES) {
      throw new IllegalArgumentException(
          "%d cells of %d codes are %,d features, more than %,d; set buckets to hash them"
              .formatted(tokenizer.cells(), tokenizer.codebookSize(), all, MOST_NAMES));
    }
    List<String> names = new ArrayList<>();
    int digits = Math.max(3, Integer.toString(tokenizer.cells() - 1).length());
    for (int cell = 0; cell < tokenizer.cells(); cell++) {
      String prefix = ("pc-%0" + digits + "d-").formatted(cell);
      names.addAll(CodeNames.of(prefix, tokenizer.codebookSize()));
    }
    return new Kept(names, tokenizer.codebookSize());
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  /** Numbers {@code cell * codes + code}, int64 {@code [n, cells]}. */
  private static Value numbers(GraphBuilder graph, Value tokens, int cells, int codes) {
    long[] offsets = LongStream.range(0, cells).map(cell -> cell * codes).toArray();
    return graph.op("Add", tokens, Histograms.row(graph, offsets));
  }

  private record Kept(List<String> names, int codes) implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      double value = 1 / Math.sqrt(tokens.length);
      for (int cell = 0; cell < tokens.length; cell++) {
        sink.add(names.get(cell * codes + tokens[cell]), value);
      }
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      int cells = names.size() / codes;
      Value counts = Histograms.count(graph, numbers(graph, tokens, cells, codes), names.size());
      return graph.op("Mul", counts, graph.scalar((float) (1 / Math.sqrt(cells))));
    }
  }

  private record Hashed(List<String> names, CodeHash hash, int cells, int codes)
      implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      int[] places = sink.room(tokens.length);
      for (int cell = 0; cell < tokens.length; cell++) {
        places[cell] = hash.of((long) cell * codes + tokens[cell]);
      }
      Weighting.L2.histogramOf(places, tokens.length, names, sink);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      Value hashed = hash.emit(graph, numbers(graph, tokens, cells, codes));
      return Weighting.L2.emit(graph, Histograms.count(graph, hashed, names.size()));
    }
  }
}
