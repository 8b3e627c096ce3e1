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
 * Codes that few images have count more: {@code count * (ln((1 + images) / (1 + images with the
 * code)) + 1)}, the smooth form of scikit-learn's {@code TfidfTransformer}, of length 1: {@code
 * ti-0042}. The counts of images are learned once and kept in the configuration, so that they are
 * the same when a saved model is used.
 */
public final class TfIdf implements TokenFeaturizer {

  @Config(description = "Tokens to count in, unless frequencies are given.")
  private Path countedIn;

  @Config(description = "Number of images that were counted in.")
  private long images;

  @Config(description = "How many images have each code: numbers with spaces between them.")
  private String frequencies = "";

  private double[] counts;

  private TfIdf() {}

  /**
   * Counts in a token file or folder.
   *
   * @throws PropertyException if it cannot be read
   */
  public TfIdf(Path countedIn) {
    this.countedIn = countedIn;
    postConfig();
  }

  @Override
  public void postConfig() {
    if (frequencies.isBlank()) {
      if (countedIn == null) {
        throw new PropertyException("", "countedIn", "neither countedIn nor frequencies are given");
      }
      count();
    }
    counts = NumberList.read("frequencies", frequencies);
    for (double count : counts) {
      if (!(count >= 0 && count <= images)) {
        throw new PropertyException(
            "", "frequencies", "%s of %d images is not possible".formatted(count, images));
      }
    }
  }

  private void count() {
    try (TokenDataset tokens = TokenDataset.open(countedIn)) {
      double[] seen = new double[tokens.info().codebookSize()];
      long[] last = new long[seen.length]; // the image that had a code last, counted from 1
      int[] grid = new int[tokens.info().cells()];
      long image = 0;
      for (TokenBatch batch : tokens.batches()) {
        for (int row = 0; row < batch.size(); row++) {
          image++;
          batch.copyTokens(row, grid);
          for (int code : grid) {
            if (last[code] != image) {
              last[code] = image;
              seen[code]++;
            }
          }
        }
      }
      images = image;
      frequencies = NumberList.write(seen);
    } catch (IOException e) {
      throw new PropertyException(
          e, "", "countedIn", "cannot read tokens %s: %s".formatted(countedIn, e.getMessage()));
    }
  }

  @Override
  public String spec() {
    return "tfidf";
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    if (counts.length != tokenizer.codebookSize()) {
      throw new IllegalArgumentException(
          "tf-idf has counted %d codes, but tokenizer '%s' has %d"
              .formatted(counts.length, tokenizer.name(), tokenizer.codebookSize()));
    }
    float[] weights = new float[counts.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (Math.log((1.0 + images) / (1 + counts[i])) + 1);
    }
    return new Prepared(CodeNames.of("ti-", weights.length), weights);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prepared(List<String> names, float[] weights) implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      int[] sorted = sink.room(tokens.length);
      System.arraycopy(tokens, 0, sorted, 0, tokens.length);
      Arrays.sort(sorted, 0, tokens.length);
      int start = sink.size();
      int end;
      for (int i = 0; i < tokens.length; i = end) {
        int code = sorted[i];
        for (end = i; end < tokens.length && sorted[end] == code; end++) {}
        sink.add(names.get(code), (end - i) * (double) weights[code]);
      }
      sink.toUnitLength(start);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      Value counts = Histograms.count(graph, tokens, weights.length);
      Value table = graph.constant(Tensors.floats(weights, 1, weights.length));
      return Weighting.emitUnitLength(graph, graph.op("Mul", counts, table));
    }
  }
}
