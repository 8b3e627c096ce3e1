package io.github.ideal4j.cli;

import io.github.ideal4j.names.NearNames;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on the standard error stream, and an exit code. */
final class Errors {

  private Errors() {}

  static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("ideal: " + usage(e));
    line.getErr().printf("Try '%s --help'.%n", line.getCommandSpec().qualifiedName());
    return ExitCode.USAGE;
  }

  /** An unknown word is answered with the commands or options that it may have meant. */
  private static String usage(ParameterException e) {
    List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
    boolean incomplete =
        e instanceof UnmatchedArgumentException || e instanceof MissingParameterException;
    if (!incomplete || unmatched.isEmpty()) {
      return plain(oneLine(e.getMessage()));
    }
    String word = unmatched.get(0);
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    if (word.startsWith("-")) {
      String name = word.replaceFirst("=.*", "");
      List<String> options =
          spec.options().stream()
              .filter(option -> !option.hidden())
              .map(OptionSpec::longestName)
              .toList();
      return "%s has no option %s%s"
          .formatted(spec.qualifiedName(), name, NearNames.hint(name, options));
    }
    if (spec.subcommands().isEmpty() || !spec.positionalParameters().isEmpty()) {
      return "%s takes no argument '%s'; an option before it may have taken its value already"
          .formatted(spec.qualifiedName(), word);
    }
    return "%s has no command '%s'%s"
        .formatted(spec.qualifiedName(), word, NearNames.hint(word, spec.subcommands().keySet()));
  }

  private static final Pattern NO_CHOICE =
      Pattern.compile(
          "Invalid value for (?:option|positional parameter at index \\S+) '?([^']*?)'?"
              + "(?: \\([^)]*\\))?: expected one of \\[(.*)] \\(case-insensitive\\) but was '(.*)'");

  private static final Pattern NO_NUMBER =
      Pattern.compile("Invalid value for option '([^']*)'.*: '(.*)' is not an? (int|long|double)");

  /** The words of the parser where a value is wrong, in those of this program. */
  private static String plain(String message) {
    Matcher choice = NO_CHOICE.matcher(message);
    if (choice.matches()) {
      String valid = choice.group(2).toLowerCase(Locale.ROOT);
      String given = choice.group(3);
      return "%s is '%s'; valid are %s%s"
          .formatted(
              choice.group(1), given, valid, NearNames.hint(given, List.of(valid.split(", "))));
    }
    Matcher number = NO_NUMBER.matcher(message);
    return number.matches()
        ? "%s is '%s'; a %snumber would be valid"
            .formatted(
                number.group(1), number.group(2), number.group(3).equals("double") ? "" : "whole ")
        : message;
  }

  static int failed(Exception e, CommandLine line, ParseResult parsed) {
    if (verbose(parsed)) {
      e.printStackTrace(line.getErr());
    } else {
      line.getErr().println("ideal: " + describe(e));
    }
    return ExitCode.SOFTWARE;
  }

  /** What happened, in words; an exception without words gets its name. */
  static String describe(Throwable e) {
    if (wrapsOnly(e)) {
      return describe(e.getCause());
    }
    if (e instanceof OutOfMemoryError) {
      return "memory was not enough (%s); IDEAL_JAVA_OPTS=-Xmx8g would give the program 8 GiB"
          .formatted(e.getMessage());
    }
    if (e instanceof NotDirectoryException file) {
      return "%s is no folder".formatted(file.getFile());
    }
    if (e instanceof FileAlreadyExistsException file) {
      return "%s is there already, and is no folder".formatted(file.getFile());
    }
    if (e instanceof DirectoryNotEmptyException file) {
      return "%s is a folder that is not empty; a file was to be written there"
          .formatted(file.getFile());
    }
    if (e instanceof NoSuchFileException missing && missing.getReason() != null) {
      return oneLine(e.getMessage());
    }
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "there is no file %s".formatted(e.getMessage());
    }
    if (e instanceof FileSystemException file && "Is a directory".equals(file.getReason())) {
      return "%s is a folder; a file would be valid"
          .formatted(file.getOtherFile() == null ? file.getFile() : file.getOtherFile());
    }
    if (e instanceof AccessDeniedException denied) {
      return "%s may not be read or written by this user".formatted(denied.getFile());
    }
    if (e instanceof FileSystemException file && file.getReason() == null) {
      return "%s: %s".formatted(file.getFile(), e.getClass().getSimpleName());
    }
    if (e.getMessage() == null || e.getMessage().isBlank()) {
      return "%s (run again with --verbose to see where)".formatted(e.getClass().getSimpleName());
    }
    return oneLine(e.getMessage());
  }

  /** Whether an exception says no more than the one that it was made of. */
  private static boolean wrapsOnly(Throwable e) {
    return e.getCause() != null
        && (e.getMessage() == null
            || e.getMessage().equals(e.getCause().toString())
            || e instanceof UncheckedIOException);
  }

  private static String oneLine(String message) {
    return message
        .strip()
        .replaceAll("\\s*\\R\\s*", "; ")
        .replaceFirst("^(Component: [^,]*, )?Property: [^,]*, ", "") // OLCUT's names of parts
        .replaceFirst("(.+) \\(caused by \\1\\)$", "$1")
        .replaceAll("Source: REDACTED \\([^)]*\\); ", ""); // Jackson's name for a text
  }

  private static boolean verbose(ParseResult parsed) {
    ParseResult deepest = parsed;
    while (deepest.hasSubcommand()) {
      deepest = deepest.subcommand();
    }
    return deepest.hasMatchedOption("--verbose");
  }
}
