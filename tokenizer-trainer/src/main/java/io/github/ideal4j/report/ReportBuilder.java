package io.github.ideal4j.report;

import io.github.ideal4j.report.Report.KeyFigure;
import io.github.ideal4j.report.Report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects a report piece by piece, as the parts of a run become known. */
public final class ReportBuilder {

  private final String title;
  private final String subtitle;
  private final List<KeyFigure> figures = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private String running = "";

  /** Begins a report. */
  public ReportBuilder(String title, String subtitle) {
    this.title = title;
    this.subtitle = subtitle;
  }

  /** Says that the run goes on, and how far it is: the page then looks again from time to time. */
  public ReportBuilder running(String progress) {
    running = progress;
    return this;
  }

  /** Adds a number to see first. */
  public ReportBuilder figure(String label, String value, String note) {
    figures.add(new KeyFigure(label, value, note));
    return this;
  }

  /** Adds a section. */
  public ReportBuilder section(String heading, String introduction, List<Block> blocks) {
    sections.add(new Section(heading, introduction, blocks));
    return this;
  }

  /** Adds a section that is made already. */
  public ReportBuilder section(Section section) {
    sections.add(section);
    return this;
  }

  /** Adds a section. */
  public ReportBuilder section(String heading, String introduction, Block... blocks) {
    return section(heading, introduction, Arrays.asList(blocks));
  }

  /** The report so far. */
  public Report build() {
    return new Report(title, subtitle, running, figures, sections);
  }
}
