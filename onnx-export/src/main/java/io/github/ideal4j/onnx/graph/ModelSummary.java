package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an ONNX file holds, for people.
 *
 * @param producer who wrote it, and its version of the format
 * @param opsets version by domain; the standard one is {@code ai.onnx}
 * @param inputs in order
 * @param outputs in order
 * @param operators how often each is used, bodies included; most used first
 * @param weights largest first
 * @param metadata of the model
 */
public record ModelSummary(
    String producer,
    Map<String, Long> opsets,
    List<Tensor> inputs,
    List<Tensor> outputs,
    Map<String, Long> operators,
    List<Weight> weights,
    Map<String, String> metadata) {

  /** An input or output: its shape has numbers and names of symbols. */
  public record Tensor(String name, String type, String shape) {}

  /**
   * A constant.
   *
   * @param bytes of its content
   * @param external whether the content is in another file
   */
  public record Weight(String name, String type, String shape, long bytes, boolean external) {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or is no ONNX file
   */
  public static ModelSummary of(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ModelProto model = ModelProto.parseFrom(in);
      if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
        throw new IOException("%s is no ONNX file: it has no graph".formatted(file));
      }
      return of(model);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("%s is no ONNX file: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads a model. */
  public static ModelSummary of(ModelProto model) {
    GraphProto graph = model.getGraph();
    Map<String, Long> opsets = new TreeMap<>();
    model
        .getOpsetImportList()
        .forEach(
            opset ->
                opsets.put(
                    opset.getDomain().isEmpty() ? "ai.onnx" : opset.getDomain(),
                    opset.getVersion()));
    Map<String, Long> metadata = new LinkedHashMap<>();
    Map<String, String> entries = new LinkedHashMap<>();
    model.getMetadataPropsList().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    Map<String, Long> counts = new TreeMap<>();
    count(graph, counts);
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
    return new ModelSummary(
        "%s %s, format %d"
            .formatted(model.getProducerName(), model.getProducerVersion(), model.getIrVersion())
            .replace(" ,", ","),
        opsets,
        graph.getInputList().stream().map(ModelSummary::tensor).toList(),
        graph.getOutputList().stream().map(ModelSummary::tensor).toList(),
        metadata,
        weights(graph),
        entries);
  }

  private static void count(GraphProto graph, Map<String, Long> counts) {
    for (NodeProto node : graph.getNodeList()) {
      String domain = node.getDomain().isEmpty() ? "" : node.getDomain() + ".";
      counts.merge(domain + node.getOpType(), 1L, Long::sum);
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          count(attribute.getG(), counts);
        }
        attribute.getGraphsList().forEach(body -> count(body, counts));
      }
    }
  }

  private static Tensor tensor(ValueInfoProto value) {
    var type = value.getType().getTensorType();
    String shape =
        type.getShape().getDimList().stream()
            .map(ModelSummary::dimension)
            .collect(Collectors.joining(", ", "[", "]"));
    return new Tensor(value.getName(), typeName(type.getElemType()), shape);
  }

  private static String dimension(Dimension dim) {
    return dim.hasDimValue() ? Long.toString(dim.getDimValue()) : dim.getDimParam();
  }

  private static String typeName(int code) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(code);
    return type == null ? "type " + code : type.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static List<Weight> weights(GraphProto graph) {
    List<Weight> weights = new ArrayList<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      boolean external = tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
      weights.add(
          new Weight(
              tensor.getName(),
              typeName(tensor.getDataType()),
              tensor.getDimsList().toString(),
              bytes(tensor),
              external));
    }
    weights.sort(Comparator.comparingLong(Weight::bytes).reversed().thenComparing(Weight::name));
    return weights;
  }

  private static long bytes(TensorProto tensor) {
    long count = 1;
    for (long dim : tensor.getDimsList()) {
      count *= dim;
    }
    if (tensor.hasRawData()) {
      return tensor.getRawData().size();
    }
    try {
      return count * ElementType.ofCode(tensor.getDataType()).bytes();
    } catch (IllegalArgumentException e) {
      return tensor.getSerializedSize();
    }
  }

  /** Bytes of all weights. */
  public long weightBytes() {
    return weights.stream().mapToLong(Weight::bytes).sum();
  }

  /** Nodes, those of bodies included. */
  public long nodes() {
    return operators.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The summary as text.
   *
   * @param largest how many weights are listed
   */
  public String text(int largest) {
    StringBuilder text = new StringBuilder();
    text.append("written by  %s%n".formatted(producer));
    opsets.forEach(
        (domain, version) -> text.append("opset       %s %d%n".formatted(domain, version)));
    inputs.forEach(input -> text.append("input       %s%n".formatted(line(input))));
    outputs.forEach(output -> text.append("output      %s%n".formatted(line(output))));
    metadata.forEach((key, value) -> text.append("metadata    %s = %s%n".formatted(key, value)));
    text.append("operators   %d in all%n".formatted(nodes()));
    operators.forEach((name, uses) -> text.append("  %6d  %s%n".formatted(uses, name)));
    text.append("weights     %d, %,d bytes%n".formatted(weights.size(), weightBytes()));
    weights.stream()
        .limit(largest)
        .forEach(
            weight ->
                text.append(
                    "  %,15d  %s %s %s%s%n"
                        .formatted(
                            weight.bytes(),
                            weight.name(),
                            weight.type(),
                            weight.shape(),
                            weight.external() ? ", in another file" : "")));
    if (weights.size() > largest) {
      text.append("  and %d smaller ones%n".formatted(weights.size() - largest));
    }
    return text.toString().stripTrailing();
  }

  private static String line(Tensor tensor) {
    return "%s %s %s".formatted(tensor.name(), tensor.type(), tensor.shape());
  }
}
