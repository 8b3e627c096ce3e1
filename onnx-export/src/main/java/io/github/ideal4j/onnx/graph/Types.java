package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/** Declares names, element types and dimensions of inputs and outputs. */
final class Types {

  private Types() {}

  /** Dimensions are integers (fixed) or strings (symbols). */
  static ValueInfoProto declare(String name, ElementType type, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dim : dims) {
      shape.addDim(dimension(name, dim));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** A tensor of any shape, as a scalar or a vector. */
  static ValueInfoProto declareAnyShape(String name, ElementType type) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.code());
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static TensorShapeProto.Dimension dimension(String name, Object dim) {
    TensorShapeProto.Dimension.Builder proto = TensorShapeProto.Dimension.newBuilder();
    if (dim instanceof String symbol) {
      return proto.setDimParam(symbol).build();
    }
    if (dim instanceof Long || dim instanceof Integer) {
      return proto.setDimValue(((Number) dim).longValue()).build();
    }
    throw new IllegalArgumentException(
        "dimension %s of '%s' must be an integer or the name of a symbol".formatted(dim, name));
  }
}
