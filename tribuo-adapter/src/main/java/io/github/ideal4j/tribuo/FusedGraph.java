package io.github.ideal4j.tribuo;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.ONNXExportable;

/** Puts encoder, features and linear model into one graph. */
final class FusedGraph {

  private static final ObjectMapper JSON = new ObjectMapper();

  private FusedGraph() {}

  /**
   * Builds the model.
   *
   * @param encoder {@code images uint8 [n, height, width, 3] -> tokens [n, rows, columns]}
   */
  static ModelProto build(ModelProto encoder, TokenClassifier classifier, int height, int width) {
    for (TensorProto weights : encoder.getGraph().getInitializerList()) {
      if (weights.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        throw new IllegalArgumentException(
            "the encoder keeps '%s' in another file; only one whole file can be fused"
                .formatted(weights.getName()));
      }
    }
    GraphBuilder graph = new GraphBuilder("image-classifier");
    Value images = graph.input("images", ElementType.UINT8, "n", height, width, 3);
    Value tokens = graph.inline(encoder, "encoder/", Map.of("images", images)).get(0);
    Value scores = scores(graph, tokens, classifier);
    Value probabilities = graph.node("Softmax", List.of(scores), Attribute.of("axis", -1));
    Value label =
        graph.node(
            "ArgMax",
            List.of(probabilities),
            Attribute.of("axis", -1),
            Attribute.of("keepdims", 0));
    int classes = classifier.classes().size();
    graph.output(label, "label", ElementType.INT64, "n");
    graph.output(probabilities, "probabilities", ElementType.FLOAT, "n", classes);
    ModelProto.Builder model = graph.toModel().toBuilder();
    metadata(classifier)
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private static Value scores(GraphBuilder graph, Value tokens, TokenClassifier classifier) {
    Value flat = Histograms.flatten(graph, tokens, classifier.tokenizer().cells()); // [n, cells]
    List<Value> parts = new ArrayList<>();
    for (TokenFeatures part : classifier.features().parts()) {
      parts.add(part.emit(graph, flat));
    }
    Value features =
        parts.size() == 1 ? parts.get(0) : graph.concat(1, parts.toArray(Value[]::new));
    LinearWeights weights = classifier.model().weights();
    List<String> names = classifier.features().names();
    int classes = weights.classes().size();
    Value table =
        graph.initializer(
            "classifier/weights", Tensors.floats(weights.of(names), names.size(), classes));
    Value bias = graph.initializer("classifier/bias", Tensors.floats(weights.bias(), classes));
    return graph.op("Add", graph.op("MatMul", features, table), bias); // [n, classes]
  }

  private static Map<String, String> metadata(TokenClassifier classifier) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FusedClassifier.CLASSES, json(classifier.classes()));
    metadata.put("ideal.features", classifier.spec());
    metadata.put("ideal.tokenizer", classifier.tokenizer().name());
    metadata.put("ideal.tokenizer_sha256", classifier.tokenizer().sha256());
    metadata.put(
        ONNXExportable.PROVENANCE_METADATA_FIELD,
        classifier.tribuo().serializeProvenance(classifier.tribuo().getProvenance()));
    return metadata;
  }

  private static String json(List<String> names) {
    try {
      return JSON.writeValueAsString(names);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("class names %s have no JSON form".formatted(names), e);
    }
  }
}
