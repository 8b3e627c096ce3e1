package io.github.ideal4j.onnx.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.onnx.serving.BundleDescription.Backbone;
import io.github.ideal4j.onnx.serving.BundleDescription.Codebook;
import io.github.ideal4j.onnx.serving.BundleDescription.Grid;
import io.github.ideal4j.onnx.serving.BundleDescription.ImageSize;
import io.github.ideal4j.onnx.serving.BundleDescription.Prior;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON form of a manifest. */
final class ManifestJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ManifestJson() {}

  static void write(BundleManifest manifest, Path file) throws IOException {
    JsonNode tree = toJson(manifest);
    AtomicFile.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n");
  }

  static BundleManifest read(Path file) throws IOException {
    try {
      JsonNode tree = JSON.readTree(file.toFile());
      return fromJson(new Fields("", tree));
    } catch (JsonProcessingException e) {
      String problem = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new BundleException("%s is not JSON: %s".formatted(file, problem), e);
    } catch (IllegalArgumentException e) {
      throw new BundleException("%s: %s".formatted(file, e.getMessage()), e);
    } catch (NoSuchFileException | java.io.FileNotFoundException e) {
      throw new BundleException("%s does not exist, so this is no bundle".formatted(file), e);
    }
  }

  private static JsonNode toJson(BundleManifest manifest) {
    BundleDescription description = manifest.description();
    ObjectNode tree = JSON.createObjectNode();
    tree.put("format_version", BundleManifest.FORMAT_VERSION);
    tree.put("kind", BundleManifest.KIND);
    tree.put("name", description.name());
    tree.putObject("image")
        .put("height", description.image().height())
        .put("width", description.image().width());
    int codebooks = description.grid().codebooks();
    ObjectNode grid =
        tree.putObject("grid")
            .put("rows", description.grid().rows() / codebooks)
            .put("columns", description.grid().columns());
    if (codebooks > 1) {
      grid.put("codebooks", codebooks);
    }
    tree.putObject("codebook")
        .put("size", description.codebook().size())
        .put("dimension", description.codebook().dimension());
    tree.putObject("tokens")
        .put("dtype", BundleManifest.TOKEN_TYPE)
        .put("tokenizer_sha256", manifest.tokenizerSha256());
    ObjectNode backbone = tree.putObject("backbone");
    backbone.put("id", description.backbone().id());
    backbone.put("sha256", description.backbone().sha256());
    backbone.set("layers", JSON.valueToTree(description.backbone().layers()));
    ObjectNode normalisation = backbone.putObject("normalisation");
    normalisation.set("mean", JSON.valueToTree(description.backbone().mean()));
    normalisation.set("deviation", JSON.valueToTree(description.backbone().deviation()));
    description.prior().ifPresent(prior -> tree.set("prior", toJson(prior)));
    tree.set("provenance", JSON.valueToTree(description.provenance()));
    tree.set("files", JSON.valueToTree(manifest.files()));
    return tree;
  }

  private static JsonNode toJson(Prior prior) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("classes", prior.classes());
    tree.put("tokenizer_sha256", prior.tokenizerSha256());
    tree.set("provenance", JSON.valueToTree(prior.provenance()));
    return tree;
  }

  private static BundleManifest fromJson(Fields tree) {
    int version = tree.integer("format_version");
    if (version != BundleManifest.FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "format_version is %d; this version of the library reads %d"
              .formatted(version, BundleManifest.FORMAT_VERSION));
    }
    tree.require("kind", BundleManifest.KIND);
    tree.object("tokens").require("dtype", BundleManifest.TOKEN_TYPE);
    Fields image = tree.object("image");
    Fields grid = tree.object("grid");
    Fields codebook = tree.object("codebook");
    Map<String, String> files = tree.as("files", new TypeReference<Map<String, String>>() {});
    BundleDescription description =
        new BundleDescription(
            tree.text("name"),
            new ImageSize(image.integer("height"), image.integer("width")),
            grid(grid),
            new Codebook(codebook.integer("size"), codebook.integer("dimension")),
            backbone(tree.object("backbone")),
            tree.has("prior") ? Optional.of(prior(tree.object("prior"))) : Optional.empty(),
            provenance(tree));
    BundleManifest manifest = new BundleManifest(description, files);
    tree.object("tokens").require("tokenizer_sha256", manifest.tokenizerSha256());
    return manifest;
  }

  /** Bundles of one codebook do not say so. */
  private static Grid grid(Fields tree) {
    int codebooks = tree.has("codebooks") ? tree.integer("codebooks") : 1;
    return new Grid(
        Math.multiplyExact(codebooks, tree.integer("rows")), tree.integer("columns"), codebooks);
  }

  private static Backbone backbone(Fields tree) {
    Fields normalisation = tree.object("normalisation");
    return new Backbone(
        tree.text("id"),
        tree.text("sha256"),
        tree.as("layers", new TypeReference<List<Integer>>() {}),
        normalisation.as("mean", new TypeReference<List<Double>>() {}),
        normalisation.as("deviation", new TypeReference<List<Double>>() {}));
  }

  private static Prior prior(Fields tree) {
    return new Prior(tree.integer("classes"), tree.text("tokenizer_sha256"), provenance(tree));
  }

  private static Map<String, Object> provenance(Fields tree) {
    return tree.has("provenance")
        ? tree.as("provenance", new TypeReference<Map<String, Object>>() {})
        : Map.of();
  }

  /** An object whose fields are asked for by name; unknown ones are ignored. */
  private record Fields(String path, JsonNode node) {

    Fields {
      if (node == null || !node.isObject()) {
        throw new IllegalArgumentException(
            "%s must be an object".formatted(path.isEmpty() ? "the file" : path));
      }
    }

    boolean has(String name) {
      return node.hasNonNull(name);
    }

    Fields object(String name) {
      return new Fields(name(name), node.get(name));
    }

    int integer(String name) {
      JsonNode value = node.path(name);
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw wrong(name, "an integer");
      }
      return value.intValue();
    }

    String text(String name) {
      if (!node.path(name).isTextual()) {
        throw wrong(name, "text");
      }
      return node.get(name).textValue();
    }

    void require(String name, String only) {
      if (!text(name).equals(only)) {
        throw wrong(name, "'" + only + "'");
      }
    }

    <T> T as(String name, TypeReference<T> type) {
      String valid = "like " + type.getType().getTypeName().replaceAll("[a-z0-9]+\\.", "");
      if (!has(name)) {
        throw wrong(name, valid);
      }
      try {
        return JSON.convertValue(node.get(name), type);
      } catch (IllegalArgumentException e) {
        IllegalArgumentException problem = wrong(name, valid);
        problem.initCause(e);
        throw problem;
      }
    }

    private String name(String field) {
      return path.isEmpty() ? field : path + "." + field;
    }

    private IllegalArgumentException wrong(String name, String valid) {
      JsonNode value = node.path(name);
      return new IllegalArgumentException(
          "%s must be %s, got %s"
              .formatted(name(name), valid, value.isMissingNode() ? "nothing" : value));
    }
  }
}
