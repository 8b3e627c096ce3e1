package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Histograms of the whole image ({@code sp-0-0042}) and of its four quarters ({@code sp-1-0042} to
 * {@code sp-4-0042}, in raster order), as in Lazebnik, Schmid and Ponce, "Beyond Bags of Features"
 * (2006). Each is Hellinger weighted, the quarters count half, and the whole has length 1.
 */
public final class SpatialPyramid implements TokenFeaturizer {

  private static final int CELLS = 4;
  private static final float CELL_WEIGHT = 0.5f;

  /** Nothing is left to choose. */
  public SpatialPyramid() {}

  @Override
  public String spec() {
    return "pyramid";
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    List<List<String>> levels = new ArrayList<>();
    for (int i = 0; i <= CELLS; i++) {
      levels.add(CodeNames.of("sp-%d-".formatted(i), tokenizer.codebookSize()));
    }
    return new Prepared(
        levels,
        levels.stream().flatMap(List::stream).toList(),
        quarters(tokenizer.rows(), tokenizer.columns()));
  }

  /** Number of the quarter of each token; a middle row or column goes to the upper left. */
  private static int[] quarters(int rows, int columns) {
    int[] quarters = new int[rows * columns];
    for (int i = 0; i < quarters.length; i++) {
      boolean lower = i / columns >= (rows + 1) / 2;
      boolean right = i % columns >= (columns + 1) / 2;
      quarters[i] = (lower ? 2 : 0) + (right ? 1 : 0);
    }
    return quarters;
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prepared(List<List<String>> levels, List<String> names, int[] quarters)
      implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      int start = sink.size();
      int[] sorted = tokens.clone();
      Arrays.sort(sorted);
      Weighting.HELLINGER.histogram(sorted, sorted.length, levels.get(0), sink);
      for (int cell = 0; cell < CELLS; cell++) {
        int size = 0;
        for (int i = 0; i < tokens.length; i++) {
          if (quarters[i] == cell) {
            sorted[size++] = tokens[i];
          }
        }
        if (size > 0) {
          Arrays.sort(sorted, 0, size);
          int cellStart = sink.size();
          Weighting.HELLINGER.histogram(sorted, size, levels.get(cell + 1), sink);
          sink.scale(cellStart, CELL_WEIGHT);
        }
      }
      sink.toUnitLength(start);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      int codes = levels.get(0).size();
      long[] offsets = Arrays.stream(quarters).mapToLong(cell -> (long) cell * codes).toArray();
      Value placed = graph.op("Add", tokens, Histograms.row(graph, offsets));
      Value cells = Histograms.count(graph, placed, CELLS * codes); // [n, cells * codes]
      cells = Weighting.HELLINGER.emit(graph, graph.reshape(cells, -1, CELLS, codes));
      cells =
          graph.op(
              "Mul", graph.reshape(cells, -1, (long) CELLS * codes), graph.scalar(CELL_WEIGHT));
      Value whole = Weighting.HELLINGER.emit(graph, Histograms.count(graph, tokens, codes));
      return Weighting.emitUnitLength(graph, graph.concat(1, whole, cells));
    }
  }
}
