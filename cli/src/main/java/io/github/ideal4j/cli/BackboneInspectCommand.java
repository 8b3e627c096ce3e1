package io.github.ideal4j.cli;

import io.github.ideal4j.backbone.BackboneFolder;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.Preprocessing;
import io.github.ideal4j.backbone.VisionArchitecture;
import io.github.ideal4j.safetensors.SafetensorsFolder;
import io.github.ideal4j.safetensors.TensorInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ideal backbone inspect}. */
@Command(
    name = "inspect",
    description = "Say what a backbone is, what will be read of it, and how it wants photographs.",
    footer = {"", "Examples:", "  ideal backbone inspect dinov2-base/"})
final class BackboneInspectCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(
      paramLabel = "DIR|FILE",
      description = "A Hugging Face folder, or a safetensors file with timm's names.")
  Path path;

  @Override
  public Integer call() throws Exception {
    try (BackboneFolder folder = BackboneFolder.open(path)) {
      VisionArchitecture is = folder.architecture();
      BackboneLayers layers = BackboneLayers.of(is);
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("family", is.family());
      facts.put("blocks", is.layers());
      facts.put("width", "%d, %d heads of %d".formatted(is.width(), is.heads(), is.headDim()));
      facts.put(
          "feed-forward",
          "%d, %s%s"
              .formatted(
                  is.hidden(),
                  is.activation().toString().toLowerCase(Locale.ROOT),
                  is.gated() ? ", gated" : ""));
      facts.put("patch", is.patch());
      facts.put("made for", "%d x %d pixels".formatted(is.imageWidth(), is.imageHeight()));
      facts.put(
          "tokens",
          "%d x %d, and %d before them"
              .formatted(is.imageHeight() / is.patch(), is.imageWidth() / is.patch(), is.prefix()));
      facts.put("positions", is.positions().toString().toLowerCase(Locale.ROOT).replace('_', ' '));
      facts.put("levels", "shallow %d, deep %d".formatted(layers.shallow(), layers.deep()));
      weights(facts, folder.weights());
      preprocessing(facts, folder.preprocessing());
      facts.put("sha256", folder.sha256());
      output.print(facts, Facts.lines(facts));
    }
    return 0;
  }

  private static void weights(Map<String, Object> facts, SafetensorsFolder weights)
      throws java.io.IOException {
    long elements = 0;
    TreeSet<String> types = new TreeSet<>();
    for (String name : weights.names()) {
      TensorInfo info = weights.info(name);
      elements += info.elements();
      types.add(info.type().toString());
    }
    long bytes = 0;
    for (Path file : weights.files()) {
      bytes += Files.size(file);
    }
    facts.put(
        "weights",
        String.format(
            Locale.ROOT,
            "%,d tensors, %,d numbers as %s, %,d bytes in %d files",
            weights.names().size(),
            elements,
            String.join(" and ", types),
            bytes,
            weights.files().size()));
  }

  private static void preprocessing(Map<String, Object> facts, Preprocessing is) {
    String resize =
        !is.resize()
            ? "none"
            : is.shortest() > 0
                ? "shorter side to %d".formatted(is.shortest())
                : "to %d x %d".formatted(is.width(), is.height());
    facts.put("resize", resize + ", " + is.filter().toString().toLowerCase(Locale.ROOT));
    facts.put("centre crop", is.crop() ? "%d x %d".formatted(is.width(), is.height()) : "none");
    facts.put("mean", is.normalization().mean().toString());
    facts.put("std", is.normalization().std().toString());
  }
}
