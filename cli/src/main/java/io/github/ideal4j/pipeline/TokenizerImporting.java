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
import java.util.Map;

/** A published tokenizer to a run folder, compared with a reference file first. */
public final class TokenizerImporting {

  private static final double LOSSES = 1e-5;
  private static final double GRADIENTS = 1e-4;

  private TokenizerImporting() {}

  /** Imports. A comparison that fails leaves no run folder. */
  public static ImportResult run(ImportRequest request) throws IOException {
    TokenizerTrainingConfig config = TokenizerImport.config(request.sizes(), request.settings());
    TorchEngine engine = TorchEngine.start(request.threads());
    try (NDManager manager = engine.newManager(engine.device(request.device()).device());
        DualAlignedTokenizer tokenizer = TokenizerImport.load(config, request.weights(), manager)) {
      Map<String, NDArray> weights = tokenizer.parameters();
      return request.finish(
          weights.size(),
          weights.values().stream().mapToLong(NDArray::size).sum(),
          reference -> check(tokenizer, reference, manager),
          (origin, run) -> TokenizerImport.write(config, tokenizer, origin, run, manager));
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
