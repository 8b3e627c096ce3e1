package io.github.ideal4j.cli;

import io.github.ideal4j.prior.PriorArchitecture;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ideal import llamagen}. */
@Command(
    name = "llamagen",
    description = {
      "Take over a prior with the tensor names of the LlamaGen release, of any size.",
      "The run folder can be exported into a bundle and trained on. With a reference "
          + "file every number in it is compared first.",
      PriorImportOptions.SIZES,
      PriorImportOptions.REFERENCE,
      "What neither says is that of the preset b."
    },
    footer = {
      "",
      "Examples:",
      "  ideal import llamagen --weights c2i_B_256.safetensors --config sizes.json \\",
      "      --bundle tokenizer --out runs/llamagen",
      "  ideal import llamagen --weights c2i_B_256.safetensors --config sizes.json \\",
      "      --check reference.safetensors",
      "With --check the exit code is 1 where a difference is too large, and nothing",
      "is written."
    })
final class ImportLlamagenCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin PriorImportOptions options;

  @Override
  public Integer call() throws Exception {
    return options.run(PriorArchitecture.Kind.GPT, processor.threads, output);
  }
}
