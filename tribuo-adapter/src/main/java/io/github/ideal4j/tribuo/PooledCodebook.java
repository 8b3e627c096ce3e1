package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The mean of the codebook's vectors at an image's tokens, made a vector of length 1: {@code
 * pool-0000} to the width of the codebook.
 */
public final class PooledCodebook implements TokenFeaturizer {

  /** Name of the codebook within a bundle. */
  public static final String FILE_NAME = "codebook.safetensors";

  @Config(mandatory = true, description = "The codebook, a safetensors file with one matrix.")
  private Path codebook;

  @Config(description = "SHA-256 of the codebook file; empty before it has been read once.")
  private String codebookSha256 = "";

  private float[] vectors; // [size, width]
  private int size;
  private int width;

  private PooledCodebook() {}

  /**
   * Reads a codebook.
   *
   * @param codebook a safetensors file whose only matrix (or the one named {@code codebook}) is
   *     {@code [size, width]}
   */
  public PooledCodebook(Path codebook) {
    this.codebook = codebook;
    postConfig();
  }

  @Override
  public void postConfig() {
    try {
      String sum = Sha256.of(codebook);
      if (!codebookSha256.isEmpty() && !codebookSha256.equals(sum)) {
        throw refused("its sha256 is %s instead of %s".formatted(sum, codebookSha256));
      }
      codebookSha256 = sum;
      read();
    } catch (IOException e) {
      throw new PropertyException(e, "", "codebook", "cannot read codebook " + codebook);
    }
  }

  private void read() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(codebook)) {
      String name =
          file.has("codebook") || file.names().isEmpty()
              ? "codebook"
              : file.names().iterator().next();
      if (!file.has(name) || file.shape(name).length != 2) {
        throw refused("it has no matrix 'codebook' but %s".formatted(file.names()));
      }
      vectors = file.floats(name);
      size = Math.toIntExact(file.shape(name)[0]);
      width = Math.toIntExact(file.shape(name)[1]);
    }
  }

  private PropertyException refused(String problem) {
    return new PropertyException("", "codebook", "codebook %s: %s".formatted(codebook, problem));
  }

  @Override
  public String spec() {
    return "pooled";
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    if (tokenizer.codebookSize() != size) {
      throw new IllegalArgumentException(
          "%s has %d codes, but tokenizer '%s' has %d"
              .formatted(codebook, size, tokenizer.name(), tokenizer.codebookSize()));
    }
    return new Prepared(CodeNames.of("pool-", width), vectors, size);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prepared(List<String> names, float[] vectors, int size) implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      int width = names.size();
      double[] sums = new double[width];
      for (int token : tokens) {
        for (int i = 0; i < width; i++) {
          sums[i] += vectors[token * width + i];
        }
      }
      int start = sink.size();
      for (int i = 0; i < width; i++) {
        sink.add(names.get(i), sums[i] / tokens.length);
      }
      sink.toUnitLength(start);
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      Value table = graph.constant(Tensors.floats(vectors, size, names.size()));
      Value picked = graph.gather(table, tokens, 0); // [n, cells, width]
      Value mean =
          graph.node("ReduceMean", List.of(picked, graph.longs(1)), Attribute.of("keepdims", 0));
      return Weighting.emitUnitLength(graph, mean);
    }
  }
}
