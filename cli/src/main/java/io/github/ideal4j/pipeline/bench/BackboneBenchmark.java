package io.github.ideal4j.pipeline.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.backbone.BackboneFolder;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.VisionArchitecture;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The forward pass of a backbone beside that of the transformers library in PyTorch: the same
 * weights, batch and threads, in turns.
 */
public final class BackboneBenchmark {

  private static final int REPEATS = 5;

  private BackboneBenchmark() {}

  /**
   * What to measure.
   *
   * @param backbone a Hugging Face folder
   * @param batch images in one pass
   * @param rounds of each
   * @param threads of the processor
   * @param python an interpreter with torch and transformers, to compare with
   */
  public record Request(
      Path backbone, int batch, int rounds, int threads, Optional<String> python) {}

  /**
   * The table.
   *
   * @param batch images in one pass
   * @param loadSeconds until the first pass can begin
   * @param peakMegabytes by which this process grew while loading, at its highest; -1 if unknown
   * @param fileMegabytes of the weights
   * @param ours median seconds of a pass, a value a round
   * @param theirs the same of PyTorch; empty without it
   */
  public record Result(
      int batch,
      double loadSeconds,
      double peakMegabytes,
      double fileMegabytes,
      List<Double> ours,
      List<Double> theirs) {

    public Result {
      ours = List.copyOf(ours);
      theirs = List.copyOf(theirs);
    }

    /** Our time over theirs, of the best rounds; NaN without them. */
    public double ratio() {
      return theirs.isEmpty() ? Double.NaN : best(ours) / best(theirs);
    }

    private static double best(List<Double> seconds) {
      return seconds.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    /** A table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      line(
          text,
          "loading",
          "%.2f s, %.0f MB more at the peak for %.0f MB of weights"
              .formatted(loadSeconds, peakMegabytes, fileMegabytes));
      line(text, "ideal4j", passes(ours));
      if (!theirs.isEmpty()) {
        line(text, "PyTorch", passes(theirs));
        line(text, "ratio", String.format(Locale.ROOT, "%.2f of PyTorch's time", ratio()));
      }
      return text.toString();
    }

    private String passes(List<Double> seconds) {
      return String.format(
          Locale.ROOT,
          "%.1f images/s at best, rounds %s s",
          batch / best(seconds),
          seconds.stream().map(s -> String.format(Locale.ROOT, "%.3f", s)).toList());
    }

    private static void line(StringBuilder text, String name, String value) {
      text.append("%-9s %s%n".formatted(name, value));
    }
  }

  /** Measures. */
  public static Result run(Request request, Progress progress) throws IOException {
    TorchEngine engine = TorchEngine.start(request.threads());
    Autograd.setRecording(false);
    try (BackboneFolder folder = BackboneFolder.open(request.backbone());
        NDManager manager = engine.newManager(engine.device("cpu").device())) {
      VisionArchitecture is = folder.architecture();
      manager.ones(new Shape(1)).close(); // whatever the engine sets up is not the model's
      double before = ProcessMemory.residentMegabytes();
      long start = System.nanoTime();
      try (VisionBackbone backbone =
          VisionBackbone.open(
              folder, BackboneLayers.of(is), is.imageHeight(), is.imageWidth(), manager)) {
        double seconds = (System.nanoTime() - start) / 1e9;
        double peak = ProcessMemory.highestMegabytes() - before;
        double bytes = 0;
        for (Path file : folder.weights().files()) {
          bytes += Files.size(file);
        }
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try (Progress.Stage stage = progress.start("Rounds", request.rounds(), "rounds")) {
          for (int round = 0; round < request.rounds(); round++) {
            ours.add(pass(backbone, request.batch(), manager));
            if (request.python().isPresent()) {
              theirs.add(python(request, is));
            }
            stage.advance(1);
          }
        }
        return new Result(
            request.batch(), seconds, before < 0 ? -1 : peak, bytes / 1e6, ours, theirs);
      }
    }
  }

  /** Median seconds of a pass, after one to warm up. */
  private static double pass(VisionBackbone backbone, int batch, NDManager manager) {
    double[] seconds = new double[REPEATS];
    for (int i = -1; i < REPEATS; i++) {
      try (NDManager own = manager.newSubManager()) {
        NDArray pixels =
            own.ones(
                new Shape(
                    batch, 3, backbone.config().inputHeight(), backbone.config().inputWidth()));
        long start = System.nanoTime();
        List<NDArray> states = backbone.block().hiddenStates(pixels);
        backbone.block().last(states.get(states.size() - 1)).toFloatArray();
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    Arrays.sort(seconds);
    return seconds[REPEATS / 2];
  }

  private static double python(Request request, VisionArchitecture is) throws IOException {
    List<JsonNode> said =
        PeerScript.run(
            request.python().orElseThrow(),
            "backbone.py",
            request.threads(),
            List.of(
                request.backbone().toString(),
                Integer.toString(request.batch()),
                Integer.toString(is.imageHeight()),
                Integer.toString(is.imageWidth()),
                Integer.toString(request.threads()),
                Integer.toString(REPEATS)));
    return said.get(0).get("seconds").asDouble();
  }
}
