package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The colours of the style sheet against each other, by the formula of WCAG 2.1. */
class ContrastTest {

  private static final double TEXT = 4.5; // success criterion 1.4.3
  private static final double GRAPHICS = 3; // success criterion 1.4.11

  private static final Pattern COLOUR = Pattern.compile("--([a-z0-9]+):\\s*#([0-9a-f]{6})");

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark", "print"})
  void textAndLinesStandOutInEachTheme(String theme) throws IOException {
    Map<String, Integer> colours = colours(theme);
    for (String ground : List.of("page", "card")) {
      for (String text : List.of("text", "soft", "warn", "accent")) {
        requireContrast(colours, text, ground, TEXT);
      }
      for (String graphic : List.of("c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "edge")) {
        requireContrast(colours, graphic, ground, GRAPHICS);
      }
    }
    requireContrast(colours, "accent", "track", GRAPHICS);
  }

  private static void requireContrast(
      Map<String, Integer> colours, String text, String ground, double least) {
    assertThat(contrast(colours.get(text), colours.get(ground)))
        .as("--%s on --%s", text, ground)
        .isGreaterThanOrEqualTo(least);
  }

  /** Later definitions hold; the sheet has light, dark and print in this order. */
  private static Map<String, Integer> colours(String theme) throws IOException {
    String css = PageAssets.style(false);
    int dark = css.indexOf("prefers-color-scheme: dark");
    int print = css.indexOf("@media print");
    String part =
        switch (theme) {
          case "light" -> css.substring(0, dark);
          case "dark" -> css.substring(dark, css.indexOf("* {", dark));
          default -> css.substring(print);
        };
    Map<String, Integer> colours = new HashMap<>();
    Matcher found = COLOUR.matcher(part);
    while (found.find()) {
      colours.put(found.group(1), Integer.parseInt(found.group(2), 16));
    }
    assertThat(colours).as(theme).hasSizeGreaterThan(12);
    return colours;
  }

  private static double contrast(int one, int other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(int colour) {
    return 0.2126 * linear(colour >> 16 & 0xFF)
        + 0.7152 * linear(colour >> 8 & 0xFF)
        + 0.0722 * linear(colour & 0xFF);
  }

  private static double linear(int level) {
    double value = level / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
