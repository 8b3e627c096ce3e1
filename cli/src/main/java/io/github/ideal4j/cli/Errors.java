package io.github.ideal4j.cli;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what went wrong into one line on the standard error stream, and an exit code. */
final class Errors {

  private Errors() {}

  static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("ideal: " + oneLine(e.getMessage()));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
      line.getErr().printf("Try '%s --help'.%n", line.getCommandSpec().qualifiedName());
    }
    return ExitCode.USAGE;
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
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "there is no file %s".formatted(e.getMessage());
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

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static boolean verbose(ParseResult parsed) {
    ParseResult deepest = parsed;
    while (deepest.hasSubcommand()) {
      deepest = deepest.subcommand();
    }
    return deepest.hasMatchedOption("--verbose");
  }
}
