package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ImportResult;
import io.github.ideal4j.pipeline.TokenizerImporting;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ideal import ideal}. */
@Command(
    name = "ideal",
    description = {
      "Take over a tokenizer with the tensor names of the IDEAL release, of any size.",
      "The run folder can be exported, evaluated and trained on. With a reference file "
          + "every intermediate tensor, loss and gradient is compared first.",
      "Sizes: width, heads, mlp_width, fusion_mlp_ratio, grid, codebook_size, codebook_dim,"
          + " decoder_depth, register_tokens, cnn_channels, cnn_multipliers, groups.",
      "A reference has in.shallow, in.deep, in.image, and any of fused, pre_quant, indices,"
          + " quantized, deep_hat, shallow_hat, reconstruction, loss.*, total, grad.*.",
      "What neither says is that of the preset ideal-256."
    },
    footer = {
      "",
      "Examples:",
      "  ideal import ideal --weights model.safetensors --config sizes.json \\",
      "      --out runs/ideal",
      "  ideal import ideal --weights model.safetensors --config sizes.json \\",
      "      --check ref.safetensors",
      "With --check the exit code is 1 where a difference is too large, and nothing",
      "is written."
    })
final class ImportIdealCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin ImportOptions options;

  @Override
  public Integer call() throws Exception {
    ImportResult result = TokenizerImporting.run(options.request(processor.threads));
    output.print(result, result.text("ideal export RUN --backbone DIR --out BUNDLE"));
    return result.good() ? 0 : 1;
  }
}
