package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * The codebook's vectors at an image's tokens, pooled: their mean, largest values or standard
 * deviations, {@code pool-mean-0007} and so on. Means and largest values are vectors of length 1.
 */
public final class PooledCodebook implements TokenFeaturizer {

  @Config(mandatory = true, description = "The codebook, a safetensors file with one matrix.")
  private Path file;

  @Config(description = "SHA-256 of the file; empty before it has been read once.")
  private String sha256 = "";

  @Config(description = "What is taken of the vectors: MAX, MEAN, STD or several.")
  private List<Pooling> poolings = List.of(Pooling.MEAN);

  private float[] vectors; // [size, width]
  private int size;
  private int width;

  private PooledCodebook() {}

  /** The mean of a codebook's vectors. See {@link #PooledCodebook(Path, List)}. */
  public PooledCodebook(Path file) {
    this(file, List.of(Pooling.MEAN));
  }

  /**
   * Reads a codebook.
   *
   * @param file a safetensors file whose only matrix (or the one named {@code codebook}) is {@code
   *     [size, width]}
   * @param poolings at least one
   * @throws PropertyException if the file cannot be read or has no such matrix
   */
  public PooledCodebook(Path file, List<Pooling> poolings) {
    this.file = file;
    this.poolings = new ArrayList<>(poolings);
    postConfig();
  }

  @Override
  public void postConfig() {
    if (poolings.isEmpty()) {
      throw new PropertyException("", "poolings", "at least one of MAX, MEAN and STD is needed");
    }
    poolings = new ArrayList<>(new TreeSet<>(poolings)); // in the order of the names
    sha256 = ModelFiles.check(file, sha256);
    try {
      read();
    } catch (IOException e) {
      throw new PropertyException(
          e, "", "file", "cannot read codebook %s: %s".formatted(file, e.getMessage()));
    }
  }

  private void read() throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      String name =
          tensors.has("codebook") || tensors.names().isEmpty()
              ? "codebook"
              : tensors.names().iterator().next();
      if (!tensors.has(name) || tensors.shape(name).length != 2) {
        throw new PropertyException(
            "",
            "file",
            "codebook %s: it has no matrix 'codebook' but %s".formatted(file, tensors.names()));
      }
      vectors = tensors.floats(name);
      size = Math.toIntExact(tensors.shape(name)[0]);
      width = Math.toIntExact(tensors.shape(name)[1]);
    }
  }

  @Override
  public String spec() {
    return poolings.equals(List.of(Pooling.MEAN))
        ? "pooled"
        : "pooled:" + String.join(",", poolings.stream().map(Pooling::spec).toList());
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    if (tokenizer.codebookSize() != size) {
      throw new IllegalArgumentException(
          "%s has %d codes, but tokenizer '%s' has %d"
              .formatted(file, size, tokenizer.name(), tokenizer.codebookSize()));
    }
    List<String> names = new ArrayList<>();
    for (Pooling pooling : poolings) {
      names.addAll(CodeNames.of("pool-%s-".formatted(pooling.spec()), width));
    }
    return new Prepared(names, List.copyOf(poolings), vectors, size, width);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prepared(
      List<String> names, List<Pooling> poolings, float[] vectors, int size, int width)
      implements TokenFeatures {

    @Override
    public void extract(int[] tokens, FeatureSink sink) {
      for (int i = 0; i < poolings.size(); i++) {
        double[] pooled = pool(poolings.get(i), tokens);
        int start = sink.size();
        for (int j = 0; j < width; j++) {
          sink.add(names.get(i * width + j), pooled[j]);
        }
        if (poolings.get(i) != Pooling.STD) { // where all codes are one it is 0
          sink.toUnitLength(start);
        }
      }
    }

    private double[] pool(Pooling pooling, int[] tokens) {
      return switch (pooling) {
        case MAX -> max(tokens);
        case MEAN -> mean(tokens);
        case STD -> deviation(tokens, mean(tokens));
      };
    }

    private double[] max(int[] tokens) {
      double[] largest = new double[width];
      Arrays.fill(largest, Double.NEGATIVE_INFINITY);
      for (int token : tokens) {
        for (int i = 0; i < width; i++) {
          largest[i] = Math.max(largest[i], vectors[token * width + i]);
        }
      }
      return largest;
    }

    private double[] mean(int[] tokens) {
      double[] sums = new double[width];
      for (int token : tokens) {
        for (int i = 0; i < width; i++) {
          sums[i] += vectors[token * width + i];
        }
      }
      for (int i = 0; i < width; i++) {
        sums[i] /= tokens.length;
      }
      return sums;
    }

    private double[] deviation(int[] tokens, double[] mean) {
      double[] squares = new double[width];
      for (int token : tokens) {
        for (int i = 0; i < width; i++) {
          double difference = vectors[token * width + i] - mean[i];
          squares[i] += difference * difference;
        }
      }
      for (int i = 0; i < width; i++) {
        squares[i] = Math.sqrt(squares[i] / tokens.length);
      }
      return squares;
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      Value table = graph.constant(Tensors.floats(vectors, size, width));
      Value picked = graph.gather(table, tokens, 0); // [n, cells, width]
      Value[] parts =
          poolings.stream().map(pooling -> emit(graph, pooling, picked)).toArray(Value[]::new);
      return parts.length == 1 ? parts[0] : graph.concat(1, parts);
    }

    private static Value emit(GraphBuilder graph, Pooling pooling, Value picked) {
      return switch (pooling) {
        case MAX -> Weighting.emitUnitLength(graph, reduce(graph, "ReduceMax", picked, 0));
        case MEAN -> Weighting.emitUnitLength(graph, reduce(graph, "ReduceMean", picked, 0));
        case STD -> {
          Value apart = graph.op("Sub", picked, reduce(graph, "ReduceMean", picked, 1));
          Value squares = graph.op("Mul", apart, apart);
          yield graph.op("Sqrt", reduce(graph, "ReduceMean", squares, 0));
        }
      };
    }

    private static Value reduce(GraphBuilder graph, String operator, Value picked, int keep) {
      return graph.node(operator, List.of(picked, graph.longs(1)), Attribute.of("keepdims", keep));
    }
  }
}
