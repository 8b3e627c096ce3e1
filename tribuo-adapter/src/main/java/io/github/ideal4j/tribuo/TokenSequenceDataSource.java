package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.DataSourceProvenance;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceExample;

/**
 * The rows of a token file as sequences, one example for each cell of the grid: to label the parts
 * of a photograph, with a conditional random field for example.
 *
 * <p>The features of a cell are its code ({@code cell-0042}), the codes around it ({@code
 * north-0042}, {@code south-}, {@code west-}, {@code east-}) and, if wanted, its row and column.
 * The outputs come from a second token file with one row for each image, whose tokens are the
 * numbers of the cells' classes, in the order of {@code classes}; or, without one, every cell has
 * the label of its image.
 */
public final class TokenSequenceDataSource<T extends Output<T>>
    implements Configurable, SequenceDataSource<T> {

  @Config(mandatory = true, description = "A token file, or a folder of them.")
  private Path tokens;

  @Config(mandatory = true, description = "Makes outputs of the names of classes.")
  private OutputFactory<T> outputFactory;

  @Config(description = "Tokens that are the numbers of the cells' classes, row by row.")
  private Path cellClasses;

  @Config(description = "Names of the classes in cellClasses.")
  private List<String> classes = new ArrayList<>();

  @Config(description = "Whether the codes around a cell are features too.")
  private boolean neighbours = true;

  @Config(description = "Whether the row and the column of a cell are features too.")
  private boolean positions;

  @Config(description = "In which order the cells follow: RASTER or SNAKE.")
  private CellOrder order = CellOrder.SNAKE;

  private CellFeatures features;
  private TokenSourceProvenance provenance;

  private TokenSequenceDataSource() {}

  /**
   * Opens tokens whose cells have the labels of their images.
   *
   * @throws PropertyException if the tokens cannot be read
   */
  public TokenSequenceDataSource(Path tokens, OutputFactory<T> outputFactory) {
    this.tokens = tokens;
    this.outputFactory = outputFactory;
    postConfig();
  }

  /**
   * Opens tokens and the classes of their cells.
   *
   * @param cellClasses a token file with as many rows and the same grid
   * @param classes their names
   * @param positions whether the row and the column of a cell are features too
   * @throws PropertyException if the tokens cannot be read or do not fit together
   */
  public TokenSequenceDataSource(
      Path tokens,
      OutputFactory<T> outputFactory,
      Path cellClasses,
      List<String> classes,
      boolean positions) {
    this.tokens = tokens;
    this.outputFactory = outputFactory;
    this.cellClasses = cellClasses;
    this.classes = new ArrayList<>(classes);
    this.positions = positions;
    postConfig();
  }

  @Override
  public void postConfig() {
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      features = new CellFeatures(dataset.info().tokenizer(), neighbours, positions);
      provenance = new TokenSourceProvenance(this, TokenOrigin.of(dataset));
      if (cellClasses != null) {
        requireFitting(dataset);
      }
    } catch (IOException e) {
      throw new PropertyException(
          e, "", "tokens", "cannot read tokens %s: %s".formatted(tokens, e.getMessage()));
    }
  }

  private void requireFitting(TokenDataset dataset) {
    try (TokenDataset other = TokenDataset.open(cellClasses)) {
      TokenizerInfo own = dataset.info().tokenizer();
      TokenizerInfo found = other.info().tokenizer();
      if (other.size() != dataset.size()
          || found.rows() != own.rows()
          || found.columns() != own.columns()) {
        throw new PropertyException(
            "",
            "cellClasses",
            "%s has %d grids of %d x %d, but %s has %d of %d x %d"
                .formatted(
                    cellClasses,
                    other.size(),
                    found.rows(),
                    found.columns(),
                    tokens,
                    dataset.size(),
                    own.rows(),
                    own.columns()));
      }
      if (classes.size() < found.codebookSize()) {
        throw new PropertyException(
            "",
            "classes",
            "%s has %d classes, but there are %d names"
                .formatted(cellClasses, found.codebookSize(), classes.size()));
      }
    } catch (IOException e) {
      throw new PropertyException(
          e,
          "",
          "cellClasses",
          "cannot read classes %s: %s".formatted(cellClasses, e.getMessage()));
    }
  }

  /** The tokenizer that made the tokens. */
  public TokenizerInfo tokenizer() {
    return features.tokenizer();
  }

  /** The cell at a place of the sequences, in raster order. */
  public int cell(int place) {
    return order.cell(place, tokenizer().columns());
  }

  @Override
  public OutputFactory<T> getOutputFactory() {
    return outputFactory;
  }

  @Override
  public DataSourceProvenance getProvenance() {
    return provenance;
  }

  @Override
  public Iterator<SequenceExample<T>> iterator() {
    // Sequences are far larger than tokens: they are made one after the other, from memory.
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      List<Row> rows = new ArrayList<>();
      for (TokenBatch batch : dataset.batches()) {
        for (int row = 0; row < batch.size(); row++) {
          rows.add(
              new Row(
                  batch.grid(row).indices(),
                  Optional.ofNullable(batch.label(row)),
                  TokenExamples.metadata(batch, row)));
        }
      }
      List<int[]> cells = cellClasses == null ? List.of() : cells();
      OutputColumn<T> outputs = new OutputColumn<>(outputFactory, OutputColumn.LABEL, Map.of(), "");
      return new Iterator<>() {
        private int next;

        @Override
        public boolean hasNext() {
          return next < rows.size();
        }

        @Override
        public SequenceExample<T> next() {
          int index = next++;
          Row row = rows.get(index);
          return sequence(row, cells.isEmpty() ? null : cells.get(index), outputs);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read tokens %s".formatted(tokens), e);
    }
  }

  private List<int[]> cells() throws IOException {
    try (TokenDataset dataset = TokenDataset.open(cellClasses)) {
      List<int[]> cells = new ArrayList<>();
      for (TokenBatch batch : dataset.batches()) {
        for (int row = 0; row < batch.size(); row++) {
          cells.add(batch.grid(row).indices());
        }
      }
      return cells;
    }
  }

  private SequenceExample<T> sequence(Row row, int[] cells, OutputColumn<T> outputs) {
    long id = (Long) row.metadata().get(TokenDataSource.ID);
    SequenceExample<T> sequence = new SequenceExample<>();
    for (int place = 0; place < row.tokens().length; place++) {
      int cell = cell(place);
      String name = cells == null ? row.label().orElse(null) : classes.get(cells[cell]);
      T output = name == null ? outputFactory.getUnknownOutput() : outputs.of(name, id);
      Map<String, Object> metadata = new HashMap<>(row.metadata());
      metadata.put("cell", cell);
      sequence.addExample(features.example(row.tokens(), cell, output, metadata));
    }
    return sequence;
  }

  @Override
  public String toString() {
    return "TokenSequenceDataSource[%s]".formatted(tokens);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(int[] tokens, Optional<String> label, Map<String, Object> metadata) {}

  /** The features of one cell. */
  private static final class CellFeatures {

    private static final List<String> SIDES = List.of("east", "north", "south", "west");

    private final TokenizerInfo tokenizer;
    private final boolean neighbours;
    private final boolean positions;
    private final Map<String, List<String>> names = new HashMap<>();

    CellFeatures(TokenizerInfo tokenizer, boolean neighbours, boolean positions) {
      this.tokenizer = tokenizer;
      this.neighbours = neighbours;
      this.positions = positions;
      List<String> kinds = new ArrayList<>(SIDES);
      kinds.add("cell");
      int digits = Math.max(4, Integer.toString(tokenizer.codebookSize() - 1).length());
      for (String kind : kinds) {
        List<String> own = new ArrayList<>();
        for (int code = 0; code < tokenizer.codebookSize(); code++) {
          own.add(("%s-%0" + digits + "d").formatted(kind, code));
        }
        names.put(kind, own);
      }
    }

    TokenizerInfo tokenizer() {
      return tokenizer;
    }

    <T extends Output<T>> Example<T> example(
        int[] tokens, int cell, T output, Map<String, Object> metadata) {
      List<String> own = new ArrayList<>();
      own.add(names.get("cell").get(tokens[cell]));
      int row = cell / tokenizer.columns();
      int column = cell % tokenizer.columns();
      if (positions) {
        own.add("column-%03d".formatted(column));
      }
      if (neighbours) {
        add(own, "east", tokens, row, column + 1);
        add(own, "north", tokens, row - 1, column);
        add(own, "south", tokens, row + 1, column);
        add(own, "west", tokens, row, column - 1);
      }
      if (positions) {
        own.add("row-%03d".formatted(row));
      }
      double[] values = new double[own.size()];
      Arrays.fill(values, 1);
      return new ArrayExample<>(output, own.toArray(String[]::new), values, metadata);
    }

    private void add(List<String> own, String side, int[] tokens, int row, int column) {
      boolean inside =
          row >= 0 && row < tokenizer.rows() && column >= 0 && column < tokenizer.columns();
      if (inside) {
        own.add(names.get(side).get(tokens[row * tokenizer.columns() + column]));
      }
    }
  }
}
