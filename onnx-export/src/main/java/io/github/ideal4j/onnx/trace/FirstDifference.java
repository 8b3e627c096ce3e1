package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.trace.VerificationReport.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the first operation whose nodes compute something else than the engine did. */
final class FirstDifference {

  private FirstDifference() {}

  /**
   * Compares every recorded value of one pass.
   *
   * @param sample the inputs of that pass
   * @return what is wrong, for a message
   */
  static String find(Trace trace, SampleInputs sample, Tolerance tolerance) {
    GraphBuilder graph = trace.graph();
    List<NodeProto> nodes = graph.nodes();
    List<NodeProto> outputs = new ArrayList<>();
    for (NodeProto node : nodes) {
      NDArray plain = trace.plainByName().get(node.getOutput(0));
      if (plain != null && !plain.isReleased() && Verifier.isComparable(plain)) {
        Value value = new Value(node.getOutput(0));
        Object[] dims = java.util.Arrays.stream(plain.getShape().getShape()).boxed().toArray();
        graph.output(value, Types.element(plain.getDataType()), dims);
        outputs.add(node);
      }
    }
    try (OrtRun run = new OrtRun(graph.toModel())) {
      List<OrtRun.Result> results = run.run(sample);
      for (int i = 0; i < outputs.size(); i++) {
        NDArray plain = trace.plainByName().get(outputs.get(i).getOutput(0));
        Comparison comparison = Verifier.compare(plain, results.get(i), Map.of(), tolerance);
        if (!comparison.passed()) {
          return "the first operation that differs is %s (%s), by %s of %s"
              .formatted(
                  outputs.get(i).getDocString(),
                  outputs.get(i).getOpType(),
                  comparison.maxDifference(),
                  comparison.maxValue());
        }
      }
    }
    return "all operations agree at the traced sizes, so the block takes another way beyond them";
  }
}
