package io.github.ideal4j.pipeline.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.ImageSampler;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.Uniforms;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How fast tokens are drawn: one run of {@code prior.onnx}, beside Python that drives {@code
 * prior-step.onnx} with a cache of its own, and beside the kernels of our run alone.
 */
public final class SampleBenchmark {

  /** Operators that only hold others, whose time is counted by itself. */
  private static final Set<String> CONTAINERS = Set.of("Loop", "If", "Scan");

  private static final List<String> WAYS = List.of("numpy", "ortvalue");

  private static final ObjectMapper JSON = new ObjectMapper();

  private SampleBenchmark() {}

  /**
   * What to measure.
   *
   * @param bundle with a prior, and for Python with its step graph
   * @param batches images in a run
   * @param guidance of all steps; 1 is without
   * @param topK of the runs with filters
   * @param topP of the runs with filters
   * @param settings of our side; Python has as many threads
   * @param rounds of each, in turns; the median is shown
   * @param python an interpreter with numpy and onnxruntime, to compare with
   */
  public record Request(
      Path bundle,
      List<Integer> batches,
      double guidance,
      int topK,
      double topP,
      SessionSettings settings,
      int rounds,
      Optional<String> python) {

    /** Copies the list. */
    public Request {
      batches = List.copyOf(batches);
      PeerScript.requireProcessor(python, settings);
    }
  }

  /**
   * One batch with or without filters. Seconds are medians; NaN where nothing was measured.
   *
   * @param batch images
   * @param filters whether top-k and top-p were on
   * @param seconds of a run of {@code prior.onnx}
   * @param kernels of these, what its nodes compute: from a profile, without the profiler's own
   *     time
   * @param python seconds of Python, by the way that it keeps its cache
   * @param differing images whose tokens were not Python's
   */
  public record Row(
      int batch,
      boolean filters,
      double seconds,
      double kernels,
      Map<String, Double> python,
      int differing) {

    /** How much faster than the fastest Python. */
    public double speedUp() {
      return python.values().stream().mapToDouble(s -> s).min().orElse(Double.NaN) / seconds;
    }

    /** How much slower than the kernels alone. */
    public double aboveKernels() {
      return seconds / kernels;
    }
  }

  /**
   * The table.
   *
   * @param request what was measured
   * @param tokens of an image
   * @param steps of a run
   * @param rows of the table
   */
  public record Result(Request request, int tokens, int steps, List<Row> rows) {

    /** Copies the list. */
    public Result {
      rows = List.copyOf(rows);
    }

    /** A table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              Locale.ROOT,
              "%d tokens an image in %d steps, guidance %s, %s, %d threads, median of %d rounds%n",
              tokens,
              steps,
              request.guidance(),
              request.settings().provider(),
              request.settings().threads(),
              request.rounds()));
      text.append(
          "%5s  %-16s %9s %9s %9s %9s %9s  %7s %9s  %s%n"
              .formatted(
                  "batch",
                  "filters",
                  "tokens/s",
                  "ms/step",
                  "kernels",
                  "numpy",
                  "ortvalue",
                  "speedup",
                  "/kernels",
                  "differing images"));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%5d  %-16s %9.0f %9.3f %9.3f %9.3f %9.3f  %6.2fx %8.2fx  %d%n",
                row.batch(),
                row.filters() ? "k %d, p %s".formatted(request.topK(), request.topP()) : "none",
                row.batch() * (double) tokens / row.seconds(),
                1000 * row.seconds() / steps,
                1000 * row.kernels() / steps,
                1000 * row.python().getOrDefault("numpy", Double.NaN) / steps,
                1000 * row.python().getOrDefault("ortvalue", Double.NaN) / steps,
                row.speedUp(),
                row.aboveKernels(),
                row.differing()));
      }
      return text.toString();
    }
  }

  /** Measures. */
  public static Result run(Request request, Progress progress) throws IOException {
    Path folder = Files.createTempDirectory("ideal-bench");
    Bundle bundle = Bundle.open(request.bundle());
    BundleDescription.Grid grid = bundle.description().grid();
    List<Row> rows = new ArrayList<>();
    try (Progress.Stage stage =
            progress.start("Sampling", 2L * request.batches().size() * request.rounds(), "rounds");
        Work work = new Work(request, bundle, folder, stage)) {
      for (int batch : request.batches()) {
        rows.add(work.row(batch, false));
        rows.add(work.row(batch, true));
      }
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
    return new Result(request, grid.cells(), grid.cells() / grid.codebooks(), rows);
  }

  /** One call. */
  private static final class Work implements AutoCloseable {

    private final Request request;
    private final Bundle bundle;
    private final Path folder;
    private final Progress.Stage stage;
    private final SessionSettings settings;
    private final int classes;
    private final int cells;
    private final Optional<PeerProcess> python;

    Work(Request request, Bundle bundle, Path folder, Progress.Stage stage) throws IOException {
      this.request = request;
      this.bundle = bundle;
      this.folder = folder;
      this.stage = stage;
      settings = request.settings();
      classes = bundle.description().prior().map(BundleDescription.Prior::classes).orElse(0);
      cells = bundle.description().grid().cells();
      python =
          request.python().isEmpty()
              ? Optional.empty()
              : Optional.of(
                  PeerProcess.start(
                      request.python().get(),
                      "sample.py",
                      request.settings().threads(),
                      List.of(
                          bundle.file(BundleFiles.PRIOR_STEP).getParent().toString(),
                          Integer.toString(request.settings().threads()),
                          Integer.toString(cells),
                          Integer.toString(classes))));
    }

    Row row(int batch, boolean filters) throws IOException {
      SamplingOptions options =
          new SamplingOptions(
              GuidanceSchedule.constant(request.guidance()),
              1,
              filters ? request.topK() : 0,
              filters ? request.topP() : 1);
      int[] labels = new int[batch];
      Arrays.setAll(labels, i -> classes == 0 ? 0 : i % classes);
      List<Double> ours = new ArrayList<>();
      Map<String, List<Double>> theirs = new LinkedHashMap<>();
      int differing = 0;
      try (ImageSampler sampler = ImageSampler.open(bundle, settings, batch)) {
        for (int round = -1; round < request.rounds(); round++) { // one to warm up
          // A run right after somebody else's meets cold caches and sleeping threads.
          sampler.sample(labels, options, round);
          long start = System.nanoTime();
          int[][] tokens = sampler.sample(labels, options, round);
          double seconds = (System.nanoTime() - start) / 1e9;
          if (round >= 0) {
            ours.add(seconds);
            stage.advance(1);
          }
          if (python.isPresent()) {
            Path uniforms = uniforms(batch, round);
            for (String way : WAYS) {
              python.get().ask(question(labels, options, uniforms, way));
              JsonNode answer = python.get().ask(question(labels, options, uniforms, way));
              if (round >= 0) {
                theirs
                    .computeIfAbsent(way, key -> new ArrayList<>())
                    .add(answer.path("seconds").asDouble());
              }
              if (round == 0 && way.equals(WAYS.get(0))) {
                differing = differing(tokens, answer.path("tokens"));
              }
            }
          }
        }
      }
      double kernels = profile(labels, options);
      Map<String, Double> medians = new LinkedHashMap<>();
      theirs.forEach((way, seconds) -> medians.put(way, median(seconds)));
      return new Row(batch, filters, median(ours), kernels, medians, differing);
    }

    private static double median(List<Double> values) {
      double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
      return sorted[sorted.length / 2];
    }

    private static int differing(int[][] tokens, JsonNode others) {
      int differing = 0;
      for (int i = 0; i < tokens.length; i++) {
        boolean same = true;
        for (int j = 0; j < tokens[i].length; j++) {
          same &= tokens[i][j] == others.path(i).path(j).asInt(-1);
        }
        differing += same ? 0 : 1;
      }
      return differing;
    }

    private Path uniforms(int batch, long seed) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(4 * batch * cells).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < batch; i++) {
        for (float number : Uniforms.of(seed, i, cells)) {
          bytes.putFloat(number);
        }
      }
      Path file = folder.resolve("uniforms");
      Files.write(file, bytes.array());
      return file;
    }

    private String question(int[] labels, SamplingOptions options, Path uniforms, String way)
        throws IOException {
      Map<String, Object> question = new LinkedHashMap<>();
      question.put("labels", labels);
      question.put("topK", options.topK());
      question.put("topP", options.topP());
      question.put("guidance", request.guidance());
      question.put("way", way);
      question.put("uniforms", uniforms.toString());
      return JSON.writeValueAsString(question);
    }

    /** Seconds of all kernels of the second of two runs. */
    private double profile(int[] labels, SamplingOptions options) throws IOException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
        settings.apply(session);
        session.enableProfiling(folder.resolve("profile").toString());
        String file = bundle.file(BundleFiles.PRIOR).toString();
        try (OrtSession prior = environment.createSession(file, session)) {
          for (int run = 0; run < 2; run++) {
            Map<String, OnnxTensor> inputs = inputs(environment, labels, options);
            prior.run(inputs).close();
            inputs.values().forEach(OnnxTensor::close);
          }
          return kernels(Path.of(prior.endProfiling()));
        }
      } catch (OrtException e) {
        throw new IOException("the prior cannot be profiled: %s".formatted(e.getMessage()), e);
      }
    }

    private Map<String, OnnxTensor> inputs(
        OrtEnvironment environment, int[] labels, SamplingOptions options) throws OrtException {
      long[] classesOf = Arrays.stream(labels).asLongStream().toArray();
      FloatBuffer numbers = FloatBuffer.allocate(labels.length * cells);
      for (int i = 0; i < labels.length; i++) {
        numbers.put(Uniforms.of(0, i, cells));
      }
      Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
      inputs.put(
          "labels",
          OnnxTensor.createTensor(
              environment, LongBuffer.wrap(classesOf), new long[] {labels.length}));
      inputs.put(
          "uniforms",
          OnnxTensor.createTensor(environment, numbers.flip(), new long[] {labels.length, cells}));
      inputs.put("guidance", scalar(environment, request.guidance()));
      inputs.put("temperature", scalar(environment, options.temperature()));
      inputs.put("top_k", OnnxTensor.createTensor(environment, (long) options.topK()));
      inputs.put("top_p", scalar(environment, options.topP()));
      return inputs;
    }

    private static OnnxTensor scalar(OrtEnvironment environment, double value) throws OrtException {
      return OnnxTensor.createTensor(environment, (float) value);
    }

    /**
     * The time of the kernels of the last run in a profile. A node counts with the median over its
     * steps, so that what interrupts the process does not, less what the profiler itself adds to
     * each: the median of the fastest node, which only passes a tensor on.
     */
    private static double kernels(Path profile) throws IOException {
      JsonNode events = JSON.readTree(profile.toFile());
      long start = 0;
      for (JsonNode event : events) {
        if (event.path("name").asText().equals("model_run")) {
          start = Math.max(start, event.path("ts").asLong());
        }
      }
      Map<String, List<Double>> byNode = new LinkedHashMap<>();
      for (JsonNode event : events) {
        String node = event.path("name").asText();
        if (event.path("cat").asText().equals("Node")
            && node.endsWith("_kernel_time")
            && event.path("ts").asLong() >= start
            && !CONTAINERS.contains(event.path("args").path("op_name").asText())) {
          byNode
              .computeIfAbsent(node, name -> new ArrayList<>())
              .add(event.path("dur").asDouble() / 1e6);
        }
      }
      double own = byNode.values().stream().mapToDouble(Work::median).min().orElse(0);
      return byNode.values().stream()
          .mapToDouble(times -> times.size() * (median(times) - own))
          .sum();
    }

    @Override
    public void close() throws IOException {
      if (python.isPresent()) {
        python.get().close();
      }
    }
  }
}
