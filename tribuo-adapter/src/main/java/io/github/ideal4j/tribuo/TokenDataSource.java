package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.tribuo.features.FeatureTable;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.tribuo.ConfigurableDataSource;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.provenance.DataSourceProvenance;

/**
 * The rows of a token file, or of a folder of them, as Tribuo examples for any kind of output. A
 * row without a label has the unknown output; the metadata {@link #ID} and {@link #PATH} say which
 * image an example is.
 *
 * <p>Configurable, with a provenance that names files and tokenizer by their SHA-256. May be
 * iterated more than once; the files are open only while they are read. Features are made by all
 * processors, some hundred images ahead.
 *
 * <pre>{@code
 * var source =
 *     new TokenDataSource<>(
 *         Path.of("train.arrow"), new LabelFactory(), List.of(new SpatialPyramid()));
 * Model<Label> model = new LogisticRegressionTrainer().train(new MutableDataset<>(source));
 * }</pre>
 */
public final class TokenDataSource<T extends Output<T>> implements ConfigurableDataSource<T> {

  /** Metadata: the row's id, a {@code Long}. */
  public static final String ID = "id";

  /** Metadata: where the image came from; not there where unknown. */
  public static final String PATH = "path";

  @Config(mandatory = true, description = "A token file, or a folder of them.")
  private Path tokens;

  @Config(mandatory = true, description = "Makes outputs of the text in the output column.")
  private OutputFactory<T> outputFactory;

  @Config(mandatory = true, description = "What makes features of the tokens.")
  private List<TokenFeaturizer> featurizers = new ArrayList<>();

  @Config(description = "Column that outputs are made of: label, nll, or empty for none.")
  private String outputColumn = OutputColumn.LABEL;

  @Config(description = "Leave out rows without an output.")
  private boolean labeledOnly;

  @Config(description = "Texts that labels become: a class may become ANOMALOUS, or a number.")
  private Map<String, String> relabel = new HashMap<>();

  @Config(description = "What labels become that 'relabel' does not name; empty leaves them.")
  private String relabelOthers = "";

  private FeatureTable features;
  private TokenSourceProvenance provenance;

  private TokenDataSource() {}

  /**
   * Opens a token file or folder; outputs are made of its labels.
   *
   * @throws PropertyException if the tokens cannot be read, or a featurizer does not fit them
   */
  public TokenDataSource(
      Path tokens, OutputFactory<T> outputFactory, List<TokenFeaturizer> featurizers) {
    this(tokens, outputFactory, featurizers, TokenOutputs.labels());
  }

  /**
   * Opens a token file or folder.
   *
   * @param outputs what outputs are made of
   * @throws PropertyException if the tokens cannot be read, or a featurizer does not fit them
   */
  public TokenDataSource(
      Path tokens,
      OutputFactory<T> outputFactory,
      List<TokenFeaturizer> featurizers,
      TokenOutputs outputs) {
    this.tokens = tokens;
    this.outputFactory = outputFactory;
    this.featurizers = new ArrayList<>(featurizers);
    outputColumn = outputs.column();
    labeledOnly = outputs.labeledOnly();
    relabel = new HashMap<>(outputs.relabel());
    relabelOthers = outputs.others();
    postConfig();
  }

  @Override
  public void postConfig() {
    if (!OutputColumn.isColumn(outputColumn)) {
      throw new PropertyException(
          "",
          "outputColumn",
          "there is no column '%s' to make outputs of; valid are label, nll and nothing"
              .formatted(outputColumn));
    }
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      features = new FeatureTable(featurizers, dataset.info().tokenizer());
      provenance = new TokenSourceProvenance(this, TokenOrigin.of(dataset));
    } catch (IOException e) {
      throw new PropertyException(
          e, "", "tokens", "cannot read tokens %s: %s".formatted(tokens, e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new PropertyException(e, "", "featurizers", e.getMessage());
    }
  }

  /** The token file or folder. */
  public Path tokens() {
    return tokens;
  }

  /** The tokenizer that made the tokens. */
  public TokenizerInfo tokenizer() {
    return features.tokenizer();
  }

  /** What makes the features. */
  public List<TokenFeaturizer> featurizers() {
    return List.copyOf(featurizers);
  }

  /** The featurizers, prepared for the tokenizer. */
  public FeatureTable features() {
    return features;
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
  public Iterator<Example<T>> iterator() {
    try {
      OutputColumn<T> outputs =
          new OutputColumn<>(outputFactory, outputColumn, relabel, relabelOthers);
      return new TokenExamples<>(TokenDataset.open(tokens), features, outputs, labeledOnly);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read tokens %s".formatted(tokens), e);
    }
  }

  @Override
  public String toString() {
    return "TokenDataSource[%s, %s]".formatted(tokens, features);
  }
}
