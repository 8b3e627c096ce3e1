package io.github.ideal4j.report;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.report.Report.KeyFigure;
import io.github.ideal4j.report.Report.Section;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a report as one HTML file that needs no other: style and pictures are inside, nothing is
 * asked of a network, no script runs. It follows the reader's choice of a light or dark page.
 */
public final class ReportWriter {

  private static final String STYLE = "report.css";

  private ReportWriter() {}

  /**
   * Writes the page and moves it into place.
   *
   * @param target the page, usually {@code report.html}
   */
  public static void write(Report report, Path target) throws IOException {
    AtomicFile.writeString(target, html(report));
  }

  /** The page as text. */
  public static String html(Report report) throws IOException {
    Html html = new Html();
    html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    html.raw("<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.element("title", report.title());
    html.open("style").raw(style()).close("style").close("head");
    html.open("body").open("main").open("header");
    html.element("h1", report.title()).optional("p", report.subtitle(), "class", "lead");
    html.close("header");
    figures(html, report.figures());
    BlockWriter blocks = new BlockWriter(html);
    for (Section section : report.sections()) {
      section(html, section, blocks);
    }
    html.element("footer", "Made by ideal4j. This page is complete in itself.");
    html.close("main").close("body").close("html");
    return html.toString();
  }

  private static void figures(Html html, List<KeyFigure> figures) {
    if (figures.isEmpty()) {
      return;
    }
    html.open("dl", "class", "figures");
    for (KeyFigure figure : figures) {
      html.open("div").element("dt", figure.label()).element("dd", figure.value());
      html.optional("dd", figure.note(), "class", "note").close("div");
    }
    html.close("dl");
  }

  private static void section(Html html, Section section, BlockWriter blocks) {
    html.open("section").element("h2", section.title());
    html.optional("p", section.introduction(), "class", "introduction");
    boolean inRow = false;
    for (Block block : section.blocks()) {
      boolean chart = block instanceof Block.LineChart;
      if (chart != inRow) {
        html.raw(chart ? "<div class=\"charts\">\n" : "</div>\n");
        inRow = chart;
      }
      blocks.write(block);
    }
    html.raw(inRow ? "</div>\n" : "").close("section");
  }

  private static String style() throws IOException {
    try (InputStream in = ReportWriter.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException("resource %s is missing".formatted(STYLE));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
