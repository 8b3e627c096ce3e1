package io.github.ideal4j.report;

import java.util.List;

/**
 * The content of a report, in the order in which it is read.
 *
 * @param title what was made
 * @param subtitle how and when, in a line
 * @param running how far a run is that still goes on, after which the page looks again from time to
 *     time; empty for one that has ended
 * @param figures the few numbers to see first
 * @param sections the rest
 */
public record Report(
    String title,
    String subtitle,
    String running,
    List<KeyFigure> figures,
    List<Section> sections) {

  public Report {
    if (title.isBlank()) {
      throw new IllegalArgumentException("a report needs a title");
    }
    figures = List.copyOf(figures);
    sections = List.copyOf(sections);
  }

  /** Of a run that has ended. */
  public Report(String title, String subtitle, List<KeyFigure> figures, List<Section> sections) {
    this(title, subtitle, "", figures, sections);
  }

  /**
   * A number to see first.
   *
   * @param label what it is
   * @param value as it is shown, with its unit
   * @param note what to compare it with; may be empty
   */
  public record KeyFigure(String label, String value, String note) {}

  /**
   * A part of the page.
   *
   * @param title its heading
   * @param introduction a sentence or two below it; may be empty
   * @param blocks its content
   */
  public record Section(String title, String introduction, List<Block> blocks) {
    public Section {
      blocks = List.copyOf(blocks);
    }
  }
}
