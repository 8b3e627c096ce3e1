package io.github.ideal4j.report;

import java.awt.Color;
import java.util.List;

/**
 * The colours of a chart. They stand in {@code report.css} once more, for the legends.
 *
 * @param labels of the axes
 * @param grid of the lines behind
 * @param series in order; more lines than colours begin again
 */
record ChartTheme(Color labels, Color grid, List<Color> series) {

  static final ChartTheme LIGHT =
      new ChartTheme(
          new Color(0x6B7280),
          new Color(0xE7E8EB),
          colours(0x3B5BDB, 0xE8590C, 0x0B9A6D, 0xA03BB8, 0xB8860B, 0x64748B));

  static final ChartTheme DARK =
      new ChartTheme(
          new Color(0x9AA0AB),
          new Color(0x2E3138),
          colours(0x7C93FF, 0xFF9A5C, 0x3DD6A3, 0xD58BEA, 0xE6C15A, 0x9AA7B8));

  Color colour(int index) {
    return series.get(index % series.size());
  }

  /** The same colour, but pale: for what lies behind its mean. */
  Color pale(int index) {
    Color colour = colour(index);
    return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 56);
  }

  private static List<Color> colours(int... values) {
    return java.util.Arrays.stream(values).mapToObj(Color::new).toList();
  }
}
