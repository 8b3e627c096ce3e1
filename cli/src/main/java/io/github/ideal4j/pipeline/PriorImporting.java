package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.prior.Prior;
import io.github.ideal4j.prior.PriorArchitecture;
import io.github.ideal4j.prior.PriorConfig;
import io.github.ideal4j.prior.PriorImport;
import io.github.ideal4j.prior.PriorSampler;
import io.github.ideal4j.prior.PriorTrace;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A published prior to a run folder, compared with a reference file first. */
public final class PriorImporting {

  private static final double LOSSES = 1e-5;
  private static final double GRADIENTS = 1e-4;

  /** The orders of a reference of RAR. */
  private static final List<String> SETS = List.of("raster", "shared", "mixed");

  private PriorImporting() {}

  /**
   * Imports. A comparison that fails leaves no run folder.
   *
   * @param kind which release
   * @param bundle of the tokenizer whose tokens it makes, if that is at hand
   * @param labelFile {@code labels.json} with the names of the classes, if wanted
   */
  public static ImportResult run(
      PriorArchitecture.Kind kind,
      ImportRequest request,
      Optional<Path> bundle,
      Optional<Path> labelFile)
      throws IOException {
    PriorTrainingConfig config =
        PriorImport.config(kind, request.sizes(), request.weights(), request.settings());
    Optional<String> tokenizer =
        bundle.isPresent()
            ? Optional.of(tokenizer(Bundle.open(bundle.get()), config.prior()))
            : Optional.empty();
    TorchEngine engine = TorchEngine.start(request.threads());
    try (NDManager manager = engine.newManager(engine.device(request.device()).device())) {
      Prior prior = PriorImport.load(config, request.weights(), manager);
      return request.finish(
          prior.named().size(),
          config.prior().parameterCount(),
          reference -> check(prior, kind, request.sizes(), reference, manager),
          (origin, run) -> {
            Optional<List<String>> labels =
                labelFile.isPresent()
                    ? Optional.of(PriorImport.labels(labelFile.get()))
                    : Optional.empty();
            PriorImport.write(config, prior, labels, tokenizer, origin, run, manager);
          });
    }
  }

  private static String tokenizer(Bundle bundle, PriorConfig prior) throws IOException {
    int rows = bundle.description().grid().rows();
    int columns = bundle.description().grid().columns();
    int size = bundle.description().codebook().size();
    if (prior.rows() * prior.codebooks() != rows
        || prior.columns() != columns
        || prior.codebookSize() != size) {
      throw new IOException(
          "the prior makes %d x %d tokens of %d, bundle %s has %d x %d of %d"
              .formatted(
                  prior.rows(),
                  prior.columns(),
                  prior.codebookSize(),
                  bundle.folder(),
                  rows,
                  columns,
                  size));
    }
    return bundle.manifest().tokenizerSha256();
  }

  private static TensorCheck check(
      Prior prior, PriorArchitecture.Kind kind, Path sizes, Path file, NDManager manager)
      throws IOException {
    TensorCheck.Builder lines = new TensorCheck.Builder();
    try (SafetensorsFile reference = SafetensorsFile.open(file);
        NDManager own = manager.newSubManager()) {
      if (!reference.has("tokens") || !reference.has("labels")) {
        throw new IOException(
            "%s has no 'tokens' and 'labels'; a reference holds them and what follows from them"
                .formatted(file));
      }
      if (kind == PriorArchitecture.Kind.RAR) {
        for (String set : SETS) {
          compare(prior, reference, set + ".", set + ".", set + ".order", lines, own);
        }
        compareSamples(prior, reference, sizes, lines, own);
      } else {
        compare(prior, reference, "train_", "", "", lines, own);
        compareGreedy(prior, reference, lines, own);
      }
    }
    return lines.build();
  }

  /** Logits, loss and gradients in one order. */
  private static void compare(
      Prior prior,
      SafetensorsFile reference,
      String prefix,
      String gradients,
      String order,
      TensorCheck.Builder lines,
      NDManager own) {
    NDArray labels = own.create(reference.longs("labels"));
    NDArray tokens =
        own.create(reference.longs("tokens"), new Shape(labels.size(), prior.config().tokens()));
    NDArray places =
        reference.has(order)
            ? own.create(reference.longs(order), new Shape(labels.size(), prior.config().cells()))
            : null;
    PriorTrace trace = PriorTrace.of(prior, tokens, labels, places, own);
    if (reference.has(prefix + "logits")) {
      NDArray known = NamedArrays.read(reference, prefix + "logits", own);
      // The release also gives logits after the last token.
      NDArray predicted = known.get(new NDIndex(":, 0:{}", prior.config().cells()));
      lines.compareTo(predicted, prefix + "logits", trace.logits());
    }
    lines.compareWithin(LOSSES, reference, prefix + "loss", trace.loss());
    trace
        .gradients()
        .forEach(
            (name, value) -> {
              String key = gradients + "grad." + name;
              if (reference.has(key) && reference.shape(key).length == 3) {
                // Of the tables only the rows that are read.
                long rows = reference.shape(key)[1];
                lines.compareToLargest(
                    GRADIENTS, reference, key, value.get(new NDIndex(":, 0:{}", rows)));
              } else {
                lines.compareToLargest(GRADIENTS, reference, key, value);
              }
            });
  }

  /** Greedy tokens of LlamaGen: {@code generate.cfg<scale>.tokens}, of the first labels. */
  private static void compareGreedy(
      Prior prior, SafetensorsFile reference, TensorCheck.Builder lines, NDManager own) {
    for (String name : reference.names()) {
      if (name.startsWith("generate.cfg") && name.endsWith(".tokens")) {
        String scale = name.substring("generate.cfg".length(), name.length() - ".tokens".length());
        int images = (int) reference.shape(name)[0];
        long[] labels = Arrays.copyOf(reference.longs("labels"), images);
        GuidanceSchedule guidance = GuidanceSchedule.named("llamagen.constant", number(scale));
        lines.compareExactly(reference, name, sample(prior, labels, guidance, own));
      }
    }
  }

  /** Greedy tokens of RAR by the plans of its file of sizes. */
  private static void compareSamples(
      Prior prior, SafetensorsFile reference, Path sizes, TensorCheck.Builder lines, NDManager own)
      throws IOException {
    JsonNode plans = new ObjectMapper().readTree(sizes.toFile()).path("generate");
    for (Map.Entry<String, JsonNode> plan : plans.properties()) {
      String name = "generate.%s.tokens".formatted(plan.getKey());
      if (reference.has(name)) {
        GuidanceSchedule guidance =
            new GuidanceSchedule(
                "rar.power_cosine",
                plan.getValue().path("guidance_scale").asDouble(),
                plan.getValue().path("guidance_power").asDouble());
        long[] labels = reference.longs("generate.labels");
        lines.compareExactly(reference, name, sample(prior, labels, guidance, own));
      }
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' in the reference's names is no guidance scale".formatted(text), e);
    }
  }

  private static long[] sample(
      Prior prior, long[] labels, GuidanceSchedule guidance, NDManager own) {
    int[] classes = Arrays.stream(labels).mapToInt(Math::toIntExact).toArray();
    int[][] tokens = new PriorSampler(prior, own).sample(classes, guidance, PriorSampler.greedy());
    return Arrays.stream(tokens).flatMapToInt(Arrays::stream).asLongStream().toArray();
  }
}
