package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a bundle into a model repository of NVIDIA's Triton Inference Server: a model for each
 * graph, named after the tokenizer, with dynamic batching where a graph takes batches. A bundle
 * that is written again becomes the next version; Triton serves the newest.
 */
public final class TritonRepository {

  /** Most images that the server puts into one run. */
  private static final int MAX_BATCH = 16;

  private static final int MAX_DELAY_MICROSECONDS = 2000;
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

  private final Path repository;
  private final Bundle bundle;
  private final List<String> models = new ArrayList<>();

  private TritonRepository(Path repository, Bundle bundle) {
    this.repository = repository;
    this.bundle = bundle;
  }

  /**
   * Adds the bundle's graphs.
   *
   * @param repository the folder that Triton is started with; made if it is missing
   * @return the names of the models, encoder first
   */
  public static List<String> write(Bundle bundle, Path repository) throws IOException {
    TritonRepository writer = new TritonRepository(repository, bundle);
    BundleDescription is = bundle.description();
    String image = "[ %d, %d, 3 ]".formatted(is.image().height(), is.image().width());
    String grid = "[ %s ]".formatted(sides(is.grid()));
    writer.add(
        "encoder",
        BundleFiles.ENCODER,
        batching(
            List.of(tensor("images", "UINT8", image)), List.of(tensor("tokens", "UINT16", grid))));
    writer.add(
        "decoder",
        BundleFiles.DECODER,
        batching(
            List.of(tensor("tokens", "INT32", grid)),
            List.of(
                tensor("images", "UINT8", image),
                tensor(
                    "deep",
                    "FP32",
                    "[ %d, -1 ]".formatted(is.grid().cells() / is.grid().codebooks())))));
    if (bundle.has(BundleFiles.PRIOR)) {
      writer.add("prior", BundleFiles.PRIOR, prior(is.grid()));
    }
    return writer.models;
  }

  private static String tensor(String name, String type, String dims) {
    return "  { name: \"%s\" data_type: TYPE_%s dims: %s }".formatted(name, type, dims);
  }

  /** Triton has no tensors without axes: it sends one number and takes the axis away. */
  private static String scalar(String name, String type) {
    return "  { name: \"%s\" data_type: TYPE_%s dims: [ 1 ] reshape { shape: [ ] } }"
        .formatted(name, type);
  }

  private static String batching(List<String> inputs, List<String> outputs) {
    return """
        max_batch_size: %d
        %s%sdynamic_batching { max_queue_delay_microseconds: %d }
        """
        .formatted(
            MAX_BATCH, list("input", inputs), list("output", outputs), MAX_DELAY_MICROSECONDS);
  }

  /** Settings hold for a whole run, so that the server must not join requests. */
  private static String prior(BundleDescription.Grid grid) {
    List<String> inputs =
        List.of(
            tensor("labels", "INT64", "[ -1 ]"),
            tensor("uniforms", "FP32", "[ -1, %d ]".formatted(grid.cells())),
            scalar("guidance", "FP32"),
            scalar("temperature", "FP32"),
            scalar("top_k", "INT64"),
            scalar("top_p", "FP32"));
    String tokens = "[ -1, %d, %d ]".formatted(grid.rows(), grid.columns());
    List<String> outputs = List.of(tensor("tokens", "UINT16", tokens));
    return "max_batch_size: 0\n" + list("input", inputs) + list("output", outputs);
  }

  private static String list(String name, List<String> entries) {
    return "%s [\n%s\n]\n".formatted(name, String.join(",\n", entries));
  }

  private void add(String part, String file, String settings) throws IOException {
    String name = bundle.description().name().replaceAll("[^A-Za-z0-9_.-]", "_") + "-" + part;
    Path model = Files.createDirectories(repository.resolve(name));
    AtomicFile.writeFolder(
        model.resolve(Integer.toString(lastVersion(model) + 1)),
        beside -> {
          Files.createDirectories(beside);
          Files.copy(bundle.file(file), beside.resolve("model.onnx"));
          // The graph names the file of its weights.
          if (bundle.has(file + ".data")) {
            Files.copy(bundle.file(file + ".data"), beside.resolve(file + ".data"));
          }
        });
    String head =
        """
        name: "%s"
        backend: "onnxruntime"
        default_model_filename: "model.onnx"
        version_policy { latest { num_versions: 1 } }
        """
            .formatted(name);
    AtomicFile.writeString(model.resolve("config.pbtxt"), head + settings);
    models.add(name);
  }

  private static int lastVersion(Path model) throws IOException {
    try (Stream<Path> children = Files.list(model)) {
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> VERSION.matcher(name).matches())
          .mapToInt(Integer::parseInt)
          .max()
          .orElse(0);
    }
  }

  private static String sides(BundleDescription.Grid grid) {
    return Arrays.stream(grid.shape(1))
        .skip(1)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", "));
  }
}
