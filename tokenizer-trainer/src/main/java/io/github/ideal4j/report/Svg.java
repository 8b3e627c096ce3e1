package io.github.ideal4j.report;

import java.util.Locale;

/** Writes inline SVG into a page. Colours come from the page's style by class. */
final class Svg {

  /** A drawing narrower than the page is not enlarged by more than this. */
  private static final double LARGEST = 1.2;

  private final Html html;

  /**
   * Begins a drawing.
   *
   * @param name read aloud in its place
   * @param style class of the drawing
   */
  Svg(Html html, String name, String style, double width, double height) {
    this.html = html;
    html.open(
        "svg",
        "class",
        style,
        "viewBox",
        "0 0 %s %s".formatted(number(width), number(height)),
        "style",
        "max-width:%spx".formatted(number(width * LARGEST)),
        "role",
        "img",
        "aria-label",
        name);
    html.raw("\n");
  }

  void close() {
    html.close("svg");
  }

  void line(String style, double x1, double y1, double x2, double y2) {
    path(style, "M%s %sL%s %s".formatted(number(x1), number(y1), number(x2), number(y2)));
  }

  void path(String style, String d) {
    html.open("path", "class", style, "d", d).close("path");
  }

  void text(String style, double x, double y, String text) {
    html.element("text", text, "class", style, "x", number(x), "y", number(y));
  }

  /** Text that climbs from its point. */
  void climbing(String style, double x, double y, String text) {
    String turn = "rotate(-90 %s %s)".formatted(number(x), number(y));
    html.element("text", text, "class", style, "x", number(x), "y", number(y), "transform", turn);
  }

  /**
   * A box that tells what it is under a pointer.
   *
   * @param opacity 0 to 1
   */
  void box(
      String style, double x, double y, double width, double height, double opacity, String tip) {
    html.open(
        "rect",
        "class",
        style,
        "x",
        number(x),
        "y",
        number(y),
        "width",
        number(width),
        "height",
        number(height),
        "fill-opacity",
        number(opacity));
    html.optional("title", tip).close("rect");
  }

  /** A coordinate, to a tenth. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
