package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.Block.Bars;
import io.github.ideal4j.report.Block.Commands;
import io.github.ideal4j.report.Block.Facts;
import io.github.ideal4j.report.Block.ImageRows;
import io.github.ideal4j.report.Block.ImageStacks;
import io.github.ideal4j.report.Block.LineChart;
import io.github.ideal4j.report.Block.Notes;
import io.github.ideal4j.report.Block.Table;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the pieces of a section. */
final class BlockWriter {

  private static final Logger LOG = LoggerFactory.getLogger(BlockWriter.class);
  private static final int LEGEND_COLOURS = 6;

  // In the style sheet: smaller images are enlarged, and keep the edges of their pixels.
  private static final int SHOWN_WIDTH = 128;

  private final Html html;

  BlockWriter(Html html) {
    this.html = html;
  }

  void write(Block block) {
    if (block instanceof LineChart chart) {
      chart(chart);
    } else if (block instanceof ImageStacks stacks) {
      stacks(stacks);
    } else if (block instanceof ImageRows rows) {
      rows(rows);
    } else if (block instanceof Table table) {
      table(table);
    } else if (block instanceof Bars bars) {
      bars(bars);
    } else if (block instanceof Facts facts) {
      facts(facts);
    } else if (block instanceof Notes notes) {
      notes(notes);
    } else if (block instanceof Commands commands) {
      commands(commands);
    }
  }

  private void chart(LineChart chart) {
    html.open("figure", "class", "chart");
    html.open("figcaption").element("strong", chart.caption());
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      if (!series.points().isEmpty()) {
        html.element("span", series.name(), "class", "key c" + i % LEGEND_COLOURS);
      }
    }
    html.close("figcaption");
    if (chart.series().stream().allMatch(series -> series.points().isEmpty())) {
      html.element("p", "nothing was logged", "class", "missing");
    } else {
      picture(chart);
    }
    html.close("figure");
  }

  private void picture(LineChart chart) {
    String light;
    String dark;
    try {
      light = Png.dataUri(ChartPainter.paint(chart, ChartTheme.LIGHT));
      dark = Png.dataUri(ChartPainter.paint(chart, ChartTheme.DARK));
    } catch (RuntimeException | LinkageError | InternalError e) {
      // A machine without fonts: a report without curves is better than none.
      LOG.warn("Cannot draw the chart '{}': {}", chart.caption(), e.toString());
      html.element("p", "This machine has no fonts to draw charts with.", "class", "missing");
      return;
    }
    html.open("picture");
    html.open("source", "media", "(prefers-color-scheme: dark)", "srcset", dark);
    html.open(
        "img",
        "src",
        light,
        "width",
        String.valueOf(ChartPainter.WIDTH),
        "height",
        String.valueOf(ChartPainter.HEIGHT),
        "alt",
        chart.caption());
    html.close("picture");
  }

  private void stacks(ImageStacks stacks) {
    html.open("figure", "class", "stacks");
    html.open("figcaption").text(stacks.caption() + " From top to bottom: ");
    html.element("strong", String.join(", ", stacks.layers()) + ".");
    html.close("figcaption").open("div", "class", "grid");
    for (ImageStacks.Stack stack : stacks.stacks()) {
      html.open("div", "class", "stack");
      for (int i = 0; i < stack.images().size(); i++) {
        image(stack.images().get(i), stacks.layers().get(i) + ": " + stack.label());
      }
      html.optional("span", stack.label()).close("div");
    }
    html.close("div").close("figure");
  }

  private void rows(ImageRows rows) {
    html.open("figure", "class", "rows").optional("figcaption", rows.caption());
    for (ImageRows.Row row : rows.rows()) {
      html.open("div", "class", "row").element("span", row.label());
      html.open("div", "class", "strip");
      for (RgbImage image : row.images()) {
        image(image, row.label());
      }
      html.close("div").close("div");
    }
    html.close("figure");
  }

  private void image(RgbImage image, String alt) {
    html.open(
        "img",
        "class",
        image.width() < SHOWN_WIDTH ? "pixels" : "picture",
        "src",
        Png.dataUri(Png.image(image)),
        "width",
        String.valueOf(image.width()),
        "height",
        String.valueOf(image.height()),
        "alt",
        alt,
        "title",
        alt);
  }

  private void table(Table table) {
    html.open("figure", "class", "table").optional("figcaption", table.caption());
    html.open("table").open("thead").open("tr");
    table.header().forEach(cell -> html.element("th", cell, "scope", "col"));
    html.close("tr").close("thead").open("tbody");
    for (List<String> row : table.rows()) {
      html.open("tr").element("th", row.get(0), "scope", "row");
      row.subList(1, row.size()).forEach(cell -> html.element("td", cell));
      html.close("tr");
    }
    html.close("tbody").close("table").close("figure");
  }

  private void bars(Bars bars) {
    double longest = bars.bars().stream().mapToDouble(Bars.Bar::length).max().orElse(0);
    html.open("figure", "class", "bars").optional("figcaption", bars.caption());
    for (Bars.Bar bar : bars.bars()) {
      html.open("div", "class", bar.ours() ? "bar ours" : "bar");
      html.open("span", "class", "label").text(bar.label());
      html.optional("small", bar.note()).close("span");
      double percent = longest == 0 ? 0 : 100 * bar.length() / longest;
      html.open("span", "class", "track");
      html.element("i", "", "style", String.format(Locale.ROOT, "width:%.2f%%", percent));
      html.close("span").element("b", bar.value()).close("div");
    }
    html.close("figure");
  }

  private void facts(Facts facts) {
    html.open("figure", "class", "facts").optional("figcaption", facts.caption()).open("dl");
    for (Facts.Fact fact : facts.facts()) {
      html.element("dt", fact.name()).element("dd", fact.value());
    }
    html.close("dl").close("figure");
  }

  private void notes(Notes notes) {
    html.open("figure", "class", "notes").optional("figcaption", notes.caption()).open("ul");
    notes.notes().forEach(note -> html.element("li", note));
    html.close("ul").close("figure");
  }

  private void commands(Commands commands) {
    html.open("figure", "class", "commands").optional("figcaption", commands.caption());
    html.open("pre").element("code", String.join("\n", commands.lines())).close("pre");
    html.close("figure");
  }
}
