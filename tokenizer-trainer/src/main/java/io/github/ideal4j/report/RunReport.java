package io.github.ideal4j.report;

import io.github.ideal4j.report.Report.Section;
import io.github.ideal4j.training.ProvenanceRecord;
import io.github.ideal4j.training.RunFolder;
import io.github.ideal4j.training.RunWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page of one training, {@code report.html} in its run folder, while it goes on and after. */
public final class RunReport {

  private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);
  private static final String SECONDS = "seconds";

  private final RunFolder run;
  private final ProvenanceRecord provenance;
  private final SeriesReader series;
  private final String title;

  private RunReport(RunFolder run) throws IOException {
    this.run = run;
    provenance = run.provenance();
    series = SeriesReader.of(run);
    String kind = provenance.kind();
    title = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
  }

  /**
   * Writes the page of a run that does not go on.
   *
   * @param pictures sections to put before the curves, such as those of {@link TokenizerPictures}
   * @return the page
   */
  public static Path write(RunFolder run, List<Section> pictures) throws IOException {
    return new RunReport(run).write("", pictures);
  }

  /**
   * Writes the page anew whenever the run was validated, and when it has ended. A page that cannot
   * be written is a line in the log: the training matters more.
   */
  public static RunWatcher watching(RunFolder run) {
    return new RunWatcher() {
      @Override
      public void validated(long step, long steps) {
        String time =
            LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS).toString();
        rewrite(String.format(Locale.ROOT, "step %,d of %,d at %s.", step, steps, time));
      }

      @Override
      public void ended(long step, long steps) {
        rewrite("");
      }

      private void rewrite(String running) {
        try {
          new RunReport(run).write(running, List.of());
        } catch (IOException | RuntimeException e) {
          LOG.warn("Cannot write {}: {}", run.report(), e.toString());
        }
      }
    };
  }

  private Path write(String running, List<Section> pictures) throws IOException {
    ReportBuilder report =
        new ReportBuilder(
                title + " training",
                "%s, begun %s".formatted(run.root().getFileName(), provenance.started()))
            .running(running);
    figures(report);
    Optional<PictureBlock.Timeline> time =
        new ValidationStrips(run).timeline(Math.round(series.lastStep()));
    time.ifPresent(
        timeline ->
            report.section(
                "Validation photographs over time",
                "The same photographs, which are not trained on, as the averaged weights reconstruct"
                    + " them.",
                timeline));
    pictures.forEach(report::section);
    report.section(
        "Curves",
        "Drag over a chart to zoom in; names switch their lines.",
        TrainingCurves.of(title, series));
    report.section("Make it again", "", again());
    report.section(
        "Provenance",
        "",
        ProvenanceFacts.of("What made this run", provenance),
        new Block.Commands("config.yaml", Files.readAllLines(run.configFile())));
    ReportWriter.write(report.build(), run.report());
    return run.report();
  }

  private void figures(ReportBuilder report) {
    report.figure("steps", format("%,.0f", series.lastStep()), "");
    figure(report, "loss", "loss", "%.3f", "of the last steps");
    figure(report, "PSNR", "validationPsnr", "%.2f dB", "validation");
    figure(report, "LPIPS", "validationLpips", "%.3f", "lower is better");
    figure(report, "validation loss", "validationLoss", "%.3f", "nats a token");
    if (series.has("validationUsage")) {
      report.figure(
          "codes in use",
          format("%.0f %%", 100 * series.last("validationUsage")),
          format("perplexity %,.0f", series.last("validationPerplexity")));
    }
    if (series.has(SECONDS)) {
      Duration time = Duration.ofMillis(Math.round(1000 * series.last(SECONDS)));
      double rate = series.lastStep() / Math.max(1e-3, series.last(SECONDS));
      report.figure("time", Timings.text(time), format("%.2f steps/s", rate));
    }
  }

  private void figure(ReportBuilder report, String label, String name, String form, String note) {
    if (series.has(name)) {
      report.figure(label, format(form, series.last(name)), note);
    }
  }

  /** What one types to make the run once more; the sums below say of which files. */
  private Block again() {
    String data = provenance.kind().equals("prior") ? "--tokens TOKENS" : "--data PHOTOGRAPHS";
    return new Block.Commands(
        "With the files whose sums are listed below.",
        List.of(
            "./ideal train %s %s --config %s --out NEW_RUN"
                .formatted(provenance.kind(), data, run.configFile())));
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
