package io.github.ideal4j.onnx.trace;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.ideal4j.files.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
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

  /** Writes the model beside {@code file} and moves it there. */
  public void write(Path file) throws IOException {
    AtomicFile.write(
        file,
        beside -> {
          try (OutputStream out =
              new BufferedOutputStream(Files.newOutputStream(beside), 1 << 16)) {
            model.writeTo(out);
          }
        });
  }
}
