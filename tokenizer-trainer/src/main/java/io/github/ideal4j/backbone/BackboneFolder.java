package io.github.ideal4j.backbone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.safetensors.SafetensorsFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A backbone as it was published: {@code config.json}, {@code preprocessor_config.json} and the
 * weights, or one safetensors file with timm's names. Only headers are read.
 */
public final class BackboneFolder implements AutoCloseable {

  private final Path path;
  private final SafetensorsFolder weights;
  private final VisionArchitecture architecture;
  private final FamilyNames names;
  private final JsonNode preprocessor;

  private BackboneFolder(
      Path path,
      SafetensorsFolder weights,
      VisionArchitecture architecture,
      FamilyNames names,
      JsonNode preprocessor) {
    this.path = path;
    this.weights = weights;
    this.architecture = architecture;
    this.names = names;
    this.preprocessor = preprocessor;
  }

  /**
   * Opens a folder or file.
   *
   * @throws IOException if something cannot be read; the message names it
   * @throws IllegalArgumentException if it is no known family; the message lists those
   */
  public static BackboneFolder open(Path path) throws IOException {
    JsonNode config = json(path.resolve("config.json"));
    SafetensorsFolder weights = SafetensorsFolder.open(path);
    try {
      JsonNode preprocessor = json(path.resolve("preprocessor_config.json"));
      if (config.path("model_type").isTextual()) {
        VisionFamily family = VisionFamily.of(config);
        VisionArchitecture architecture = family.architecture(VisionFamily.vision(config));
        return new BackboneFolder(
            path, weights, architecture, family.names(architecture), preprocessor);
      }
      if (!TimmFamily.fits(weights)) {
        throw new IllegalArgumentException(
            "%s holds no known backbone: without a model_type in config.json it must have timm's tensors 'patch_embed.proj.weight' and 'pos_embed'"
                .formatted(path));
      }
      VisionArchitecture architecture = TimmFamily.architecture(weights, config);
      JsonNode pretrained = config.path("pretrained_cfg");
      return new BackboneFolder(
          path,
          weights,
          architecture,
          TimmFamily.names(architecture),
          pretrained.isObject() ? timm(pretrained) : preprocessor);
    } catch (IOException | RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** timm's words for what the library calls image_mean and image_std. */
  private static JsonNode timm(JsonNode pretrained) {
    ObjectMapper mapper = new ObjectMapper();
    return mapper
        .createObjectNode()
        .<ObjectNode>set("image_mean", pretrained.path("mean"))
        .set("image_std", pretrained.path("std"));
  }

  private static JsonNode json(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try {
      JsonNode node = new ObjectMapper().readTree(file.toFile());
      if (node == null || !node.isObject()) {
        throw new IOException("%s holds no JSON object".formatted(file));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new IOException("%s is no JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** What it is. */
  public VisionArchitecture architecture() {
    return architecture;
  }

  /** The tensors. */
  public SafetensorsFolder weights() {
    return weights;
  }

  FamilyNames names() {
    return names;
  }

  /** How photographs are prepared for it. */
  public Preprocessing preprocessing() {
    return Preprocessing.of(preprocessor, architecture);
  }

  /** Which weights these are: the folder's or file's name without ending. */
  public String id() {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name.toString().replaceFirst("\\.safetensors$", "");
  }

  /** SHA-256 of the weights: that of the file, or of the names and sums of several. */
  public String sha256() throws IOException {
    List<Path> files = weights.files();
    if (files.size() == 1) {
      return Sha256.of(files.get(0));
    }
    StringBuilder sums = new StringBuilder();
    for (Path file : files) {
      sums.append(file.getFileName()).append(' ').append(Sha256.of(file)).append('\n');
    }
    return Sha256.of(sums.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
