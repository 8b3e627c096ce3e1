package io.github.ideal4j.export;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.BundleWriter;
import io.github.ideal4j.onnx.serving.DecodedImages;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.trace.ExportOptions;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.onnx.trace.InputSpec;
import io.github.ideal4j.onnx.trace.OnnxExporter;
import io.github.ideal4j.onnx.trace.OutputSpec;
import io.github.ideal4j.onnx.trace.Symbol;
import io.github.ideal4j.onnx.trace.Tolerance;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerConfig;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a bundle of a trained tokenizer: traces encoder and decoder into ONNX, compares both with
 * their originals on photographs, and writes nothing where they differ.
 */
public final class TokenizerExport {

  /** Share of tokens that must be equal: others sit on the border between two codes. */
  public static final double EQUAL_TOKENS = 0.998;

  /** Largest difference of decoded pixels: a rounding to the other side. */
  public static final int PIXEL_LEVELS = 1;

  /** Largest difference of decoded features; they have a deviation of about 4. */
  public static final double FEATURES = 2e-3;

  private TokenizerExport() {}

  /**
   * How the graphs compared with their originals on photographs that were not traced.
   *
   * @param photographs how many
   * @param equalTokens share of equal tokens
   * @param pixelLevels largest difference of a decoded pixel
   * @param features largest difference of a decoded feature
   */
  public record Comparison(int photographs, double equalTokens, int pixelLevels, double features) {

    boolean passed() {
      return equalTokens >= EQUAL_TOKENS && pixelLevels <= PIXEL_LEVELS && features <= FEATURES;
    }

    @Override
    public String toString() {
      return "%.2f %% equal tokens on %d photographs, pixels within %d, features within %.1e"
          .formatted(100 * equalTokens, photographs, pixelLevels, features);
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
    if (photographs.isEmpty()) {
      throw new IllegalArgumentException("an export needs photographs to compare on");
    }
    TorchEngine engine = TorchEngine.start();
    Autograd.setRecording(false);
    try (NDManager manager = engine.newManager(Device.cpu());
        VisionBackbone backbone = run.backbone(backboneFile, manager);
        DualAlignedTokenizer tokenizer = run.load(manager)) {
      EncoderBlock encoder = new EncoderBlock(backbone.block(), tokenizer);
      DecoderBlock decoder = new DecoderBlock(tokenizer);
      BundleWriter writer = new BundleWriter(describe(run, backbone, name));
      writer.add(BundleFiles.ENCODER, encoderModel(encoder, tokenizer.config())::write);
      writer.add(BundleFiles.DECODER, decoderModel(decoder, tokenizer.config())::write);
      addWeights(writer, run, tokenizer);
      writer.addText(BundleFiles.CARD, ModelCard.of(run, name));
      return write(writer, encoder, decoder, photographs, manager, out);
    }
  }

  /** Writes beside the final place, compares there, and only then moves. */
  private static Result write(
      BundleWriter writer,
      EncoderBlock encoder,
      DecoderBlock decoder,
      List<RgbImage> photographs,
      NDManager manager,
      Path out)
      throws IOException {
    Comparison[] comparison = new Comparison[1];
    AtomicFile.writeFolder(
        out,
        beside -> {
          Bundle bundle = writer.write(beside);
          comparison[0] = compare(bundle, encoder, decoder, photographs, manager);
          if (!comparison[0].passed()) {
            throw new IOException(
                ("the exported graphs differ from their originals: %s; at least %.1f %% equal"
                        + " tokens, pixels within %d and features within %.0e are needed")
                    .formatted(comparison[0], 100 * EQUAL_TOKENS, PIXEL_LEVELS, FEATURES));
          }
        });
    return new Result(Bundle.open(out), comparison[0]);
  }

  private static ExportedModel encoderModel(EncoderBlock block, TokenizerConfig config) {
    int size = config.imageSize();
    return OnnxExporter.export(
        block,
        List.of(InputSpec.bytes("images", "n", size, size, 3)),
        new ExportOptions(
            "encoder",
            List.of(OutputSpec.cast("tokens", ElementType.UINT16)),
            List.of(new Symbol("n", 2, 3, 1, List.of(1L))),
            // Noise images have many near ties; the photographs below are held to a tighter bound.
            new Tolerance(1e-4, 1e-4, 2e-2),
            false));
  }

  private static ExportedModel decoderModel(DecoderBlock block, TokenizerConfig config) {
    return OnnxExporter.export(
        block,
        List.of(
            InputSpec.ints("tokens", config.codebook().size(), "n", config.grid(), config.grid())),
        new ExportOptions(
            "decoder",
            List.of(OutputSpec.of("images"), OutputSpec.of("deep")),
            List.of(new Symbol("n", 2, 3, 1, List.of(1L, 5L))),
            new Tolerance(1e-3, 1e-3, 1e-2),
            false));
  }

  private static void addWeights(
      BundleWriter writer, TokenizerRun run, DualAlignedTokenizer tokenizer) throws IOException {
    Map<String, String> about = Map.of("format", "ideal4j tokenizer");
    NDArray table = tokenizer.quantizer().table();
    writer.add(
        BundleFiles.CODEBOOK, file -> NamedArrays.write(file, Map.of("codebook", table), about));
    writer.addFile(BundleFiles.WEIGHTS, run.checkpoint().ema());
    writer.addFile(BundleEvaluation.CONFIG, run.folder().configFile());
  }

  private static BundleDescription describe(TokenizerRun run, VisionBackbone backbone, String name)
      throws IOException {
    TokenizerConfig config = run.config().model();
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new BundleDescription(
        name,
        new BundleDescription.ImageSize(config.imageSize(), config.imageSize()),
        new BundleDescription.Grid(config.grid(), config.grid()),
        new BundleDescription.Codebook(config.codebook().size(), config.codebook().dim()),
        new BundleDescription.Backbone(
            backbone.id(),
            backbone.sha256(),
            List.of(run.config().backbone().shallowLayer(), run.config().backbone().deepLayer()),
            half,
            half),
        Optional.empty(),
        run.folder().provenance().toMap(run.checkpoint().step()));
  }

  /** Runs photographs through the bundle and through the original. */
  private static Comparison compare(
      Bundle bundle,
      EncoderBlock encoder,
      DecoderBlock decoder,
      List<RgbImage> photographs,
      NDManager manager)
      throws IOException {
    try (ImageTokenizer served = ImageTokenizer.open(bundle, SessionSettings.cpu());
        NDManager own = manager.newSubManager()) {
      int[][] tokens = served.encode(photographs);
      DecodedImages decoded = served.decode(tokens);
      long equal = 0;
      long count = 0;
      int levels = 0;
      double features = 0;
      for (int i = 0; i < tokens.length; i++) {
        try (NDManager one = own.newSubManager()) {
          long[] expected = encode(encoder, photographs.get(i), one);
          for (int j = 0; j < expected.length; j++) {
            equal += expected[j] == tokens[i][j] ? 1 : 0;
          }
          count += expected.length;
          NDList original = decode(decoder, tokens[i], one);
          levels =
              Math.max(
                  levels, levels(original.get(0).toByteArray(), decoded.images().get(i).pixels()));
          features =
              Math.max(features, difference(original.get(1).toFloatArray(), decoded.deep().get(i)));
        }
      }
      return new Comparison(photographs.size(), (double) equal / count, levels, features);
    }
  }

  private static long[] encode(EncoderBlock encoder, RgbImage image, NDManager manager) {
    Shape shape = new Shape(1, image.height(), image.width(), RgbImage.CHANNELS);
    ByteBuffer bytes = ByteBuffer.allocateDirect(image.pixels().length).put(image.pixels());
    NDArray input = manager.create(bytes.flip(), shape, DataType.UINT8);
    return forward(encoder, input).singletonOrThrow().toLongArray();
  }

  private static NDList decode(DecoderBlock decoder, int[] tokens, NDManager manager) {
    int side = (int) Math.round(Math.sqrt(tokens.length));
    return forward(decoder, manager.create(tokens, new Shape(1, side, side)));
  }

  private static NDList forward(Block block, NDArray input) {
    return block.forward(new ParameterStore(input.getManager(), false), new NDList(input), false);
  }

  private static int levels(byte[] expected, byte[] actual) {
    int largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((expected[i] & 0xFF) - (actual[i] & 0xFF)));
    }
    return largest;
  }

  private static double difference(float[] expected, float[] actual) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
    }
    return largest;
  }
}
