package io.github.ideal4j.prior;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.training.ImportedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes over a prior of the LlamaGen or RAR release: weights under the release's names and a file
 * of sizes become a run folder without steps, which is exported and trained on like any other.
 */
public final class PriorImport {

  /** What the files of sizes call it, the releases' own names first. */
  private static final Map<String, List<String>> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("model.dim", List.of("hidden_size", "dim"));
    NAMES.put("model.layers", List.of("num_hidden_layers", "n_layer"));
    NAMES.put("model.heads", List.of("num_attention_heads", "n_head"));
    NAMES.put("data.codebookSize", List.of("codebook_size", "vocab_size"));
    NAMES.put("data.classes", List.of("condition_num_classes", "num_classes"));
  }

  private PriorImport() {}

  /**
   * The configuration that a file of sizes stands for; what neither it nor the weights say is that
   * of the preset {@code b} or {@code rar-b}.
   *
   * @param file JSON with the width ({@code dim} or {@code hidden_size}), {@code n_layer} ({@code
   *     num_hidden_layers}), {@code n_head} ({@code num_attention_heads}), {@code vocab_size}
   *     ({@code codebook_size}), {@code num_classes} ({@code condition_num_classes}) and the grid:
   *     {@code rows} and {@code cols}, {@code grid}, {@code image_seq_len} or {@code block_size};
   *     if they are known {@code norm_eps}, {@code rope_base} and {@code class_token_rope} ({@code
   *     zero} or {@code identity})
   * @param weights whose shapes tell the width of the feed-forward part
   * @param overrides assignments such as {@code training.batch=64}, applied last
   * @throws IOException if a file cannot be read, or a size is missing
   */
  public static PriorTrainingConfig config(
      PriorArchitecture.Kind kind, Path file, Path weights, List<String> overrides)
      throws IOException {
    JsonNode json = ImportedRun.sizes(file);
    List<String> settings = new ArrayList<>();
    settings.add("model.kind=" + kind);
    for (Map.Entry<String, List<String>> size : NAMES.entrySet()) {
      settings.add(size.getKey() + "=" + whole(file, json, size.getValue()));
    }
    settings.add("model.hidden=" + hidden(kind, weights));
    int[] grid = grid(file, json);
    settings.add("data.rows=" + grid[0]);
    settings.add("data.columns=" + grid[1]);
    if (json.path("norm_eps").isNumber()) {
      settings.add("model.normEpsilon=" + json.get("norm_eps"));
    }
    if (json.path("rope_base").isNumber()) {
      settings.add("model.ropeBase=" + json.get("rope_base").asDouble());
    }
    String classRope = json.path("class_token_rope").asText();
    if (!classRope.isEmpty()) {
      boolean turned = classRope.startsWith("identity") || classRope.contains("cos = 1");
      settings.add("model.classRope=" + (turned ? "identity" : "zero"));
    }
    settings.addAll(overrides);
    try {
      return PriorTrainingConfig.PRESETS.load(
          kind == PriorArchitecture.Kind.RAR ? "rar-b" : "b", settings);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static int whole(Path file, JsonNode json, List<String> names) throws IOException {
    for (String name : names) {
      if (json.path(name).isIntegralNumber()) {
        return json.get(name).asInt();
      }
    }
    throw new IOException(
        "%s: '%s' must be a whole number, got nothing"
            .formatted(file, String.join("' or '", names)));
  }

  private static int[] grid(Path file, JsonNode json) throws IOException {
    if (json.has("rows")) {
      return new int[] {
        whole(file, json, List.of("rows")), whole(file, json, List.of("cols", "columns"))
      };
    }
    if (json.has("grid")) {
      int side = whole(file, json, List.of("grid"));
      return new int[] {side, side};
    }
    int cells = whole(file, json, List.of("image_seq_len", "block_size"));
    int side = (int) Math.round(Math.sqrt(cells));
    if (side * side != cells) {
      throw new IOException(
          "%s: %d tokens are no square; say 'rows' and 'cols'".formatted(file, cells));
    }
    return new int[] {side, side};
  }

  private static long hidden(PriorArchitecture.Kind kind, Path weights) throws IOException {
    String name =
        kind == PriorArchitecture.Kind.RAR
            ? "blocks.0.mlp.fc1.weight"
            : "layers.0.feed_forward.w1.weight";
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      if (!file.has(name)) {
        throw new IOException(
            "%s has no '%s'; are these weights of the %s release?"
                .formatted(weights, name, kind == PriorArchitecture.Kind.RAR ? "RAR" : "LlamaGen"));
      }
      return file.shape(name)[0];
    }
  }

  /**
   * Makes a prior with the release's weights.
   *
   * @param weights safetensors with exactly the release's names
   * @throws IOException if a tensor is missing, surplus or of another shape
   */
  public static Prior load(PriorTrainingConfig config, Path weights, NDManager manager)
      throws IOException {
    Prior prior = Prior.create(config.prior(), 0, 0, manager);
    prior.load(weights);
    return prior;
  }

  /**
   * Writes a run folder whose only checkpoint, after 0 steps, holds the prior.
   *
   * @param labels names of the classes; numbers if there are none
   * @param tokenizerSha256 the tokenizer whose tokens the prior makes, if it is known
   * @param origin files that it came from, by role, whose SHA-256 go into the provenance
   * @throws IOException if the folder holds a run already, or cannot be written
   */
  public static PriorRun write(
      PriorTrainingConfig config,
      Prior prior,
      Optional<List<String>> labels,
      Optional<String> tokenizerSha256,
      Map<String, Path> origin,
      Path root,
      NDManager manager)
      throws IOException {
    List<String> names = labels.orElseGet(() -> numbers(prior.config().classes()));
    if (names.size() != prior.config().classes()) {
      throw new IOException(
          "%d names of classes were given, the prior has %d"
              .formatted(names.size(), prior.config().classes()));
    }
    Map<String, String> data =
        tokenizerSha256.map(sum -> Map.of(PriorTrainer.TOKENIZER, sum)).orElse(Map.of());
    new ImportedRun("prior", prior.named(), Map.of(), data, origin)
        .write(config, config.training(), root, manager);
    Labels.write(root.resolve(PriorRun.LABELS), names);
    return PriorRun.open(root);
  }

  /** Names of classes from a {@code labels.json}: an object of numbers and names. */
  public static List<String> labels(Path file) throws IOException {
    return Labels.read(file);
  }

  private static List<String> numbers(int classes) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      names.add(Integer.toString(i));
    }
    return names;
  }
}
