package io.github.ideal4j.report;

import io.github.ideal4j.report.Series.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws line charts at twice their size, on a transparent ground, for either theme. */
final class ChartPainter {

  static final int WIDTH = 520;
  static final int HEIGHT = 280;

  private static final int SCALE = 2;
  private static final int MAX_POINTS = 1200;
  private static final Color CLEAR = new Color(0, true);
  private static final Font LABELS = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private ChartPainter() {}

  static BufferedImage paint(Block.LineChart chart, ChartTheme theme) {
    XYChart drawing =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(chart.xLabel()).build();
    style(drawing.getStyler(), theme);
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      if (!series.points().isEmpty()) {
        add(drawing, series, i, theme);
      }
    }
    beginAtZero(drawing, chart.series());
    BufferedImage image =
        new BufferedImage(WIDTH * SCALE, HEIGHT * SCALE, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    drawing.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    return image;
  }

  /** Ticks at round numbers, for steps that begin with 1. */
  private static void beginAtZero(XYChart drawing, List<Series> lines) {
    DoubleSummaryStatistics x =
        lines.stream()
            .flatMap(series -> series.points().stream())
            .mapToDouble(Point::x)
            .summaryStatistics();
    if (x.getMin() > 0 && x.getMin() < x.getMax() / 4) {
      drawing.getStyler().setXAxisMin(0.0);
    }
  }

  private static void add(XYChart drawing, Series series, int index, ChartTheme theme) {
    if (series.noisy() && series.points().size() > 2) {
      line(drawing, "raw " + index, series.points(), theme.pale(index), 1f);
      line(drawing, "line " + index, series.smoothed(), theme.colour(index), 2f);
    } else {
      line(drawing, "line " + index, series.points(), theme.colour(index), 2f);
    }
  }

  private static void line(
      XYChart drawing, String id, List<Point> points, Color colour, float width) {
    List<Point> shown = Series.thinned(points, MAX_POINTS);
    XYSeries line =
        drawing.addSeries(
            id,
            shown.stream().mapToDouble(Point::x).toArray(),
            shown.stream().mapToDouble(Point::y).toArray());
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(colour);
    line.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
  }

  private static void style(XYStyler styler, ChartTheme theme) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(CLEAR).setPlotBackgroundColor(CLEAR);
    styler.setPlotBorderVisible(false).setChartTitleVisible(false).setLegendVisible(false);
    styler.setChartPadding(4).setPlotContentSize(0.97);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(theme.grid()).setPlotGridLinesStroke(new BasicStroke(1f));
    styler.setAxisTicksLineVisible(false).setAxisTicksMarksVisible(false);
    styler.setPlotMargin(0).setAxisTickPadding(6).setAxisTitlePadding(6);
    styler.setAxisTickLabelsFont(LABELS).setAxisTickLabelsColor(theme.labels());
    styler.setAxisTitleFont(LABELS).setYAxisTitleVisible(false);
    styler.setXAxisTitleColor(theme.labels()).setChartFontColor(theme.labels());
    styler.setXAxisDecimalPattern("#,##0").setYAxisDecimalPattern("#,##0.###");
    styler.setXAxisTickMarkSpacingHint(80).setYAxisTickMarkSpacingHint(44);
  }
}
