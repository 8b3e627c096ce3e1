package io.github.ideal4j.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.onnx.graph.OnnxFile;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.trace.ExportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph of a prior in ONNX Runtime on the processor, for comparisons. */
final class PriorGraph implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int cells;

  /**
   * Loads a graph.
   *
   * @param cells of the prior's grid
   */
  PriorGraph(ModelProto model, int cells) {
    this.cells = cells;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
      session = load(model, options);
    } catch (OrtException e) {
      throw failure("does not load", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From memory; large weights by way of a file, because no array holds more than 2 GiB. */
  private OrtSession load(ModelProto model, OrtSession.SessionOptions options)
      throws OrtException, IOException {
    if (OnnxFile.weightBytes(model) <= PriorExport.SHARED_ABOVE) {
      return environment.createSession(model.toByteArray(), options);
    }
    Path folder = Files.createTempDirectory("ideal-prior");
    try {
      Path file = folder.resolve("prior.onnx");
      OnnxFile.write(model, file, PriorExport.SHARED_ABOVE);
      return environment.createSession(file.toString(), options);
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  /** Tokens {@code [labels][tokens]} of a graph that samples. */
  int[][] sample(int[] labels, float[][] uniforms, SamplingOptions options) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("labels", longs(labels));
    inputs.put("uniforms", uniforms);
    inputs.put("guidance", options.guidance().scales(cells));
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

  /**
   * The {@code nll [labels][tokens]} of a graph that scores.
   *
   * @param grids {@code [labels][codebooks * rows][columns]}
   */
  float[][] score(int[][][] grids, int[] labels, int codebooks) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("tokens", codebooks == 1 ? grids : stacked(grids, codebooks));
    inputs.put("labels", longs(labels));
    return run(inputs, tensor -> (float[][]) tensor.getValue());
  }

  /** {@code [labels][codebooks][rows][columns]}. */
  private static int[][][][] stacked(int[][][] grids, int codebooks) {
    int[][][][] stacked = new int[grids.length][codebooks][][];
    for (int i = 0; i < grids.length; i++) {
      int rows = grids[i].length / codebooks;
      for (int codebook = 0; codebook < codebooks; codebook++) {
        stacked[i][codebook] = Arrays.copyOfRange(grids[i], codebook * rows, (codebook + 1) * rows);
      }
    }
    return stacked;
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
    return Arrays.stream(values).asLongStream().toArray();
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
