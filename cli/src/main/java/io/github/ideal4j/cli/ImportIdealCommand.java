package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.TensorCheck;
import io.github.ideal4j.pipeline.TokenizerImporting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal import ideal}. */
@Command(
    name = "ideal",
    description = {
      "Take over a tokenizer with the tensor names of the IDEAL release, of any size.",
      "The run folder can be exported, evaluated and trained on. With a reference file "
          + "every intermediate tensor, loss and gradient is compared first."
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
  @Mixin Output output;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "Safetensors with the release's names.")
  Path weights;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = {
        "JSON of its sizes: width, heads, mlp_width, fusion_mlp_ratio, grid, codebook_size,",
        "codebook_dim, decoder_depth, register_tokens, cnn_channels, cnn_multipliers, groups."
      })
  Path sizes;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = {
        "A reference with in.shallow, in.deep, in.image and any of fused, pre_quant, indices,",
        "quantized, deep_hat, shallow_hat, reconstruction, loss.*, total, grad.*"
      })
  Path check;

  @Option(names = "--out", paramLabel = "RUN", description = "The run folder to make.")
  Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Says what the sizes do not, such as backbone.deepLayer=24. May be given often.",
        "Default: what the preset ideal-256 says."
      })
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--device",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description = "auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String device;

  @Override
  public Integer call() throws Exception {
    TokenizerImporting.Result result =
        TokenizerImporting.run(
            new TokenizerImporting.Request(
                weights,
                sizes,
                settings,
                Optional.ofNullable(check),
                Optional.ofNullable(out),
                device,
                common.threads));
    output.print(result, result.text());
    return result.check().map(TensorCheck::passed).orElse(true) ? 0 : 1;
  }
}
