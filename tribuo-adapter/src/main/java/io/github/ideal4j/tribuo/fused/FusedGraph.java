package io.github.ideal4j.tribuo.fused;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.tribuo.features.FeatureTable;
import io.github.ideal4j.tribuo.features.TokenFeatures;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ONNXExportable;

/** Puts encoder, features and a Tribuo model into one graph. */
final class FusedGraph {

  private static final ObjectMapper JSON = new ObjectMapper();

  private FusedGraph() {}

  /**
   * Builds the model.
   *
   * @param encoder {@code images uint8 [n, height, width, 3] -> tokens [n, rows, columns]}, with
   *     its weights inside
   * @throws IllegalArgumentException if Tribuo cannot write the model as ONNX
   */
  static ModelProto build(ModelProto encoder, TokenModel<?> model) {
    ModelProto exported = ModelGraph.of(model.tribuo());
    TokenizerInfo tokenizer = model.tokenizer();
    GraphBuilder graph = new GraphBuilder("image-classifier");
    Value images =
        graph.input(
            "images", ElementType.UINT8, "n", tokenizer.imageHeight(), tokenizer.imageWidth(), 3);
    Value tokens = graph.inline(encoder, "encoder/", Map.of("images", images)).get(0);
    Value flat =
        graph.reshape(graph.cast(tokens, ElementType.INT64), -1, tokenizer.cells()); // [n, cells]
    Value features = features(graph, flat, model.features(), model.tribuo().getFeatureIDMap());
    String input = exported.getGraph().getInput(0).getName();
    Value scores = graph.inline(exported, "model/", Map.of(input, features)).get(0);
    List<String> outputs = ModelOutputs.names(model.tribuo());
    graph.output(scores, FusedClassifier.SCORES, ElementType.FLOAT, "n", outputs.size());
    if (ModelOutputs.isClassification(model.tribuo())) {
      Value label =
          graph.node(
              "ArgMax", List.of(scores), Attribute.of("axis", -1), Attribute.of("keepdims", 0));
      graph.output(label, FusedClassifier.LABEL, ElementType.INT64, "n");
    }
    ModelProto.Builder built = graph.toModel().toBuilder();
    metadata(model, outputs)
        .forEach(
            (key, value) ->
                built.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return built.build();
  }

  /** Float32 {@code [n, features of the model]}, in the order of the model's numbers. */
  private static Value features(
      GraphBuilder graph, Value tokens, FeatureTable table, ImmutableFeatureMap known) {
    List<Value> parts = new ArrayList<>();
    for (TokenFeatures part : table.parts()) {
      parts.add(part.emit(graph, tokens));
    }
    Value all = parts.size() == 1 ? parts.get(0) : graph.concat(1, parts.toArray(Value[]::new));
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < table.names().size(); i++) {
      places.put(table.names().get(i), i);
    }
    long[] order = new long[known.size()];
    for (int id = 0; id < order.length; id++) {
      Integer place = places.get(known.get(id).getName());
      if (place == null) {
        throw new IllegalArgumentException(
            "the model knows a feature '%s' that its featurizers do not make"
                .formatted(known.get(id).getName()));
      }
      order[id] = place;
    }
    return graph.gather(all, graph.constant(Tensors.longs(order, order.length)), 1);
  }

  private static Map<String, String> metadata(TokenModel<?> model, List<String> outputs) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FusedClassifier.OUTPUTS, json(outputs));
    metadata.put(FusedClassifier.KIND, ModelOutputs.kind(model.tribuo()));
    metadata.put("ideal.features", model.features().toString());
    metadata.put("ideal.tokenizer", model.tokenizer().name());
    metadata.put("ideal.tokenizer_sha256", model.tokenizer().sha256());
    metadata.put(
        ONNXExportable.PROVENANCE_METADATA_FIELD,
        ONNXExportable.SERIALIZER.marshalAndSerialize(model.tribuo().getProvenance()));
    return metadata;
  }

  private static String json(List<String> names) {
    try {
      return JSON.writeValueAsString(names);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("names %s have no JSON form".formatted(names), e);
    }
  }
}
