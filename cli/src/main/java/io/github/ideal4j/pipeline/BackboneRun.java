package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.BackboneFolder;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.Preprocessing;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pixels or photographs through a published backbone: its hidden states, as a file or checked. */
public final class BackboneRun {

  private static final String PIXELS = "pixel_values";
  private static final int BATCH = 8;

  private BackboneRun() {}

  /**
   * What to run.
   *
   * @param backbone folder or file
   * @param pixels a safetensors file with {@code pixel_values [batch, 3, height, width]}
   * @param photographs what to run instead of pixels, through the backbone's own preprocessing
   * @param layers which hidden states are wanted; empty for all
   * @param out a safetensors file for them, if wanted
   * @param check a reference file, if wanted
   * @param device auto, cpu, cuda or cuda:n
   * @param threads of the processor
   */
  public record Request(
      Path backbone,
      Optional<Path> pixels,
      Optional<Photographs> photographs,
      List<Integer> layers,
      Optional<Path> out,
      Optional<Path> check,
      String device,
      int threads) {

    public Request {
      layers = List.copyOf(layers);
      if (pixels.isPresent() == photographs.isPresent()) {
        throw new IllegalArgumentException("either --pixels or --images is needed");
      }
      if (out.isEmpty() && check.isEmpty()) {
        throw new IllegalArgumentException("--out or --check is needed, or nothing comes of it");
      }
    }
  }

  /**
   * What came of it.
   *
   * @param images how many
   * @param tensors names of what was computed
   * @param seconds of the forward passes
   * @param check the comparison, if one was asked for
   */
  public record Result(
      int images, List<String> tensors, double seconds, Optional<TensorCheck> check) {

    /** The result in words. */
    public String text() {
      return check
          .map(TensorCheck::text)
          .orElse("%,d images in %.1f s: %s".formatted(images, seconds, tensors));
    }
  }

  /** Runs. */
  public static Result run(Request request, Progress progress) throws IOException {
    TorchEngine engine = TorchEngine.start(request.threads());
    Autograd.setRecording(false);
    try (BackboneFolder folder = BackboneFolder.open(request.backbone())) {
      Input input =
          request.pixels().isPresent()
              ? pixels(request.pixels().get())
              : photographs(request.photographs().get(), folder.preprocessing());
      BackboneLayers layers = BackboneLayers.of(folder.architecture());
      try (NDManager manager = engine.newManager(engine.device(request.device()).device());
          VisionBackbone backbone =
              VisionBackbone.open(folder, layers, input.height(), input.width(), manager)) {
        return run(request, backbone, input, progress);
      }
    }
  }

  private static Result run(
      Request request, VisionBackbone backbone, Input input, Progress progress) throws IOException {
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    long start = System.nanoTime();
    try (Progress.Stage stage = progress.start("Backbone", input.images(), "images")) {
      for (int from = 0; from < input.images(); from += BATCH) {
        int count = Math.min(BATCH, input.images() - from);
        batch(request, backbone, input, from, count, values, shapes);
        stage.advance(count);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (request.out().isPresent()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      values.forEach((name, all) -> tensors.put(name, Tensor.of(all, shapes.get(name))));
      SafetensorsWriter.write(
          request.out().get(), tensors, Map.of("backbone_sha256", backbone.sha256()));
    }
    Optional<TensorCheck> check = Optional.empty();
    if (request.check().isPresent()) {
      TensorCheck.Builder builder = new TensorCheck.Builder();
      try (SafetensorsFile reference = SafetensorsFile.open(request.check().get())) {
        values.forEach((name, all) -> builder.compare(reference, name, all, shapes.get(name)));
      }
      check = Optional.of(builder.build());
    }
    return new Result(input.images(), List.copyOf(values.keySet()), seconds, check);
  }

  private static void batch(
      Request request,
      VisionBackbone backbone,
      Input input,
      int from,
      int count,
      Map<String, float[]> values,
      Map<String, long[]> shapes) {
    NDManager manager = backbone.block().getParameters().get(0).getValue().getArray().getManager();
    try (NDManager own = manager.newSubManager()) {
      NDArray pixels = own.create(input.part(from, count), input.shape(count));
      List<NDArray> states = backbone.block().hiddenStates(pixels);
      for (int i = 0; i < states.size(); i++) {
        if (request.layers().isEmpty() || request.layers().contains(i)) {
          append("hidden_states." + i, states.get(i), from, input.images(), values, shapes);
        }
      }
      NDArray last = backbone.block().last(states.get(states.size() - 1));
      append("last_hidden_state", last, from, input.images(), values, shapes);
    }
  }

  private static void append(
      String name,
      NDArray part,
      int from,
      int images,
      Map<String, float[]> values,
      Map<String, long[]> shapes) {
    float[] flat = part.toFloatArray();
    int row = Math.toIntExact(flat.length / part.getShape().get(0));
    float[] all =
        values.computeIfAbsent(name, ignored -> new float[Math.multiplyExact(images, row)]);
    System.arraycopy(flat, 0, all, from * row, flat.length);
    long[] shape = part.getShape().getShape().clone();
    shape[0] = images;
    shapes.put(name, shape);
  }

  /** Normalized pixels {@code [images, 3, height, width]}, flat. */
  @SuppressWarnings("ArrayRecordComponent") // private to this class and compared by nobody
  private record Input(float[] values, int images, int height, int width) {

    float[] part(int from, int count) {
      int size = 3 * height * width;
      return java.util.Arrays.copyOfRange(values, from * size, (from + count) * size);
    }

    Shape shape(int count) {
      return new Shape(count, 3, height, width);
    }
  }

  private static Input pixels(Path file) throws IOException {
    try (SafetensorsFile given = SafetensorsFile.open(file)) {
      if (!given.has(PIXELS)) {
        throw new IllegalArgumentException(
            "%s has no tensor '%s'; it has %s".formatted(file, PIXELS, given.names()));
      }
      long[] shape = given.shape(PIXELS);
      if (shape.length != 4 || shape[1] != 3) {
        throw new IllegalArgumentException(
            "%s: %s must be [batch, 3, height, width], got %s"
                .formatted(file, PIXELS, java.util.Arrays.toString(shape)));
      }
      return new Input(given.floats(PIXELS), (int) shape[0], (int) shape[2], (int) shape[3]);
    }
  }

  private static Input photographs(Photographs from, Preprocessing preprocessing)
      throws IOException {
    List<float[]> rows = new ArrayList<>();
    try (ImageSource source = ImageSource.open(from.source())) {
      for (ImageEntry entry : from.selection().of(source)) {
        RgbImage image = ImageDecoder.decode(source.read(entry), entry.path());
        rows.add(preprocessing.pixels(image));
      }
    }
    int size = 3 * preprocessing.height() * preprocessing.width();
    float[] all = new float[Math.multiplyExact(rows.size(), size)];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * size, size);
    }
    return new Input(all, rows.size(), preprocessing.height(), preprocessing.width());
  }
}
