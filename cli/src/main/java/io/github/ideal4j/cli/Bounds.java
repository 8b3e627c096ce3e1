package io.github.ideal4j.cli;

import java.lang.reflect.AnnotatedElement;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Holds the numbers of a command line against {@link Between}, before anything is done. */
final class Bounds {

  private Bounds() {}

  /** Checks all commands of a line, then runs the last of them. */
  static int checkThenRun(ParseResult parsed) {
    for (CommandLine line : parsed.asCommandLineList()) {
      for (ArgSpec argument : line.getParseResult().matchedArgs()) {
        check(line, argument);
        OutputPaths.check(line, argument);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static void check(CommandLine line, ArgSpec argument) {
    if (argument.userObject() instanceof AnnotatedElement element
        && element.getAnnotation(Between.class) != null) {
      Between valid = element.getAnnotation(Between.class);
      for (Object value : values(argument.getValue())) {
        double number = ((Number) value).doubleValue();
        if (!(number >= valid.least() && number <= valid.most())) {
          throw new ParameterException(
              line, "%s is %s; valid is %s".formatted(name(argument), value, words(valid)));
        }
      }
    }
  }

  private static Collection<?> values(Object value) {
    return value instanceof Collection<?> several
        ? several
        : value == null ? List.of() : List.of(value);
  }

  private static String name(ArgSpec argument) {
    return argument instanceof CommandLine.Model.OptionSpec option
        ? option.longestName()
        : argument.paramLabel();
  }

  private static String words(Between valid) {
    return Double.isInfinite(valid.most())
        ? "%s or more".formatted(plain(valid.least()))
        : "%s to %s".formatted(plain(valid.least()), plain(valid.most()));
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }
}
