package io.github.ideal4j.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.trace.ExportException;
import java.nio.ShortBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph of a prior in ONNX Runtime on the processor, for comparisons. */
final class PriorGraph implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  PriorGraph(ModelProto model) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
      session = environment.createSession(model.toByteArray(), options);
    } catch (OrtException e) {
      throw failure("does not load", e);
    }
  }

  /** Tokens {@code [labels][cells]} of a graph that samples. */
  int[][] sample(int[] labels, float[][] uniforms, SamplingOptions options) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("labels", longs(labels));
    inputs.put("uniforms", uniforms);
    inputs.put("guidance", (float) options.guidance());
    inputs.put("temperature", (float) options.temperature());
    inputs.put("top_k", (long) options.topK());
    inputs.put("top_p", (float) options.topP());
    return run(
        inputs,
        tensor -> {
          ShortBuffer tokens = tensor.getShortBuffer();
          int[][] grids = new int[labels.length][uniforms[0].length];
          for (int[] grid : grids) {
            for (int i = 0; i < grid.length; i++) {
              grid[i] = Short.toUnsignedInt(tokens.get());
            }
          }
          return grids;
        });
  }

  /** The {@code nll [labels][cells]} of a graph that scores. */
  float[][] score(int[][][] grids, int[] labels) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("tokens", grids);
    inputs.put("labels", longs(labels));
    return run(inputs, tensor -> (float[][]) tensor.getValue());
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(OnnxTensor tensor) throws OrtException;
  }

  private <T> T run(Map<String, Object> inputs, Reader<T> reader) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Object> input : inputs.entrySet()) {
        tensors.put(input.getKey(), OnnxTensor.createTensor(environment, input.getValue()));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        return reader.read((OnnxTensor) result.get(0));
      }
    } catch (OrtException e) {
      throw failure("fails", e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static long[] longs(int[] values) {
    return java.util.Arrays.stream(values).asLongStream().toArray();
  }

  private static ExportException failure(String what, OrtException e) {
    return new ExportException("the exported prior %s: %s".formatted(what, e.getMessage()), e);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failure("does not close", e);
    }
  }
}
