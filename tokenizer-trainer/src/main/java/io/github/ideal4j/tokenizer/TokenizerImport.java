package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.training.ImportedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes over a tokenizer of the IDEAL release: weights under the release's names and a file of
 * sizes become a run folder without steps, which is exported, evaluated and trained on like any
 * other.
 */
public final class TokenizerImport {

  /** Sizes of the release's file, and the keys of the configuration that they decide. */
  private static final Map<String, String> SIZES = sizes();

  /** Weights of the losses, likewise. */
  private static final Map<String, String> WEIGHTS = weights();

  private TokenizerImport() {}

  private static Map<String, String> sizes() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("width", "model.width");
    keys.put("heads", "model.fusionHeads");
    keys.put("mlp_width", "model.features.mlp");
    keys.put("grid", "model.grid");
    keys.put("codebook_size", "model.codebook.size");
    keys.put("codebook_dim", "model.codebook.dim");
    keys.put("decoder_depth", "model.features.layers");
    keys.put("register_tokens", "model.features.registers");
    keys.put("groups", "model.pixels.groups");
    keys.put("dropout", "model.features.dropout");
    return keys;
  }

  private static Map<String, String> weights() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("reconstruction", "loss.pixels");
    keys.put("deep_mse", "loss.deepMse");
    keys.put("deep_cosine", "loss.deepCosine");
    keys.put("shallow_mse", "loss.shallowMse");
    keys.put("shallow_cosine", "loss.shallowCosine");
    keys.put("commitment_beta", "model.codebook.commitment");
    keys.put("entropy", "model.codebook.entropyWeight");
    keys.put("entropy_temperature", "model.codebook.entropyTemperature");
    return keys;
  }

  /**
   * The configuration that a file of sizes stands for; what the file does not say is that of the
   * preset {@code ideal-256}.
   *
   * @param file JSON with {@code width, heads, mlp_width, fusion_mlp_ratio, grid, codebook_size,
   *     codebook_dim, decoder_depth, register_tokens, cnn_channels, cnn_multipliers, groups} and,
   *     if they are known, {@code dropout} and {@code weights}
   * @param overrides assignments such as {@code backbone.deepLayer=12}, applied last
   * @throws IOException if the file cannot be read, or a size is missing
   */
  public static TokenizerTrainingConfig config(Path file, List<String> overrides)
      throws IOException {
    JsonNode json = ImportedRun.sizes(file);
    List<String> settings = new ArrayList<>();
    for (Map.Entry<String, String> size : SIZES.entrySet()) {
      if (json.has(size.getKey()) || !size.getKey().equals("dropout")) {
        settings.add(size.getValue() + "=" + number(file, json, size.getKey()));
      }
    }
    for (Map.Entry<String, String> weight : WEIGHTS.entrySet()) {
      if (json.path("weights").has(weight.getKey())) {
        settings.add(weight.getValue() + "=" + number(file, json.get("weights"), weight.getKey()));
      }
    }
    double ratio = number(file, json, "fusion_mlp_ratio").doubleValue();
    settings.add("model.fusion=ATTENTION");
    settings.add("model.fusionMlp=" + Math.round(ratio * json.get("width").asInt()));
    settings.add("model.features.heads=" + json.get("heads").asInt());
    settings.add("model.features.classToken=true");
    List<Integer> channels = channels(file, json);
    settings.add("model.pixels.kind=VQGAN");
    settings.add("model.pixels.channels=" + channels);
    int imageSize = json.get("grid").asInt() << (channels.size() - 1);
    settings.add("model.imageSize=" + imageSize);
    settings.add("backbone.inputSize=" + imageSize);
    settings.addAll(overrides);
    try {
      return TokenizerTrainingConfig.PRESETS.load("ideal-256", settings);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Number number(Path file, JsonNode json, String key) throws IOException {
    JsonNode value = json.get(key);
    if (value == null || !value.isNumber()) {
      throw new IOException(
          "%s: '%s' must be a number, got %s"
              .formatted(file, key, value == null ? "nothing" : value));
    }
    return value.numberValue();
  }

  /** Channels of the pixel decoder, from the token grid outwards. */
  private static List<Integer> channels(Path file, JsonNode json) throws IOException {
    int base = number(file, json, "cnn_channels").intValue();
    JsonNode multipliers = json.path("cnn_multipliers");
    if (!multipliers.isArray() || multipliers.isEmpty()) {
      throw new IOException(
          "%s: 'cnn_multipliers' must be a list of whole numbers".formatted(file));
    }
    List<Integer> channels = new ArrayList<>();
    multipliers.forEach(factor -> channels.add(base * factor.asInt()));
    Collections.reverse(channels);
    return channels;
  }

  /**
   * Makes a tokenizer with the release's weights. Features are taken as they are: the release keeps
   * no statistics of them.
   *
   * @param weights safetensors with exactly the release's names
   * @throws IOException if a tensor is missing, surplus or of another shape
   */
  public static DualAlignedTokenizer load(
      TokenizerTrainingConfig config, Path weights, NDManager manager) throws IOException {
    DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config.model(), 0, manager);
    try {
      NamedArrays.load(weights, tokenizer.parameters());
      return tokenizer;
    } catch (IOException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Writes a run folder whose only checkpoint, after 0 steps, holds the tokenizer.
   *
   * @param origin files that it came from, by role, whose SHA-256 go into the provenance
   * @throws IOException if the folder holds a run already, or cannot be written
   */
  public static TokenizerRun write(
      TokenizerTrainingConfig config,
      DualAlignedTokenizer tokenizer,
      Map<String, Path> origin,
      Path root,
      NDManager manager)
      throws IOException {
    new ImportedRun("tokenizer", tokenizer.parameters(), tokenizer.buffers(), Map.of(), origin)
        .write(config, config.training(), root, manager);
    return TokenizerRun.open(root);
  }
}
