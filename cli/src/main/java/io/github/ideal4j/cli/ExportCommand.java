package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.Exporting;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal export}. */
@Command(
    name = "export",
    description = {
      "Make a bundle of a trained tokenizer: ONNX files that any runtime can serve.",
      "Each graph is compared with the trained model; nothing is written where they differ."
    },
    footer = {
      "",
      "Examples:",
      "  ideal export runs/tokenizer --out bundles/mine",
      "  ideal export runs/tokenizer --prior runs/prior --out bundles/mine"
    })
final class ExportCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "RUN", description = "Run folder of a tokenizer.")
  Path run;

  @Option(
      names = "--prior",
      paramLabel = "RUN",
      description = "Run folder of a prior that was trained on this tokenizer's tokens.")
  Path prior;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "BUNDLE",
      description = "The folder to write; an earlier bundle there is replaced.")
  Path out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the tokenizer. Default: the name of the folder.")
  String name;

  @Option(
      names = "--backbone",
      paramLabel = "FILE",
      description = {
        "The backbone that the run was trained with.",
        "Default: the one that comes with the project."
      })
  Path backbone;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = {"Photographs to compare on. Default: those that come with the project."})
  Path images;

  @Override
  public Integer call() throws Exception {
    Exporting.Request request =
        new Exporting.Request(
            run,
            Optional.ofNullable(prior),
            out,
            name == null ? out.toAbsolutePath().normalize().getFileName().toString() : name,
            backbone == null ? ShippedFiles.locate().backbone() : backbone,
            images == null ? ShippedFiles.locate().photographs() : images,
            common.threads);
    Exporting.Result result = Exporting.run(request, ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
