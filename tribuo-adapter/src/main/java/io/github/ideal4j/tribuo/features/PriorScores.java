package io.github.ideal4j.tribuo.features;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Subgraph;
import io.github.ideal4j.onnx.graph.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How surprising the tokens are to a prior: the mean negative log-likelihood in nats of the image
 * ({@code nll-mean}) and of each row of its grid ({@code nll-row-03}), and the perplexity, which is
 * {@code exp} of the mean.
 */
public final class PriorScores implements TokenFeaturizer {

  @Config(mandatory = true, description = "prior-score.onnx of the bundle that made the tokens.")
  private Path file;

  @Config(description = "SHA-256 of the file; empty before it has been read once.")
  private String sha256 = "";

  @Config(mandatory = true, description = "The label that is given to the prior for all images.")
  private long label;

  private PriorScores() {}

  /**
   * Reads the scoring graph of a prior.
   *
   * @param file {@code prior-score.onnx} of a bundle
   * @param label of all images; the prior's number of classes stands for no class
   * @throws PropertyException if it cannot be read
   */
  public PriorScores(Path file, long label) {
    this.file = file;
    this.label = label;
    postConfig();
  }

  @Override
  public void postConfig() {
    sha256 = ModelFiles.check(file, sha256);
  }

  @Override
  public String spec() {
    return "prior";
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    ModelProto scorer;
    try {
      scorer = Subgraph.read(file, "nll");
    } catch (IOException e) {
      throw new PropertyException(e, "", "file", e.getMessage());
    }
    List<String> names = new ArrayList<>();
    names.add("nll-mean");
    int digits = Math.max(2, Integer.toString(tokenizer.rows() - 1).length());
    for (int row = 0; row < tokenizer.rows(); row++) {
      names.add(("nll-row-%0" + digits + "d").formatted(row));
    }
    names.add("perplexity");
    return new NetworkFeatures(
        tokenizer.cells(), names, (graph, tokens) -> emit(graph, tokens, scorer, tokenizer));
  }

  private Value emit(GraphBuilder graph, Value tokens, ModelProto scorer, TokenizerInfo tokenizer) {
    int rows = tokenizer.rows();
    int columns = tokenizer.columns();
    int codebooks = tokenizer.codebooks();
    Value indices = graph.cast(tokens, ElementType.INT32);
    Value grid =
        codebooks == 1
            ? graph.reshape(indices, -1, rows, columns)
            : graph.reshape(indices, -1, codebooks, rows / codebooks, columns);
    Value count = graph.slice(graph.op("Shape", tokens), 0, 0, 1);
    Value labels = graph.op("Expand", graph.scalar(ElementType.INT64, label), count);
    Value nll = graph.inline(scorer, "prior/", Map.of("tokens", grid, "labels", labels)).get(0);
    Value byRow = mean(graph, graph.reshape(nll, -1, rows, columns), 2, 0); // [n, rows]
    Value all = mean(graph, byRow, 1, 1); // [n, 1]
    return graph.concat(1, all, byRow, graph.op("Exp", all));
  }

  private static Value mean(GraphBuilder graph, Value values, long axis, int keep) {
    return graph.node(
        "ReduceMean", List.of(values, graph.longs(axis)), Attribute.of("keepdims", keep));
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }
}
