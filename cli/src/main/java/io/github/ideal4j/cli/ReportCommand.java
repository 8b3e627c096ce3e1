package io.github.ideal4j.cli;

import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.RunReporting;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal report}. */
@Command(
    name = "report",
    description = {
      "Write report.html into a run folder: curves and provenance of a training, "
          + "finished or not; for a tokenizer also reconstructions, codebook, token maps and "
          + "attention.",
      "The page needs no other file. A training writes its page by itself, at each "
          + "validation and without pictures."
    },
    footer = {
      "",
      "Examples:",
      "  ideal report runs/tokenizer",
      "  ideal report runs/tokenizer --images my-photographs --backbone dinov2-base"
    })
final class ReportCommand implements Callable<Integer> {

  private static final String NONE = "none";

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Parameters(paramLabel = "RUN", description = "Run folder of a tokenizer or a prior.")
  Path run;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = {
        "Photographs to show through a tokenizer, those of the split test if there is one; 'none'",
        "leaves them out. Default: the photographs that come with the project."
      })
  String images;

  @Option(
      names = "--backbone",
      paramLabel = "DIR|FILE",
      description = {
        "The backbone that the run was trained with.",
        "Default: the one that comes with the project."
      })
  Path backbone;

  @Override
  public Integer call() throws Exception {
    RunReporting.Request request =
        new RunReporting.Request(
            run,
            photographs(),
            backbone == null ? ShippedFiles.locate().backbone() : backbone,
            images != null || backbone != null,
            processor.threads);
    Path page = RunReporting.run(request, ConsoleProgress.detect());
    output.print(Map.of("report", page.toString()), page.toString());
    return 0;
  }

  private Optional<Photographs> photographs() throws IOException {
    if (NONE.equals(images)) {
      return Optional.empty();
    }
    Path source = images == null ? ShippedFiles.locate().photographs() : Path.of(images);
    try (ImageSource opened = ImageSource.open(source)) {
      boolean test = opened.entries().stream().anyMatch(entry -> "test".equals(entry.split()));
      ImageSelection selection = test ? ImageSelection.split("test") : ImageSelection.all();
      return Optional.of(new Photographs(source, selection, false));
    }
  }
}
