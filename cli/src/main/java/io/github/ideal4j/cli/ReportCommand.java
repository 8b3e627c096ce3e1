package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.RunReport;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ideal report}. */
@Command(
    name = "report",
    description = {
      "Write report.html into a run folder: curves and provenance of a training,",
      "finished or not. The page needs no other file."
    },
    footer = {"", "Example:", "  ideal report runs/tokenizer"})
final class ReportCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "RUN", description = "Run folder of a tokenizer or a prior.")
  Path run;

  @Override
  public Integer call() throws Exception {
    Path page = RunReport.write(run);
    output.print(Map.of("report", page.toString()), page.toString());
    return 0;
  }
}
