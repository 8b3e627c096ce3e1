package io.github.ideal4j.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What {@code --rows A:B} says, or {@code --rows N} for the first N.
 *
 * @param from first row
 * @param to row behind the last; negative for all
 */
record RowRange(long from, long to) {

  private static final Pattern FORM = Pattern.compile("(\\d{0,18}):(\\d{0,18})");

  static RowRange parse(CommandSpec spec, String text) {
    if (text.matches("\\d{1,18}")) {
      return new RowRange(0, Long.parseLong(text));
    }
    Matcher range = FORM.matcher(text);
    if (!range.matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows is '%s'; 0:16, 8: or 8, the first eight, would be valid".formatted(text));
    }
    return new RowRange(
        range.group(1).isEmpty() ? 0 : Long.parseLong(range.group(1)),
        range.group(2).isEmpty() ? -1 : Long.parseLong(range.group(2)));
  }
}
