package io.github.ideal4j.pipeline;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tries the graphs of a bundle on a provider: whether they load, how long one image takes, and
 * where each node is computed, which ONNX Runtime decides for itself: what a provider cannot do
 * goes to the processor, with its tensors.
 */
public final class ProviderExamination {

  private static final List<String> GRAPHS =
      List.of(BundleFiles.ENCODER, BundleFiles.DECODER, BundleFiles.PRIOR);

  private static final int RUNS = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ProviderExamination() {}

  /**
   * What one graph did.
   *
   * @param loadSeconds until it can run, which on a GPU includes moving the weights there
   * @param runSeconds of one image, the fastest of some runs
   * @param nodes names of those that ran, by provider
   * @param elsewhere how many of each operator ran on another provider than was asked for
   */
  public record Placement(
      double loadSeconds,
      double runSeconds,
      Map<String, Integer> nodes,
      Map<String, Integer> elsewhere) {

    /** In words. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      nodes.forEach(
          (provider, count) -> text.append("%d nodes on %s, ".formatted(count, provider)));
      if (!elsewhere.isEmpty()) {
        text.append("elsewhere ").append(elsewhere).append(", ");
      }
      return text.append(
              String.format(
                  Locale.ROOT,
                  "loads in %.2f s, one image in %.2f ms",
                  loadSeconds,
                  1000 * runSeconds))
          .toString();
    }
  }

  /**
   * Runs the graphs that a bundle has.
   *
   * @return what each did, by its file's name
   * @throws IOException if one does not load there
   */
  public static Map<String, Placement> of(Path bundle, SessionSettings settings)
      throws IOException {
    Bundle opened = Bundle.open(bundle);
    Map<String, Placement> placements = new LinkedHashMap<>();
    Path folder = Files.createTempDirectory("ideal-provider");
    try {
      for (String graph : GRAPHS) {
        if (!graph.equals(BundleFiles.PRIOR) || opened.description().prior().isPresent()) {
          // Loaded the way that it is served first: its errors are the better ones.
          new OrtModel(opened.file(graph), settings).close();
          placements.put(graph, placement(opened.file(graph), settings, folder));
        }
      }
      return placements;
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  private static Placement placement(Path graph, SessionSettings settings, Path folder)
      throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      settings.apply(options);
      options.enableProfiling(folder.resolve(graph.getFileName()).toString());
      long start = System.nanoTime();
      try (OrtSession session = environment.createSession(graph.toString(), options)) {
        final double load = (System.nanoTime() - start) / 1e9;
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
          TensorInfo info = (TensorInfo) input.getValue().getInfo();
          inputs.put(input.getKey(), filled(environment, info));
        }
        double fastest = Double.POSITIVE_INFINITY;
        for (int run = 0; run < RUNS; run++) {
          start = System.nanoTime();
          session.run(inputs).close();
          fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
        }
        return read(Path.of(session.endProfiling()), settings, load, fastest);
      }
    } catch (OrtException e) {
      throw new IOException("%s does not run: %s".formatted(graph, e.getMessage()), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** One image: black, or token 0; real numbers are a half, which all of them may be. */
  private static OnnxTensor filled(OrtEnvironment environment, TensorInfo info)
      throws OrtException {
    long[] shape = Arrays.stream(info.getShape()).map(size -> size < 0 ? 1 : size).toArray();
    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(elements * info.type.size).order(ByteOrder.nativeOrder());
    if (info.type == OnnxJavaType.FLOAT) {
      for (int i = 0; i < elements; i++) {
        bytes.putFloat(4 * i, 0.5f);
      }
    }
    return OnnxTensor.createTensor(environment, bytes, shape, info.type);
  }

  private static Placement read(Path profile, SessionSettings settings, double load, double run)
      throws IOException {
    String wanted =
        switch (settings.provider().kind()) {
          case CPU -> "CPUExecutionProvider";
          case CUDA -> "CUDAExecutionProvider";
        };
    Map<String, Set<String>> names = new TreeMap<>();
    Map<String, Set<String>> others = new TreeMap<>();
    for (JsonNode event : JSON.readTree(profile.toFile())) {
      String name = event.path("name").asText();
      JsonNode about = event.path("args");
      if (event.path("cat").asText().equals("Node") && name.endsWith("_kernel_time")) {
        String provider = about.path("provider").asText();
        names.computeIfAbsent(provider, key -> new TreeSet<>()).add(name);
        if (!provider.equals(wanted)) {
          String operator = about.path("op_name").asText();
          others.computeIfAbsent(operator, key -> new TreeSet<>()).add(name);
        }
      }
    }
    return new Placement(load, run, counts(names), counts(others));
  }

  private static Map<String, Integer> counts(Map<String, Set<String>> names) {
    Map<String, Integer> counts = new TreeMap<>();
    names.forEach((key, those) -> counts.put(key, those.size()));
    return counts;
  }
}
