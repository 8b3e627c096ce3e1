package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerImport;
import io.github.ideal4j.tokenizer.TokenizerTrace;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A published tokenizer to a run folder, compared with a reference file first. */
public final class TokenizerImporting {

  private static final double LOSSES = 1e-5;
  private static final double GRADIENTS = 1e-4;

  private TokenizerImporting() {}

  /**
   * What to import.
   *
   * @param weights safetensors with the release's names
   * @param sizes JSON of its sizes
   * @param settings assignments that change the configuration
   * @param check a reference file, if wanted
   * @param out run folder to make; may be missing where there is a reference
   * @param device auto, cpu, cuda or cuda:n
   * @param threads of the processor
   */
  public record Request(
      Path weights,
      Path sizes,
      List<String> settings,
      Optional<Path> check,
      Optional<Path> out,
      String device,
      int threads) {

    public Request {
      settings = List.copyOf(settings);
      if (check.isEmpty() && out.isEmpty()) {
        throw new IllegalArgumentException("--out or --check is needed, or nothing comes of it");
      }
    }
  }

  /**
   * What came of it.
   *
   * @param run the run folder, if it was written
   * @param tensors how many
   * @param parameters numbers in them
   * @param check the comparison, if one was asked for
   */
  public record Result(
      Optional<Path> run, int tensors, long parameters, Optional<TensorCheck> check) {

    /** The result in words. */
    public String text() {
      String found = String.format(Locale.ROOT, "%d tensors, %,d parameters", tensors, parameters);
      String table = check.map(done -> done.text() + System.lineSeparator()).orElse("");
      return table
          + run.map(
                  path ->
                      "%s: %s%nNext: ideal export %s --backbone DIR --out BUNDLE"
                          .formatted(found, path, path))
              .orElse(found + "; nothing was written");
    }
  }

  /** Imports. A comparison that fails leaves no run folder. */
  public static Result run(Request request) throws IOException {
    TokenizerTrainingConfig config = TokenizerImport.config(request.sizes(), request.settings());
    TorchEngine engine = TorchEngine.start(request.threads());
    try (NDManager manager = engine.newManager(engine.device(request.device()).device());
        DualAlignedTokenizer tokenizer = TokenizerImport.load(config, request.weights(), manager)) {
      Optional<TensorCheck> check = Optional.empty();
      if (request.check().isPresent()) {
        check = Optional.of(check(tokenizer, request.check().get(), manager));
      }
      Optional<Path> run =
          check.map(TensorCheck::passed).orElse(true) ? request.out() : Optional.empty();
      if (run.isPresent()) {
        Map<String, Path> origin = new LinkedHashMap<>();
        origin.put("weights", request.weights());
        origin.put("sizes", request.sizes());
        TokenizerImport.write(config, tokenizer, origin, run.get(), manager);
      }
      Map<String, NDArray> weights = tokenizer.parameters();
      long parameters = weights.values().stream().mapToLong(NDArray::size).sum();
      return new Result(run, weights.size(), parameters, check);
    }
  }

  private static TensorCheck check(DualAlignedTokenizer tokenizer, Path file, NDManager manager)
      throws IOException {
    try (SafetensorsFile reference = SafetensorsFile.open(file);
        NDManager own = manager.newSubManager()) {
      TokenizerTrace trace =
          TokenizerTrace.of(
              tokenizer,
              given(reference, file, "in.shallow", own),
              given(reference, file, "in.deep", own),
              given(reference, file, "in.image", own));
      TensorCheck.Builder lines = new TensorCheck.Builder();
      trace.values().forEach((name, value) -> lines.compare(reference, name, value));
      lines.compareExactly(reference, "indices", trace.indices().toLongArray());
      trace
          .losses()
          .forEach(
              (name, value) ->
                  lines.compareWithin(
                      LOSSES, reference, name.equals("total") ? name : "loss." + name, value));
      trace
          .gradients()
          .forEach(
              (name, value) -> lines.compareToLargest(GRADIENTS, reference, "grad." + name, value));
      return lines.build();
    }
  }

  private static NDArray given(SafetensorsFile reference, Path file, String name, NDManager own)
      throws IOException {
    if (!reference.has(name)) {
      throw new IOException(
          "%s has no '%s'; a reference holds in.shallow, in.deep, in.image and what follows from them"
              .formatted(file, name));
    }
    return NamedArrays.read(reference, name, own);
  }
}
