package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Makes a float32 graph compute in float16, with islands of float32 where rounding hurts: norms,
 * softmax, sums, and everything from the last matrix product to a choice such as ArgMax. Weights
 * take half the space; inputs and outputs keep their types.
 */
public final class HalfPrecision implements UnaryOperator<ModelProto> {

  /** Operators that only move elements, or lose little by rounding to float16. */
  private static final Set<String> HALF =
      Set.of(
          "Add",
          "Clip",
          "Concat",
          "Conv",
          "Expand",
          "Flatten",
          "Gather",
          "Gelu",
          "Gemm",
          "Identity",
          "LeakyRelu",
          "MatMul",
          "Mul",
          "Pad",
          "Relu",
          "Reshape",
          "Resize",
          "Sigmoid",
          "Slice",
          "Split",
          "Squeeze",
          "Sub",
          "Tanh",
          "Tile",
          "Transpose",
          "Unsqueeze",
          "Where");

  /** Operators whose results are no floats although their inputs are. */
  private static final Set<String> NOT_FLOAT =
      Set.of(
          "ArgMax",
          "ArgMin",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "IsInf",
          "IsNaN",
          "Less",
          "LessOrEqual",
          "NonZero",
          "Shape",
          "Size");

  private static final float LARGEST = 65504;
  private static final float ROUNDING = 1e-3f;
  private static final int FLOAT = ElementType.FLOAT.code();

  /**
   * Converts a model.
   *
   * @throws IllegalArgumentException if it has loops or branches, or weights in another file
   */
  @Override
  public ModelProto apply(ModelProto model) {
    return model.toBuilder().setGraph(new Conversion(model.getGraph()).convert()).build();
  }

  /** One graph. */
  private static final class Conversion {

    private final GraphProto graph;
    private final Map<String, TensorProto> weights = new HashMap<>();
    private final Set<String> outputs = new HashSet<>();

    /** The values that are floats, and whether they are float16 by now. */
    private final Map<String, Boolean> floats = new HashMap<>();

    private final Set<NodeProto> islands;
    private final GraphProto.Builder made;
    private final Map<String, TensorProto> written = new LinkedHashMap<>();
    private final Set<String> cast = new HashSet<>();

    Conversion(GraphProto graph) {
      this.graph = graph;
      for (TensorProto tensor : graph.getInitializerList()) {
        weights.put(tensor.getName(), tensor);
        if (tensor.getDataType() == FLOAT) {
          floats.put(tensor.getName(), false);
        }
      }
      for (ValueInfoProto input : graph.getInputList()) {
        if (input.getType().getTensorType().getElemType() == FLOAT) {
          floats.put(input.getName(), false);
        }
      }
      graph.getOutputList().forEach(output -> outputs.add(output.getName()));
      islands = Choices.before(graph.getNodeList());
      made = graph.toBuilder().clearNode().clearInitializer().clearValueInfo();
    }

    GraphProto convert() {
      for (NodeProto node : graph.getNodeList()) {
        check(node);
        convert(node);
      }
      made.addAllInitializer(written.values());
      return made.build();
    }

    private void check(NodeProto node) {
      if (node.getAttributeList().stream().anyMatch(a -> a.hasG() || a.getGraphsCount() > 0)) {
        throw new IllegalArgumentException(
            "node '%s' (%s) has a body; only graphs without loops and branches become float16"
                .formatted(node.getName(), node.getOpType()));
      }
    }

    private void convert(NodeProto node) {
      boolean half = isHalf(node);
      NodeProto.Builder changed = node.toBuilder().clearInput().clearOutput();
      for (int i = 0; i < node.getInputCount(); i++) {
        changed.addInput(operand(node.getInput(i), half && !isSetting(node, i)));
      }
      boolean makesFloats = makesFloats(node);
      for (String output : node.getOutputList()) {
        boolean renamed = half && outputs.contains(output);
        changed.addOutput(renamed ? output + ".half" : output);
        if (makesFloats) {
          floats.put(output, half && !renamed);
        }
      }
      made.addNode(changed);
      for (String output : node.getOutputList()) {
        if (half && outputs.contains(output)) {
          made.addNode(cast(output + ".half", output, ElementType.FLOAT));
        }
      }
    }

    private boolean isHalf(NodeProto node) {
      return HALF.contains(node.getOpType())
          && !islands.contains(node)
          && makesFloats(node)
          && node.getInputList().stream().noneMatch(this::isOutOfRange);
    }

    /** The factors of a Resize stay float32. */
    private static boolean isSetting(NodeProto node, int input) {
      return node.getOpType().equals("Resize") && input > 0;
    }

    private boolean makesFloats(NodeProto node) {
      if (node.getOpType().equals("Cast")) {
        return node.getAttributeList().stream()
            .anyMatch(attribute -> attribute.getName().equals("to") && attribute.getI() == FLOAT);
      }
      if (NOT_FLOAT.contains(node.getOpType())) {
        return false;
      }
      // A choice is told by its branches, a lookup by its table.
      int decisive =
          node.getOpType().equals("Where") ? 1 : node.getOpType().equals("OneHot") ? 2 : 0;
      return node.getInputCount() > decisive && floats.containsKey(node.getInput(decisive));
    }

    /** Beyond float16's largest number; or one number, such as an epsilon, that it has not. */
    private boolean isOutOfRange(String name) {
      TensorProto tensor = weights.get(name);
      if (tensor == null || tensor.getDataType() != FLOAT) {
        return false;
      }
      FloatBuffer values = values(tensor);
      boolean single = values.remaining() == 1;
      while (values.hasRemaining()) {
        float value = values.get();
        if (!(Math.abs(value) <= LARGEST) || (single && isLost(value))) {
          return true;
        }
      }
      return false;
    }

    private static boolean isLost(float value) {
      float rounded = Fp16Conversions.fp16ToFloat(Fp16Conversions.floatToFp16(value));
      return Math.abs(rounded - value) > ROUNDING * Math.abs(value);
    }

    private String operand(String name, boolean half) {
      TensorProto weight = weights.get(name);
      if (!floats.containsKey(name)) {
        if (weight != null) {
          written.put(name, weight);
        }
        return name;
      }
      if (weight != null) {
        String key = half ? name : name + ".float";
        written.computeIfAbsent(
            key, k -> (half ? halved(weight) : weight).toBuilder().setName(k).build());
        return key;
      }
      if (floats.get(name) == half) {
        return name;
      }
      String converted = name + (half ? ".to_half" : ".to_float");
      if (cast.add(converted)) {
        made.addNode(cast(name, converted, half ? ElementType.FLOAT16 : ElementType.FLOAT));
      }
      return converted;
    }

    private static NodeProto cast(String from, String to, ElementType type) {
      return NodeProto.newBuilder()
          .setOpType("Cast")
          .setName(to + ".cast")
          .addInput(from)
          .addOutput(to)
          .addAttribute(Attribute.of("to", type.code()).proto())
          .build();
    }

    private static FloatBuffer values(TensorProto tensor) {
      if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        throw new IllegalArgumentException(
            "weight '%s' is in another file; convert before writing".formatted(tensor.getName()));
      }
      return tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer();
    }

    private static TensorProto halved(TensorProto tensor) {
      FloatBuffer values = values(tensor);
      ByteBuffer bytes = ByteBuffer.allocate(2 * values.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      while (values.hasRemaining()) {
        bytes.putShort(Fp16Conversions.floatToFp16(values.get()));
      }
      long[] dims = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
      return Tensors.of(ElementType.FLOAT16, bytes.flip(), dims);
    }
  }
}
