package io.github.ideal4j.tribuo.features;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
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
import java.util.List;
import java.util.Map;

/**
 * What a bundle's decoder says the frozen backbone saw: its deep features, their mean over the
 * image, {@code deep-0007} and so on. They have the backbone's scale; {@link Standardized} gives
 * them one that linear models like.
 */
public final class DecodedFeatures implements TokenFeaturizer {

  @Config(mandatory = true, description = "decoder.onnx of the bundle that made the tokens.")
  private Path file;

  @Config(description = "SHA-256 of the file; empty before it has been read once.")
  private String sha256 = "";

  private DecodedFeatures() {}

  /**
   * Reads a decoder.
   *
   * @param file {@code decoder.onnx} of a bundle
   * @throws PropertyException if it cannot be read
   */
  public DecodedFeatures(Path file) {
    this.file = file;
    postConfig();
  }

  @Override
  public void postConfig() {
    sha256 = ModelFiles.check(file, sha256);
  }

  @Override
  public String spec() {
    return "decoded";
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    ModelProto decoder = decoder();
    int width = width(decoder);
    return new NetworkFeatures(
        tokenizer.cells(),
        CodeNames.of("deep-", width),
        (graph, tokens) -> emit(graph, tokens, decoder, tokenizer));
  }

  private ModelProto decoder() {
    try {
      return Subgraph.read(file, "deep");
    } catch (IOException e) {
      throw new PropertyException(e, "", "file", e.getMessage());
    }
  }

  private int width(ModelProto decoder) {
    ValueInfoProto deep = decoder.getGraph().getOutput(0);
    TensorShapeProto shape = deep.getType().getTensorType().getShape();
    if (shape.getDimCount() != 3 || shape.getDim(2).getDimValue() < 1) {
      throw new PropertyException(
          "", "file", "%s: 'deep' has no known width; is it a bundle's decoder?".formatted(file));
    }
    return Math.toIntExact(shape.getDim(2).getDimValue());
  }

  private static Value emit(
      GraphBuilder graph, Value tokens, ModelProto decoder, TokenizerInfo tokenizer) {
    Value grid =
        graph.reshape(
            graph.cast(tokens, ElementType.INT32), -1, tokenizer.rows(), tokenizer.columns());
    Value deep = graph.inline(decoder, "decoder/", Map.of("tokens", grid)).get(0);
    return graph.node("ReduceMean", List.of(deep, graph.longs(1)), Attribute.of("keepdims", 0));
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }
}
