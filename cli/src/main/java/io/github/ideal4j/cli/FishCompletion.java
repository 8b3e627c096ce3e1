package io.github.ideal4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A tree of commands as completions of the shell fish, for which picocli has none. */
final class FishCompletion {

  // The words before the cursor, of which the first is the program.
  private static final String CONDITIONS =
      """
      # Whether the words so far begin with these commands.
      function __ideal_in
          set -l words (commandline -opc)
          set -l last (math 1 + (count $argv))
          test (count $words) -ge $last
          and test "$words[2..$last]" = "$argv"
      end

      # Whether they are these commands and nothing else.
      function __ideal_at
          set -l words (commandline -opc)
          test "$words[2..]" = "$argv"
      end
      """;

  private final StringBuilder script = new StringBuilder(CONDITIONS);

  private FishCompletion() {}

  static String of(CommandLine top) {
    FishCompletion fish = new FishCompletion();
    fish.add(top, List.of());
    return fish.script.toString();
  }

  private void add(CommandLine command, List<String> path) {
    String words = String.join(" ", path);
    String at = ("__ideal_at " + words).strip();
    script.append("\n# ideal ").append(words).append('\n');
    if (!command.getSubcommands().isEmpty() && takesNoFiles(command)) {
      line(at, "-f");
    }
    command
        .getSubcommands()
        .forEach(
            (name, sub) ->
                line(at, "-a " + name + says(sub.getCommandSpec().usageMessage().description())));
    String own = path.isEmpty() ? at : own(command, words);
    command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> line(own, option(option)));
    for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
      if (!values(parameter).isEmpty()) {
        line(own, "-f" + values(parameter));
      }
    }
    command
        .getSubcommands()
        .forEach((name, sub) -> add(sub, Stream.concat(path.stream(), Stream.of(name)).toList()));
  }

  private static boolean takesNoFiles(CommandLine command) {
    return command.getCommandSpec().positionalParameters().isEmpty();
  }

  /** Holds behind a command's words, unless those of a command below follow. */
  private static String own(CommandLine command, String words) {
    StringBuilder condition = new StringBuilder("__ideal_in " + words);
    command
        .getSubcommands()
        .keySet()
        .forEach(
            name -> condition.append("; and not __ideal_in ").append(words + " ").append(name));
    return condition.toString();
  }

  private void line(String condition, String what) {
    script.append("complete -c ideal -n '%s' %s\n".formatted(condition, what));
  }

  private static String option(OptionSpec option) {
    StringBuilder text = new StringBuilder();
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
      text.append(' ');
    }
    if (option.arity().max() > 0) {
      text.append(values(option).isEmpty() ? "-r" : "-x" + values(option));
    }
    return text.toString().strip() + says(option.description());
  }

  private static String values(ArgSpec argument) {
    if (argument.completionCandidates() == null) {
      return "";
    }
    List<String> values = new ArrayList<>();
    argument.completionCandidates().forEach(values::add);
    return values.isEmpty() ? "" : " -a " + quoted(String.join(" ", values));
  }

  /** The first sentence. */
  private static String says(String... description) {
    String text = String.join(" ", description).replace("%n", " ").replace("%%", "%");
    String first = text.split("[.:;] ", 2)[0].replaceAll("\\.$", "");
    return first.isEmpty() ? "" : " -d " + quoted(first);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
