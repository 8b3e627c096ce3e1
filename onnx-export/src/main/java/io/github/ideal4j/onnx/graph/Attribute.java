package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;

/**
 * A named setting of a node.
 *
 * @param proto the ONNX form
 */
public record Attribute(AttributeProto proto) {

  /** An integer attribute. */
  public static Attribute of(String name, long value) {
    return new Attribute(named(name, AttributeType.INT).setI(value).build());
  }

  /** A float attribute. */
  public static Attribute of(String name, float value) {
    return new Attribute(named(name, AttributeType.FLOAT).setF(value).build());
  }

  /** A text attribute. */
  public static Attribute of(String name, String value) {
    return new Attribute(
        named(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build());
  }

  /** A list of integers. */
  public static Attribute of(String name, long[] values) {
    AttributeProto.Builder proto = named(name, AttributeType.INTS);
    for (long value : values) {
      proto.addInts(value);
    }
    return new Attribute(proto.build());
  }

  /** A list of floats. */
  public static Attribute of(String name, float[] values) {
    AttributeProto.Builder proto = named(name, AttributeType.FLOATS);
    for (float value : values) {
      proto.addFloats(value);
    }
    return new Attribute(proto.build());
  }

  /** A list of texts. */
  public static Attribute of(String name, String[] values) {
    AttributeProto.Builder proto = named(name, AttributeType.STRINGS);
    for (String value : values) {
      proto.addStrings(ByteString.copyFromUtf8(value));
    }
    return new Attribute(proto.build());
  }

  /** A constant tensor. */
  public static Attribute of(String name, TensorProto value) {
    return new Attribute(named(name, AttributeType.TENSOR).setT(value).build());
  }

  /** A body, as {@code Loop} and {@code If} take it; it is read now and must be finished. */
  public static Attribute of(String name, GraphBuilder body) {
    return new Attribute(named(name, AttributeType.GRAPH).setG(body.toGraph()).build());
  }

  private static AttributeProto.Builder named(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }
}
