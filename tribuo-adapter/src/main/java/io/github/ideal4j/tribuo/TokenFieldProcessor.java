package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.tribuo.features.FeatureSink;
import io.github.ideal4j.tribuo.features.FeatureTable;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.data.columnar.ColumnarFeature;
import org.tribuo.data.columnar.FieldProcessor;

/**
 * A column of tokens in a table, beside columns of other kinds: a cell holds the tokens of one
 * image in raster order with spaces between them, {@code 12 7 7 130}. Features are named {@code
 * column@boc-0012}. An empty cell has no features.
 */
public final class TokenFieldProcessor implements FieldProcessor {

  @Config(mandatory = true, description = "The column to read.")
  private String fieldName;

  @Config(mandatory = true, description = "What makes features of the tokens.")
  private List<TokenFeaturizer> featurizers = new ArrayList<>();

  @Config(mandatory = true, description = "Rows of the grid.")
  private int rows;

  @Config(mandatory = true, description = "Columns of the grid.")
  private int columns;

  @Config(mandatory = true, description = "Number of codes; tokens are smaller.")
  private int codebookSize;

  private FeatureTable features;

  private TokenFieldProcessor() {}

  /**
   * Reads a column.
   *
   * @param codebookSize number of codes; tokens are smaller
   * @throws PropertyException if a size is not positive, or a featurizer does not fit
   */
  public TokenFieldProcessor(
      String fieldName,
      List<TokenFeaturizer> featurizers,
      int rows,
      int columns,
      int codebookSize) {
    this.fieldName = fieldName;
    this.featurizers = new ArrayList<>(featurizers);
    this.rows = rows;
    this.columns = columns;
    this.codebookSize = codebookSize;
    postConfig();
  }

  @Override
  public void postConfig() {
    try {
      TokenizerInfo tokenizer =
          new TokenizerInfo("", "", codebookSize, rows, columns, rows, columns);
      features = new FeatureTable(featurizers, tokenizer);
    } catch (IllegalArgumentException e) {
      throw new PropertyException(e, "", "featurizers", e.getMessage());
    }
  }

  @Override
  public String getFieldName() {
    return fieldName;
  }

  /**
   * The features of a cell.
   *
   * @throws IllegalArgumentException if there are more or fewer tokens than the grid has, or one is
   *     out of range
   */
  @Override
  public List<ColumnarFeature> process(String value) {
    if (value.isBlank()) {
      return List.of();
    }
    int[] tokens = tokens(value);
    FeatureSink sink = new FeatureSink();
    features.parts().forEach(part -> part.extract(tokens, sink));
    String[] names = sink.names();
    double[] values = sink.values();
    List<ColumnarFeature> made = new ArrayList<>(names.length);
    for (int i = 0; i < names.length; i++) {
      made.add(new ColumnarFeature(fieldName, names[i], values[i]));
    }
    return made;
  }

  private int[] tokens(String value) {
    String[] words = value.strip().split("\\s+", -1);
    if (words.length != rows * columns) {
      throw new IllegalArgumentException(
          "column '%s' has %d tokens in a cell; a grid of %d x %d has %d"
              .formatted(fieldName, words.length, rows, columns, rows * columns));
    }
    int[] tokens = new int[words.length];
    for (int i = 0; i < tokens.length; i++) {
      try {
        tokens[i] = Integer.parseInt(words[i]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "column '%s' has '%s' for a token".formatted(fieldName, words[i]), e);
      }
      if (tokens[i] < 0 || tokens[i] >= codebookSize) {
        throw new IllegalArgumentException(
            "column '%s' has token %d; valid are 0 to %d"
                .formatted(fieldName, tokens[i], codebookSize - 1));
      }
    }
    return tokens;
  }

  @Override
  public GeneratedFeatureType getFeatureType() {
    return GeneratedFeatureType.REAL;
  }

  @Override
  public TokenFieldProcessor copy(String newFieldName) {
    return new TokenFieldProcessor(newFieldName, featurizers, rows, columns, codebookSize);
  }

  @Override
  public String toString() {
    return "TokenFieldProcessor(fieldName=%s,features=%s)".formatted(fieldName, features);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "FieldProcessor");
  }
}
