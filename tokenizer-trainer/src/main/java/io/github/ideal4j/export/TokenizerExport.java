package io.github.ideal4j.export;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.BundleWriter;
import io.github.ideal4j.onnx.trace.ExportOptions;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.onnx.trace.InputSpec;
import io.github.ideal4j.onnx.trace.OnnxExporter;
import io.github.ideal4j.onnx.trace.OutputSpec;
import io.github.ideal4j.onnx.trace.Symbol;
import io.github.ideal4j.onnx.trace.Tolerance;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.FoldedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerConfig;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a bundle of a trained tokenizer: traces encoder and decoder into ONNX, compares both with
 * their originals on photographs, and writes nothing where they differ.
 */
public final class TokenizerExport {

  /** Where a bundle's provenance holds the training's last validation. */
  static final String VALIDATION = "validation";

  /** Where a bundle's provenance holds how its graphs compared. */
  static final String COMPARISON = "comparison";

  private TokenizerExport() {}

  /**
   * How the graphs compared with their originals on photographs that were not traced.
   *
   * @param photographs how many
   * @param tokens of all photographs
   * @param differing how many of them differ
   * @param margin where tokens differ, the largest difference between the cosines of the two codes
   * @param pixelLevels largest difference of a decoded pixel
   * @param features largest difference of a decoded feature
   * @param limits what was allowed
   */
  public record Comparison(
      int photographs,
      long tokens,
      long differing,
      double margin,
      int pixelLevels,
      double features,
      GraphForm.Limits limits) {

    /** Share of equal tokens. */
    public double equalTokens() {
      return 1 - (double) differing / tokens;
    }

    boolean passed() {
      return equalTokens() >= limits.equalTokens()
          && margin <= limits.margin()
          && pixelLevels <= limits.pixelLevels()
          && features <= limits.features();
    }

    @Override
    public String toString() {
      String apart = differing == 0 ? "" : " (margin of the others up to %.1e)".formatted(margin);
      return "%.2f %% equal tokens%s on %d photographs, pixels within %d, features within %.1e"
          .formatted(100 * equalTokens(), apart, photographs, pixelLevels, features);
    }

    /** The numbers by name, for the bundle's provenance. */
    Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("photographs", photographs);
      map.put("tokens", tokens);
      map.put("differing", differing);
      map.put("equalTokens", equalTokens());
      map.put("margin", margin);
      map.put("pixelLevels", pixelLevels);
      map.put("features", features);
      map.put(
          "allowed",
          Map.of(
              "equalTokens", limits.equalTokens(),
              "margin", limits.margin(),
              "pixelLevels", limits.pixelLevels(),
              "features", limits.features()));
      return map;
    }
  }

  /**
   * The bundle and how it compared.
   *
   * @param bundle that was written
   * @param comparison with the original
   */
  public record Result(Bundle bundle, Comparison comparison) {}

  /**
   * Exports the averaged weights of a run.
   *
   * @param run trained
   * @param backboneFile what it was trained with
   * @param name of the tokenizer
   * @param photographs to compare on, of the model's size; not empty
   * @param out folder of the bundle, replaced whole
   * @throws IOException if the graphs differ from their originals, or a file cannot be read or
   *     written
   */
  public static Result export(
      TokenizerRun run, Path backboneFile, String name, List<RgbImage> photographs, Path out)
      throws IOException {
    return export(run, backboneFile, name, photographs, GraphForm.STANDARD, out);
  }

  /** Exports in a form other than {@link GraphForm#STANDARD}. */
  public static Result export(
      TokenizerRun run,
      Path backboneFile,
      String name,
      List<RgbImage> photographs,
      GraphForm form,
      Path out)
      throws IOException {
    if (photographs.isEmpty()) {
      throw new IllegalArgumentException("an export needs photographs to compare on");
    }
    TorchEngine engine = TorchEngine.start();
    Autograd.setRecording(false);
    try (NDManager manager = engine.newManager(Device.cpu());
        VisionBackbone backbone = run.backbone(backboneFile, manager);
        DualAlignedTokenizer tokenizer = run.load(manager)) {
      FoldedTokenizer folded = FoldedTokenizer.of(tokenizer);
      EncoderBlock encoder = new EncoderBlock(backbone, folded);
      DecoderBlock decoder = new DecoderBlock(folded);
      BundleWriter writer = new BundleWriter(describe(run, backbone, name));
      writer.add(BundleFiles.ENCODER, encoderModel(encoder, tokenizer.config(), form)::write);
      writer.add(BundleFiles.DECODER, decoderModel(decoder, tokenizer.config(), form)::write);
      addWeights(writer, run, tokenizer);
      BundleCheck check = new BundleCheck(backbone, tokenizer, manager);
      Comparison[] comparison = new Comparison[1];
      AtomicFile.writeFolder(
          out,
          beside -> {
            Bundle bundle = writer.write(beside);
            comparison[0] = check.compare(bundle, photographs, form.limits());
            requirePassed(comparison[0]);
            withCard(bundle, comparison[0]).write(beside);
          });
      return new Result(Bundle.open(out), comparison[0]);
    }
  }

  /** The same bundle, which now says how it compared, and has a card. */
  private static BundleWriter withCard(Bundle bundle, Comparison comparison) {
    BundleDescription is = bundle.description();
    Map<String, Object> provenance = new LinkedHashMap<>(is.provenance());
    provenance.put(COMPARISON, comparison.toMap());
    BundleDescription described =
        new BundleDescription(
            is.name(), is.image(), is.grid(), is.codebook(), is.backbone(), is.prior(), provenance);
    BundleWriter writer = new BundleWriter(described);
    for (String name : bundle.manifest().files().keySet()) {
      writer.addFile(name, bundle.folder().resolve(name));
    }
    return writer.addText(BundleFiles.CARD, ModelCard.of(described, ModelCard.Details.NONE));
  }

  private static void requirePassed(Comparison comparison) throws IOException {
    if (!comparison.passed()) {
      GraphForm.Limits limits = comparison.limits();
      throw new IOException(
          ("the exported graphs differ from their originals: %s; at least %.1f %% equal tokens,"
                  + " margins within %.0e, pixels within %d and features within %.0e are needed")
              .formatted(
                  comparison,
                  100 * limits.equalTokens(),
                  limits.margin(),
                  limits.pixelLevels(),
                  limits.features()));
    }
  }

  private static ExportedModel encoderModel(
      EncoderBlock block, TokenizerConfig config, GraphForm form) {
    int size = config.imageSize();
    return OnnxExporter.export(
        block,
        List.of(InputSpec.bytes("images", "n", size, size, 3)),
        form.apply(
            new ExportOptions(
                "encoder",
                List.of(OutputSpec.cast("tokens", ElementType.UINT16)),
                List.of(new Symbol("n", 2, 3, 1, List.of(1L))),
                // Noise images have many near ties; the photographs below are held to a tighter
                // bound.
                new Tolerance(1e-4, 1e-4, 2e-2),
                false)));
  }

  private static ExportedModel decoderModel(
      DecoderBlock block, TokenizerConfig config, GraphForm form) {
    return OnnxExporter.export(
        block,
        List.of(tokens(config)),
        form.apply(
            new ExportOptions(
                "decoder",
                List.of(OutputSpec.of("images"), OutputSpec.of("deep")),
                List.of(new Symbol("n", 2, 3, 1, List.of(1L, 5L))),
                new Tolerance(1e-3, 1e-3, 1e-2),
                false)));
  }

  private static InputSpec tokens(TokenizerConfig config) {
    return config.codebooks() == 1
        ? InputSpec.ints("tokens", config.codes(), "n", config.grid(), config.grid())
        : InputSpec.ints(
            "tokens", config.codes(), "n", config.codebooks(), config.grid(), config.grid());
  }

  private static void addWeights(
      BundleWriter writer, TokenizerRun run, DualAlignedTokenizer tokenizer) throws IOException {
    Map<String, String> about = Map.of("format", "ideal4j tokenizer");
    NDArray table = tokenizer.quantizer().table();
    writer.add(
        BundleFiles.CODEBOOK, file -> NamedArrays.write(file, Map.of("codebook", table), about));
    writer.add(BundleFiles.WEIGHTS, file -> NamedArrays.write(file, tokenizer.named(), about));
    writer.addFile(BundleFiles.CONFIG, run.folder().configFile());
  }

  private static BundleDescription describe(TokenizerRun run, VisionBackbone backbone, String name)
      throws IOException {
    TokenizerConfig config = run.config().model();
    Map<String, Object> provenance = run.folder().provenance().toMap(run.checkpoint().step());
    Map<String, Double> validation = lastValidation(run.folder().metrics().read());
    if (!validation.isEmpty()) {
      provenance.put(VALIDATION, validation);
    }
    return new BundleDescription(
        name,
        new BundleDescription.ImageSize(config.imageSize(), config.imageSize()),
        new BundleDescription.Grid(
            config.codebooks() * config.grid(), config.grid(), config.codebooks()),
        new BundleDescription.Codebook(
            config.codes(), config.quantizer().partDim(config.codebook())),
        new BundleDescription.Backbone(
            backbone.id(),
            backbone.sha256(),
            List.of(run.config().backbone().shallowLayer(), run.config().backbone().deepLayer()),
            backbone.normalization().mean(),
            backbone.normalization().std()),
        Optional.empty(),
        provenance);
  }

  /** Numbers of the last validation by the names that an evaluation gives them. */
  private static Map<String, Double> lastValidation(List<Map<String, Double>> lines) {
    Map<String, Double> last = new LinkedHashMap<>();
    for (int i = lines.size() - 1; i >= 0 && last.isEmpty(); i--) {
      lines
          .get(i)
          .forEach(
              (name, value) -> {
                if (name.startsWith(VALIDATION) && name.length() > VALIDATION.length()) {
                  String rest = name.substring(VALIDATION.length());
                  last.put(
                      rest.substring(0, 1).toLowerCase(Locale.ROOT) + rest.substring(1), value);
                }
              });
    }
    return last;
  }
}
