package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Histograms of the whole image, of its quarters, of their quarters and so on: {@code
 * sp0-0-0-0042}, {@code sp1-1-0-0042} (level, row and column of the part, code). Each is Hellinger
 * weighted; the weights of the levels are those of Lazebnik, Schmid and Ponce, "Beyond Bags of
 * Features" (2006), equation 3, and the whole has length 1.
 */
public final class SpatialPyramid implements TokenFeaturizer {

  private static final int MAX_LEVELS = 4;

  @Config(description = "Number of levels, 1 to 4; the last one has 2^(levels-1) parts a side.")
  private int levels = 2;

  /** The whole and its quarters. */
  public SpatialPyramid() {}

  /**
   * The whole and its finer and finer parts.
   *
   * @param levels 1 for the whole alone, 2 for its quarters too, at most 4
   */
  public SpatialPyramid(int levels) {
    this.levels = levels;
    postConfig();
  }

  @Override
  public void postConfig() {
    if (levels < 1 || levels > MAX_LEVELS) {
      throw new PropertyException(
          "", "levels", "levels must be 1 to %d, got %d".formatted(MAX_LEVELS, levels));
    }
  }

  @Override
  public String spec() {
    return levels == 2 ? "pyramid" : "pyramid:" + levels;
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    List<Level> made = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      made.add(Level.of(level, tokenizer));
    }
    return new Prepared(made, made.stream().flatMap(level -> level.names().stream()).toList());
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  /**
   * One grid of parts.
   *
   * @param part number of the part of each token
   * @param parts of the grid
   * @param codes of the tokenizer
   * @param factor of each part's histogram
   * @param names of the codes of each part
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Level(int[] part, int parts, int codes, float factor, List<String> names) {

    static Level of(int level, TokenizerInfo tokenizer) {
      int side = 1 << level;
      List<String> names = new ArrayList<>();
      for (int cell = 0; cell < side * side; cell++) {
        String prefix = "sp%d-%d-%d-".formatted(level, cell / side, cell % side);
        names.addAll(CodeNames.of(prefix, tokenizer.codebookSize()));
      }
      // Relative to the whole: 1 for quarters, 2 for sixteenths and so on, shared by the parts.
      double weight = level == 0 ? 1 : Math.pow(2, level - 1);
      float factor = (float) Math.sqrt(weight / (side * side));
      int[] part = parts(tokenizer.rows(), tokenizer.columns(), side);
      return new Level(part, side * side, tokenizer.codebookSize(), factor, names);
    }

    /**
     * Number of the part of each token; where a side does not divide, the first parts have more.
     */
    private static int[] parts(int rows, int columns, int side) {
      int[] parts = new int[rows * columns];
      for (int i = 0; i < parts.length; i++) {
        int row = i / columns * side / rows;
        int column = i % columns * side / columns;
        parts[i] = row * side + column;
      }
      return parts;
    }

    void extract(int[] tokens, FeatureSink sink) {
      int[] sorted = sink.room(tokens.length);
      for (int cell = 0; cell < parts; cell++) {
        int size = 0;
        for (int i = 0; i < tokens.length; i++) {
          if (part[i] == cell) {
            sorted[size++] = tokens[i];
          }
        }
        if (size > 0) {
          int start = sink.size();
          List<String> own = names.subList(cell * codes, (cell + 1) * codes);
          Weighting.HELLINGER.histogramOf(sorted, size, own, sink);
          sink.scale(start, factor);
        }
      }
    }

    Value emit(GraphBuilder graph, Value tokens) {
      long[] offsets = Arrays.stream(part).mapToLong(cell -> (long) cell * codes).toArray();
      Value placed = graph.op("Add", tokens, Histograms.row(graph, offsets));
      Value counts = Histograms.count(graph, placed, parts * codes); // [n, parts * codes]
      Value each = Weighting.HELLINGER.emit(graph, graph.reshape(counts, -1, parts, codes));
      return graph.op("Mul", graph.reshape(each, -1, (long) parts * codes), graph.scalar(factor));
    }
  }

  private record Prepared(List<Level> levels, List<String> names) implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      int start = sink.size();
      levels.forEach(level -> level.extract(tokens, sink));
      sink.toUnitLength(start);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      Value[] parts = levels.stream().map(level -> level.emit(graph, tokens)).toArray(Value[]::new);
      return Weighting.emitUnitLength(graph, graph.concat(1, parts));
    }
  }
}
