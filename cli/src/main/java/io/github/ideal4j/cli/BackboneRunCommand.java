package io.github.ideal4j.cli;

import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.pipeline.BackboneRun;
import io.github.ideal4j.pipeline.Photographs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal backbone run}. */
@Command(
    name = "run",
    description =
        "Run pixels or photographs through a backbone and write its hidden states, with "
            + "the names of the transformers library; or compare them with a reference file.",
    footer = {
      "",
      "Examples:",
      "  ideal backbone run dinov2-base/ --images photos/ --layers 4,12 \\",
      "      --out states.safetensors",
      "  ideal backbone run dinov2-base/ --pixels ref.safetensors \\",
      "      --check ref.safetensors",
      "With --check the exit code is 1 where a difference is too large."
    })
final class BackboneRunCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin DeviceOption where;

  @Parameters(
      paramLabel = "DIR|FILE",
      description = "A Hugging Face folder, or a safetensors file with timm's names.")
  Path path;

  @Option(
      names = "--pixels",
      paramLabel = "FILE",
      description = "A safetensors file with pixel_values [batch, 3, height, width], normalized.")
  Path pixels;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = "Photographs instead, through the backbone's own preprocessing.")
  Path images;

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Only every N-th photograph. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int every;

  @Option(
      names = "--layers",
      paramLabel = "N",
      split = ",",
      description = "Which hidden states; 0 is after the embeddings. Default: all.")
  @Between(least = 0)
  List<Integer> layers = new ArrayList<>();

  @Option(names = "--out", paramLabel = "FILE", description = "The safetensors file to write.")
  Path out;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "A reference with hidden_states.N and last_hidden_state to compare with.")
  Path check;

  @Override
  public Integer call() throws Exception {
    BackboneRun.Result result =
        BackboneRun.run(
            new BackboneRun.Request(
                path,
                Optional.ofNullable(pixels),
                Optional.ofNullable(images)
                    .map(source -> new Photographs(source, new ImageSelection(null, every), true)),
                layers,
                Optional.ofNullable(out),
                Optional.ofNullable(check),
                where.device,
                processor.threads),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return result.check().map(done -> done.passed() ? 0 : 1).orElse(0);
  }
}
