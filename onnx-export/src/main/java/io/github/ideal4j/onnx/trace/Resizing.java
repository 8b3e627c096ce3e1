package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.Value;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Changes of the size of images. */
final class Resizing {

  private static final int NEAREST = 0;
  private static final int LINEAR = 1;

  private Resizing() {}

  /** {@code [batch, channels, height, width]} to the result's size. */
  static Value interpolation(Call call, Value x, int mode) {
    return resized(call, x, mode, 2);
  }

  /** Images with their channels last, one or a batch: {@code [..., height, width, channels]}. */
  static Value resize(Call call) {
    int mode = call.integer(2);
    Value x = call.x(DataType.FLOAT32);
    if (call.rank() == 4) {
      return call.narrow(resized(call, x, mode, 1), DataType.FLOAT32);
    }
    throw call.refuse("resize needs [batch, height, width, channels]; add an axis first");
  }

  /**
   * One node.
   *
   * @param first of the axes height and width
   */
  private static Value resized(Call call, Value x, int mode, int first) {
    long[] now = call.shape().getShape();
    long[] then = call.resultDims();
    boolean shrinks = then[first] < now[first] || then[first + 1] < now[first + 1];
    if ((mode != NEAREST && mode != LINEAR)
        || (mode == LINEAR && (shrinks || !call.resultType().isFloating()))) {
      throw call.refuse(
          "only nearest (0) and enlarging bilinear (1) of floats have an ONNX form; resize outside of the block");
    }
    boolean nearest = mode == NEAREST;
    return call.node(
        "Resize",
        List.of(x, Value.NONE, Value.NONE, call.graph().longs(then[first], then[first + 1])),
        Attribute.of("axes", new long[] {first, first + 1L}),
        Attribute.of("mode", nearest ? "nearest" : "linear"),
        Attribute.of("coordinate_transformation_mode", nearest ? "asymmetric" : "half_pixel"),
        Attribute.of("nearest_mode", "floor"));
  }

  /**
   * Factors for a node whose sizes are the same whole multiple of its input's in all traces: they
   * need no computation where the input's size changes.
   *
   * @return a factor for each axis of the input; empty if there are none
   */
  static Optional<float[]> factors(Traces traces, NodeProto node) {
    boolean ours = node.getOpType().equals("Resize") && node.getInputCount() == 4;
    if (!ours || !traces.first().shapes().containsKey(node.getInput(0))) {
      return Optional.empty();
    }
    int rank = traces.first().shapes().get(node.getInput(0)).dimension();
    float[] factors = new float[rank];
    Arrays.fill(factors, 1);
    List<TensorProto> sizes = traces.contents(node.getInput(3));
    List<Long> axes = node.getAttribute(0).getIntsList();
    for (int i = 0; i < axes.size(); i++) {
      long[] before = traces.sizes(node.getInput(0), axes.get(i).intValue());
      for (int t = 0; t < before.length; t++) {
        long after =
            sizes
                .get(t)
                .getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(8 * i);
        float factor = (float) after / before[t];
        if (after % before[t] != 0 || (t > 0 && factor != factors[axes.get(i).intValue()])) {
          return Optional.empty();
        }
        factors[axes.get(i).intValue()] = factor;
      }
    }
    return Optional.of(factors);
  }
}
