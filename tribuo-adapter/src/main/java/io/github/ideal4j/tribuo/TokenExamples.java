package io.github.ideal4j.tribuo;

import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.tribuo.features.FeatureTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.tribuo.Example;
import org.tribuo.Output;

/**
 * Walks over the rows of a data set, some hundred at a time, and closes the files after the last
 * one, or when it is thrown away before. Not thread-safe.
 */
final class TokenExamples<T extends Output<T>> implements Iterator<Example<T>> {

  private static final Cleaner CLEANER = Cleaner.create();
  private static final int CHUNK = 512;

  private final FeatureTable features;
  private final OutputColumn<T> outputs;
  private final boolean labeledOnly;
  private final Cleaner.Cleanable open;
  private final Iterator<TokenBatch> batches;
  private TokenBatch batch;
  private int row;
  private Iterator<Example<T>> chunk;

  TokenExamples(
      TokenDataset dataset, FeatureTable features, OutputColumn<T> outputs, boolean labeledOnly) {
    this.features = features;
    this.outputs = outputs;
    this.labeledOnly = labeledOnly;
    open = CLEANER.register(this, new Open(dataset));
    batches = dataset.batches().iterator();
    chunk = read();
  }

  @Override
  public boolean hasNext() {
    return chunk.hasNext();
  }

  @Override
  public Example<T> next() {
    if (!chunk.hasNext()) {
      throw new NoSuchElementException("there are no more rows");
    }
    Example<T> next = chunk.next();
    if (!chunk.hasNext()) {
      chunk = read();
    }
    return next;
  }

  /** The next rows; none at the end. */
  private Iterator<Example<T>> read() {
    List<int[]> grids = new ArrayList<>();
    List<T> made = new ArrayList<>();
    List<Map<String, Object>> metadata = new ArrayList<>();
    while (grids.size() < CHUNK && hasRow()) {
      if (!labeledOnly || outputs.has(batch, row)) {
        int[] tokens = new int[features.tokenizer().cells()];
        batch.copyTokens(row, tokens);
        grids.add(tokens);
        made.add(outputs.of(batch, row));
        metadata.add(metadata(batch, row));
      }
      row++;
    }
    return features.examples(made, grids.toArray(int[][]::new), metadata).iterator();
  }

  private boolean hasRow() {
    while (batch == null || row == batch.size()) {
      batch = null; // its memory may go with the files
      if (!batches.hasNext()) {
        open.clean();
        return false;
      }
      batch = batches.next();
      row = 0;
    }
    return true;
  }

  static Map<String, Object> metadata(TokenBatch batch, int row) {
    String path = batch.path(row);
    return path == null
        ? Map.of(TokenDataSource.ID, batch.id(row))
        : Map.of(TokenDataSource.ID, batch.id(row), TokenDataSource.PATH, path);
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
}
