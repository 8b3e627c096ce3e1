package io.github.ideal4j.pipeline;

import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.ProvenanceFacts;
import io.github.ideal4j.report.ReportBuilder;
import io.github.ideal4j.report.ReportWriter;
import io.github.ideal4j.report.SeriesReader;
import io.github.ideal4j.report.TrainingCurves;
import io.github.ideal4j.training.ProvenanceRecord;
import io.github.ideal4j.training.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The page of one training. */
public final class RunReport {

  private RunReport() {}

  /**
   * Writes {@code report.html} into a run folder.
   *
   * @return the page
   */
  public static Path write(Path root) throws IOException {
    RunFolder run = RunFolder.open(root);
    ProvenanceRecord provenance = run.provenance();
    SeriesReader series = SeriesReader.of(run);
    String kind = provenance.kind();
    String title = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
    ReportBuilder report =
        new ReportBuilder(
            title + " training", "%s, begun %s".formatted(root, provenance.started()));
    report.figure("steps", String.format(Locale.ROOT, "%,.0f", series.last("step")), "");
    if (series.has("loss")) {
      report.figure("loss", String.format(Locale.ROOT, "%.3f", series.last("loss")), "");
    }
    report.section("Curves", "", TrainingCurves.of(title, series));
    report.section(
        "Provenance",
        "",
        ProvenanceFacts.of("What made this run", provenance),
        new Block.Commands("config.yaml", List.of(Files.readString(run.configFile()).split("\n"))));
    ReportWriter.write(report.build(), run.report());
    return run.report();
  }
}
