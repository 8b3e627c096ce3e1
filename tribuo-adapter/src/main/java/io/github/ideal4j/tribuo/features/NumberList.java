package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * Numbers as text with spaces between them, the form in which learned statistics stand in a
 * configuration and in a saved model's provenance.
 */
final class NumberList {

  private NumberList() {}

  static String write(double[] numbers) {
    StringJoiner text = new StringJoiner(" ");
    for (double number : numbers) {
      text.add(number == (long) number ? Long.toString((long) number) : Double.toString(number));
    }
    return text.toString();
  }

  /**
   * Reads numbers.
   *
   * @param property of a configuration, for the message
   */
  static double[] read(String property, String text) {
    try {
      return text.isBlank()
          ? new double[0]
          : Arrays.stream(text.strip().split("\\s+", -1))
              .mapToDouble(Double::parseDouble)
              .toArray();
    } catch (NumberFormatException e) {
      throw new PropertyException(
          e, "", property, "not numbers with spaces between them: " + e.getMessage());
    }
  }
}
