package io.github.ideal4j.onnx.trace;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.OnnxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model in ONNX Runtime, for comparisons. */
final class OrtRun implements AutoCloseable {

  private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  /** Bytes of weights up to which a model is handed over as one array. */
  private static final long IN_MEMORY = 256L << 20;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  /**
   * A result.
   *
   * @param bytes little-endian values
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Result(String name, long[] dims, ElementType type, ByteBuffer bytes) {}

  OrtRun(ModelProto model) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
      session = load(model, options);
    } catch (OrtException e) {
      throw new ExportException("ONNX Runtime does not load the graph: " + e.getMessage(), e);
    }
  }

  /** A large model goes through files, because it does not fit one array. */
  private OrtSession load(ModelProto model, OrtSession.SessionOptions options) throws OrtException {
    if (OnnxFile.weightBytes(model) <= IN_MEMORY) {
      return environment.createSession(model.toByteArray(), options);
    }
    try {
      Path folder = Files.createTempDirectory("ideal-export");
      try {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(model, file);
        return environment.createSession(file.toString(), options);
      } finally {
        AtomicFile.deleteRecursively(folder);
      }
    } catch (IOException e) {
      throw new ExportException("the graph cannot be written to be compared", e);
    }
  }

  List<Result> run(SampleInputs inputs) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (int i = 0; i < inputs.specs().size(); i++) {
        InputSpec spec = inputs.specs().get(i);
        if (session.getInputNames().contains(spec.name())) {
          tensors.put(spec.name(), tensor(spec, inputs.contents().get(i), inputs.dims(i)));
        }
      }
      try (OrtSession.Result result = session.run(tensors)) {
        return results(result);
      }
    } catch (OrtException e) {
      throw new ExportException(
          "ONNX Runtime fails at sizes %s: %s".formatted(inputs.sizes(), e.getMessage()), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(InputSpec spec, ByteBuffer content, long[] dims) throws OrtException {
    ByteBuffer bytes = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return OnnxTensor.createTensor(environment, bytes, dims, javaType(spec.type()));
  }

  private static OnnxJavaType javaType(ElementType type) {
    return switch (type) {
      case FLOAT -> OnnxJavaType.FLOAT;
      case DOUBLE -> OnnxJavaType.DOUBLE;
      case INT64 -> OnnxJavaType.INT64;
      case INT32 -> OnnxJavaType.INT32;
      case INT16 -> OnnxJavaType.INT16;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case BOOL -> OnnxJavaType.BOOL;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case UINT16 ->
          throw new ExportException("ONNX Runtime's Java API takes no UINT16 input; use INT32");
    };
  }

  private static List<Result> results(OrtSession.Result result) {
    List<Result> results = new ArrayList<>();
    for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
      OnnxTensor tensor = (OnnxTensor) entry.getValue();
      ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      ElementType type =
          ElementType.valueOf(tensor.getInfo().onnxType.name().substring(PREFIX.length()));
      results.add(new Result(entry.getKey(), tensor.getInfo().getShape(), type, bytes));
    }
    return results;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ExportException("ONNX Runtime does not close the session: " + e.getMessage(), e);
    }
  }
}
