package io.github.ideal4j.onnx.trace;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.ideal4j.onnx.graph.OnnxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A block as an ONNX model, compared with the block. {@code
 * io.github.ideal4j.onnx.graph.GraphBuilder#inline} takes it into a larger graph.
 *
 * @param model the model
 * @param inputs names of the inputs in order
 * @param outputs names of the outputs in order
 * @param report how it compared
 */
public record ExportedModel(
    ModelProto model, List<String> inputs, List<String> outputs, VerificationReport report) {

  /** Copies the lists. */
  public ExportedModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Writes the model beside {@code file} and moves it there; large weights go to a file of their
   * own, see {@link OnnxFile}.
   */
  public void write(Path file) throws IOException {
    OnnxFile.write(model, file);
  }
}
