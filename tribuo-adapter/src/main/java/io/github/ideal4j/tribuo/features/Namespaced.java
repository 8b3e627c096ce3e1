package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Features under other names, {@code left/boc-0042}, so that two featurizers of one kind can stand
 * side by side.
 */
public final class Namespaced implements TokenFeaturizer {

  @Config(mandatory = true, description = "What stands in front of the names, without the slash.")
  private String namespace;

  @Config(mandatory = true, description = "What makes the features.")
  private TokenFeaturizer featurizer;

  private Namespaced() {}

  /**
   * Puts a namespace in front.
   *
   * @param namespace letters, digits, dots, underscores and hyphens
   */
  public Namespaced(String namespace, TokenFeaturizer featurizer) {
    this.namespace = namespace;
    this.featurizer = featurizer;
    postConfig();
  }

  @Override
  public void postConfig() {
    if (!namespace.matches("[A-Za-z0-9._-]+")) {
      throw new PropertyException(
          "",
          "namespace",
          "'%s' is no namespace: letters, digits, dots, underscores and hyphens are allowed"
              .formatted(namespace));
    }
  }

  @Override
  public String spec() {
    return namespace + "/" + featurizer.spec();
  }

  @Override
  public TokenFeatures prepare(TokenizerInfo tokenizer) {
    TokenFeatures features = featurizer.prepare(tokenizer);
    Map<String, String> names = new HashMap<>();
    features.names().forEach(name -> names.put(name, namespace + "/" + name));
    return new Prepared(features, features.names().stream().map(names::get).toList(), names);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "TokenFeaturizer");
  }

  private record Prepared(TokenFeatures features, List<String> names, Map<String, String> renamed)
      implements WrappedFeatures {

    @Override
    public void change(FeatureSink sink, int start) {
      for (int place = start; place < sink.size(); place++) {
        sink.rename(place, renamed.get(sink.name(place)));
      }
    }

    @Override
    public Value emit(GraphBuilder graph, Value tokens) {
      return features.emit(graph, tokens);
    }
  }
}
