package io.github.ideal4j.report;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.report.Report.KeyFigure;
import io.github.ideal4j.report.Report.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes a report as one HTML file that needs no other: style, script and pictures are inside, and
 * a policy in its head keeps the browser from asking a network for anything. Without scripts it
 * shows the same, only nothing moves. It follows the reader's choice of a light or dark page.
 */
public final class ReportWriter {

  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

  // As long as the size that takes its place.
  private static final String SIZE = "@size@";

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
    boolean charts =
        report.sections().stream()
            .flatMap(section -> section.blocks().stream())
            .anyMatch(Block.LineChart.class::isInstance);
    Html html = new Html();
    head(html, report.title(), charts);
    html.open("body", "data-running", report.running().isEmpty() ? "" : "true");
    html.open("main").open("header").element("h1", report.title());
    html.optional("p", report.subtitle(), "class", "lead");
    running(html, report.running());
    html.close("header");
    figures(html, report.figures());
    BlockWriter blocks = new BlockWriter(html);
    for (Section section : report.sections()) {
      section(html, section, blocks);
    }
    html.element("footer", "Made by ideal4j. This page is complete in itself: %s.".formatted(SIZE));
    html.close("main").open("script").raw(PageAssets.script(charts)).close("script");
    html.close("body").close("html");
    String page = html.toString();
    int bytes = page.getBytes(StandardCharsets.UTF_8).length;
    return page.replace(SIZE, String.format(Locale.ROOT, "%.1f MB", bytes / 1e6));
  }

  private static void head(Html html, String title, boolean charts) throws IOException {
    html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    html.raw("<meta charset=\"utf-8\">\n");
    html.open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY).raw("\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.element("title", title);
    html.open("style").raw(PageAssets.style(charts)).close("style").close("head");
  }

  /** Says that the run goes on; the script adds the button that keeps the page as it is. */
  private static void running(Html html, String progress) {
    if (!progress.isEmpty()) {
      html.open("p", "class", "running", "role", "status").text("Running: " + progress).close("p");
    }
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
}
