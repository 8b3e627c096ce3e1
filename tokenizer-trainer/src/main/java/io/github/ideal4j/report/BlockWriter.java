package io.github.ideal4j.report;

import io.github.ideal4j.report.Block.Bars;
import io.github.ideal4j.report.Block.CodeUsage;
import io.github.ideal4j.report.Block.Commands;
import io.github.ideal4j.report.Block.Confusion;
import io.github.ideal4j.report.Block.Facts;
import io.github.ideal4j.report.Block.ImageRows;
import io.github.ideal4j.report.Block.ImageStacks;
import io.github.ideal4j.report.Block.LineChart;
import io.github.ideal4j.report.Block.Notes;
import io.github.ideal4j.report.Block.Table;
import java.util.List;
import java.util.Locale;

/** Writes the pieces of a section. */
final class BlockWriter {

  private static final String PLOT_DATA = "plot-data";

  /** Scrolls where the page is narrow. */
  private static final String WIDE = "wide";

  private final Html html;
  private final PictureWriter pictures;

  BlockWriter(Html html) {
    this.html = html;
    pictures = new PictureWriter(html);
  }

  void write(Block block) {
    if (block instanceof LineChart chart) {
      chart(chart);
    } else if (block instanceof ImageStacks stacks) {
      pictures.stacks(stacks);
    } else if (block instanceof ImageRows rows) {
      pictures.rows(rows);
    } else if (block instanceof PictureBlock picture) {
      pictures.write(picture);
    } else if (block instanceof Table table) {
      table(table, "table");
    } else if (block instanceof Bars bars) {
      bars(bars);
    } else if (block instanceof Facts facts) {
      facts(facts);
    } else if (block instanceof Notes notes) {
      notes(notes);
    } else if (block instanceof Commands commands) {
      commands(commands);
    } else if (block instanceof CodeUsage usage) {
      usage(usage);
    } else if (block instanceof Confusion confusion) {
      confusion(confusion);
    }
  }

  private void chart(LineChart chart) {
    html.open("figure", "class", "chart");
    html.open("figcaption").element("strong", chart.caption());
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      if (!series.points().isEmpty()) {
        html.element("span", series.name(), "class", "key c" + i % LiveChart.COLOURS);
      }
    }
    html.close("figcaption");
    if (chart.series().stream().allMatch(series -> series.points().isEmpty())) {
      html.element("p", "nothing was logged", "class", "missing");
    } else {
      new StaticChart(chart).write(html);
      html.open("script", "type", "application/json", "class", PLOT_DATA);
      html.raw(LiveChart.json(chart)).close("script");
    }
    html.close("figure");
  }

  private void usage(CodeUsage block) {
    UsageChart chart = new UsageChart(block);
    html.open("figure", "class", "usage");
    html.element("figcaption", (block.caption() + " " + chart.words()).strip());
    html.open("div", "class", WIDE, "tabindex", "0");
    chart.write(html);
    html.close("div").close("figure");
  }

  private void confusion(Confusion block) {
    ConfusionChart chart = new ConfusionChart(block);
    html.open("figure", "class", "matrix").optional("figcaption", block.caption());
    html.open("div", "class", WIDE, "tabindex", "0");
    chart.write(html);
    html.close("div").close("figure");
    Table mistakes = chart.mistakes();
    if (!mistakes.rows().isEmpty()) {
      table(mistakes, "table mistakes");
    }
  }

  private void table(Table table, String style) {
    html.open("div", "class", style).open("table").optional("caption", table.caption());
    html.open("thead").open("tr");
    table.header().forEach(cell -> html.element("th", cell, "scope", "col"));
    html.close("tr").close("thead").open("tbody");
    for (List<String> row : table.rows()) {
      html.open("tr").element("th", row.get(0), "scope", "row");
      row.subList(1, row.size()).forEach(cell -> html.element("td", cell));
      html.close("tr");
    }
    html.close("tbody").close("table").close("div");
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
