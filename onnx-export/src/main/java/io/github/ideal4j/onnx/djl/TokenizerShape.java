package io.github.ideal4j.onnx.djl;

import ai.djl.util.JsonUtils;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.github.ideal4j.onnx.serving.BundleDescription;
import java.util.Map;

/**
 * What a translator must know of a tokenizer; it travels in {@code serving.properties}.
 *
 * @param size side of the square images
 * @param rows of the grid
 * @param columns of the grid
 * @param codes tokens are smaller than this
 */
record TokenizerShape(int size, int rows, int columns, int codes) {

  private static final String SIZE = "image_size";
  private static final String ROWS = "rows";
  private static final String COLUMNS = "columns";
  private static final String CODES = "codebook_size";

  static TokenizerShape of(BundleDescription description) {
    if (description.image().height() != description.image().width()) {
      throw new IllegalArgumentException(
          "a DJL folder takes square images; tokenizer '%s' has %s"
              .formatted(description.name(), description.image()));
    }
    if (description.grid().codebooks() > 1) {
      throw new IllegalArgumentException(
          "a DJL folder takes tokens of one codebook; tokenizer '%s' has %d"
              .formatted(description.name(), description.grid().codebooks()));
    }
    return new TokenizerShape(
        description.image().width(),
        description.grid().rows(),
        description.grid().columns(),
        description.codebook().size());
  }

  /** Reads the lines of {@link #properties} again. */
  static TokenizerShape of(Map<String, ?> arguments) {
    return new TokenizerShape(
        integer(arguments, SIZE),
        integer(arguments, ROWS),
        integer(arguments, COLUMNS),
        integer(arguments, CODES));
  }

  private static int integer(Map<String, ?> arguments, String name) {
    Object value = arguments.get(name);
    if (value == null || !value.toString().matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "argument '%s' must be a whole number, got %s; serving.properties of the exported folder has it"
              .formatted(name, value));
    }
    return Integer.parseInt(value.toString());
  }

  /** Lines for {@code serving.properties}. */
  String properties() {
    return "%s=%d%n%s=%d%n%s=%d%n%s=%d%n"
        .formatted(SIZE, size, ROWS, rows, COLUMNS, columns, CODES, codes);
  }

  int cells() {
    return rows * columns;
  }

  /** Tokens as JSON: rows, columns and the tokens in raster order. */
  String toJson(int[] tokens) {
    JsonObject tree = new JsonObject();
    tree.addProperty(ROWS, rows);
    tree.addProperty(COLUMNS, columns);
    tree.add("tokens", JsonUtils.GSON.toJsonTree(tokens));
    return JsonUtils.GSON.toJson(tree);
  }

  /** Tokens from an array, or from an object as {@link #toJson} writes it. */
  int[] fromJson(String json) {
    try {
      JsonElement tree = JsonUtils.GSON.fromJson(json, JsonElement.class);
      JsonElement tokens =
          tree != null && tree.isJsonObject() ? tree.getAsJsonObject().get("tokens") : tree;
      int[] indices = JsonUtils.GSON.fromJson(tokens, int[].class);
      if (indices == null) {
        throw new IllegalArgumentException(
            "no tokens; an array of %d is needed".formatted(cells()));
      }
      return require(indices);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(
          "tokens must be JSON, an array of %d numbers: %s".formatted(cells(), e.getMessage()), e);
    }
  }

  /** Refuses too few tokens, and tokens that the codebook does not have. */
  int[] require(int[] tokens) {
    if (tokens.length != cells()) {
      throw new IllegalArgumentException(
          "%d tokens; this tokenizer has %d".formatted(tokens.length, cells()));
    }
    for (int token : tokens) {
      if (token < 0 || token >= codes) {
        throw new IllegalArgumentException(
            "token %d is unknown; valid are 0 to %d".formatted(token, codes - 1));
      }
    }
    return tokens;
  }
}
