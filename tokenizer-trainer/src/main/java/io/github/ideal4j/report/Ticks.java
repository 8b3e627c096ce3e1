package io.github.ideal4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers along an axis. */
final class Ticks {

  private Ticks() {}

  /**
   * Multiples of 1, 2 or 5 times a power of ten within a range.
   *
   * @param most how many at most, roughly
   */
  static List<Double> linear(double min, double max, int most) {
    double span = max - min;
    if (!(span > 0) || Double.isInfinite(span)) {
      return List.of(min);
    }
    double rough = span / Math.max(1, most);
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step =
        power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A number as short as an axis wants it: {@code 12,000}, {@code 0.05}. */
  static String text(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e9)) {
      return String.format(Locale.ROOT, "%.0e", value);
    }
    String text = String.format(Locale.ROOT, "%,.5f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
