package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.tribuo.ConfigurableDataSource;
import org.tribuo.Example;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.DataSourceProvenance;

/**
 * The rows of a token file, or of a folder of them, as Tribuo examples. A row without a label has
 * the unknown output; the metadata {@link #ID} and {@link #PATH} say which image an example is.
 *
 * <p>Configurable, with a provenance that names files and tokenizer by their SHA-256. May be
 * iterated more than once; the files are open only while they are read.
 */
public final class TokenDataSource implements ConfigurableDataSource<Label> {

  /** Metadata: the row's id, a {@code Long}. */
  public static final String ID = "id";

  /** Metadata: where the image came from; not there where unknown. */
  public static final String PATH = "path";

  private static final Cleaner CLEANER = Cleaner.create();

  @Config(mandatory = true, description = "A token file, or a folder of them.")
  private Path tokens;

  @Config(mandatory = true, description = "What makes features of the tokens.")
  private List<TokenFeaturizer> featurizers;

  @Config(description = "Leave out rows without a label.")
  private boolean labeledOnly;

  private final LabelFactory outputFactory = new LabelFactory();
  private TokenFeatureTable features;
  private TokenDataSourceProvenance provenance;

  private TokenDataSource() {}

  /**
   * Opens a token file or folder.
   *
   * @param labeledOnly leaves out rows without a label
   * @throws IOException if the tokens cannot be read
   * @throws IllegalArgumentException if a featurizer does not fit the tokenizer
   */
  public TokenDataSource(Path tokens, List<TokenFeaturizer> featurizers, boolean labeledOnly)
      throws IOException {
    this.tokens = tokens;
    this.featurizers = List.copyOf(featurizers);
    this.labeledOnly = labeledOnly;
    prepare();
  }

  @Override
  public void postConfig() {
    try {
      prepare();
    } catch (IOException e) {
      throw new PropertyException(e, "", "tokens", "cannot read tokens " + tokens);
    }
  }

  private void prepare() throws IOException {
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      features = new TokenFeatureTable(featurizers, dataset.info().tokenizer());
      provenance = new TokenDataSourceProvenance(this, TokenOrigin.of(dataset));
    }
  }

  /** The tokenizer that made the tokens. */
  public TokenizerInfo tokenizer() {
    return features.tokenizer();
  }

  /** What makes the features. */
  public List<TokenFeaturizer> featurizers() {
    return List.copyOf(featurizers);
  }

  @Override
  public OutputFactory<Label> getOutputFactory() {
    return outputFactory;
  }

  @Override
  public DataSourceProvenance getProvenance() {
    return provenance;
  }

  @Override
  public Iterator<Example<Label>> iterator() {
    try {
      return new Rows(TokenDataset.open(tokens));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read tokens %s".formatted(tokens), e);
    }
  }

  @Override
  public String toString() {
    return "TokenDataSource[%s, %s]".formatted(tokens, features);
  }

  /** Closes what a forgotten iterator leaves open. */
  private record Open(TokenDataset dataset) implements Runnable {
    @Override
    public void run() {
      try {
        dataset.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close tokens", e);
      }
    }
  }

  /**
   * Walks over the batches and closes the files after the last row, or when it is thrown away
   * before.
   */
  private final class Rows implements Iterator<Example<Label>> {
    private final Cleaner.Cleanable open;
    private final Iterator<TokenBatch> batches;
    private TokenBatch batch;
    private int row;
    private Example<Label> next;

    Rows(TokenDataset dataset) {
      open = CLEANER.register(this, new Open(dataset));
      batches = dataset.batches().iterator();
      next = read();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Example<Label> next() {
      if (next == null) {
        throw new NoSuchElementException("no more rows in %s".formatted(tokens));
      }
      Example<Label> current = next;
      next = read();
      return current;
    }

    private Example<Label> read() {
      while (true) {
        while (batch == null || row == batch.size()) {
          if (!batches.hasNext()) {
            open.clean();
            return null;
          }
          batch = batches.next();
          row = 0;
        }
        int current = row++;
        if (!labeledOnly || batch.label(current) != null) {
          return features.example(batch, current);
        }
      }
    }
  }
}
