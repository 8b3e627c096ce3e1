package io.github.ideal4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Refuses an output that cannot be written where it was asked for, before hours of work. */
final class OutputPaths {

  private static final Set<String> OUTPUTS = Set.of("--out", "--tokens-out", "--report");
  private static final Set<String> FOLDERS = Set.of("DIR", "RUN", "BUNDLE");

  private OutputPaths() {}

  static void check(CommandLine line, ArgSpec argument) {
    if (argument instanceof OptionSpec option
        && OUTPUTS.contains(option.longestName())
        && option.getValue() instanceof Path path) {
      check(line, option, path);
    }
  }

  private static void check(CommandLine line, OptionSpec option, Path path) {
    String label = option.paramLabel();
    boolean folder = FOLDERS.contains(label);
    boolean file = !label.contains("DIR") && !label.equals("PATH") && !folder;
    if (file && Files.isDirectory(path)) {
      throw refused(line, option, path, "is a folder; the name of a file would be valid");
    }
    if (folder && Files.exists(path) && !Files.isDirectory(path)) {
      throw refused(line, option, path, "is a file; the name of a folder would be valid");
    }
    Path above = path.toAbsolutePath().normalize().getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    if (above != null && !Files.isDirectory(above)) {
      throw refused(line, option, path, "cannot be made: %s is no folder".formatted(above));
    }
  }

  private static ParameterException refused(
      CommandLine line, OptionSpec option, Path path, String why) {
    return new ParameterException(line, "%s %s %s".formatted(option.longestName(), path, why));
  }
}
