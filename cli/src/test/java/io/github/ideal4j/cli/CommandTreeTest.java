package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What holds for every command of the tree. */
class CommandTreeTest {

  private static final int COLUMNS = 80;

  /** Commands that print no result of their own: groups, a server's greeting aside. */
  private static final Set<String> WITHOUT_JSON = Set.of("ideal completion");

  /**
   * Options whose value is not the same kind of thing in all commands, and why that is as it should
   * be. A name that is not here has one form of value everywhere.
   */
  private static final Map<String, String> SEVERAL_FORMS =
      Map.of(
          "--out", "what is written differs, and its label says what",
          "--bundle", "a server names its bundles",
          "--batch", "a measurement takes several sizes",
          "--config", "the file of a training, of Tribuo, of a release",
          "--report", "a page, or a folder of files",
          "--features", "one specification, or several to compare",
          "--rows", "rows of a file, or of an image that stays",
          "--images", "a report can do without, with 'none'",
          "--backbone", "an evaluation can do without, with 'none'",
          "--guidance", "a schedule, or one number to measure with");

  private static final CommandLine TREE = IdealCommand.tree();

  private static List<CommandLine> commands() {
    List<CommandLine> all = new ArrayList<>();
    collect(TREE, all);
    return all;
  }

  private static void collect(CommandLine command, List<CommandLine> all) {
    all.add(command);
    command.getSubcommands().values().stream()
        .filter(below -> !(below.getCommand() instanceof HelpCommand))
        .forEach(below -> collect(below, all));
  }

  static Stream<String> names() {
    return commands().stream().map(CommandTreeTest::name);
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  private static CommandLine command(String name) {
    return commands().stream().filter(one -> name(one).equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void theHelpSaysWhatACommandDoesAndFitsTheTerminal(String name) {
    CommandLine command = command(name).setUsageHelpWidth(COLUMNS);
    String[] description = command.getCommandSpec().usageMessage().description();
    assertThat(description).isNotEmpty();
    assertThat(description[0]).as("a whole sentence, for lists of commands").endsWith(".");
    assertThat(command.getUsageMessage(Ansi.OFF).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS));
    for (String line : command.getCommandSpec().usageMessage().footer()) {
      assertThat(line.length()).as("is not broken: %s", line).isLessThanOrEqualTo(COLUMNS);
    }
    for (ArgSpec argument : arguments(command)) {
      assertThat(argument.description()).as(argument.toString()).isNotEmpty();
      if (argument.arity().max() > 0) {
        assertThat(argument.paramLabel()).as(argument.toString()).doesNotContain("<");
      }
    }
  }

  private static List<ArgSpec> arguments(CommandLine command) {
    return command.getCommandSpec().args().stream().filter(one -> !one.hidden()).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void theExamplesOfACommandParse(String name) {
    List<String> footer = List.of(command(name).getCommandSpec().usageMessage().footer());
    assertThat(footer).contains("Examples:");
    List<List<String>> examples = examples(footer);
    assertThat(examples).isNotEmpty();
    for (List<String> words : examples) {
      try {
        TREE.parseArgs(words.toArray(String[]::new));
      } catch (ParameterException e) {
        fail("%s: %s".formatted(words, e.getMessage()), e);
      }
    }
    if (command(name).getSubcommands().isEmpty()) {
      String path = name.substring("ideal ".length());
      assertThat(examples).anyMatch(words -> String.join(" ", words).startsWith(path));
    }
  }

  private static final Pattern WORD = Pattern.compile("'([^']*)'|([^\\s']+)");

  /** The words after {@code ideal} of each example, as a shell would pass them. */
  private static List<List<String>> examples(List<String> footer) {
    String text = String.join("\n", footer).replaceAll("\\\\\\n\\s*", "");
    List<List<String>> examples = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String bare = line.strip().replaceFirst("\\s+#.*", "").replaceFirst("\\s+> .*", "");
      String start = bare.replaceFirst("^[A-Z_]+=\\S+ ", "");
      if (line.startsWith("  ") && start.startsWith("ideal ")) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(start.replaceAll("(\\w+,)'([^']*)'", "$1$2"));
        while (word.find()) {
          words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        examples.add(words.subList(1, words.size()));
      }
    }
    return examples;
  }

  @Test
  void oneNameIsForOneThing() {
    Map<String, Set<String>> forms = new TreeMap<>();
    for (CommandLine command : commands()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        String form = option.hidden() ? "" : option.arity() + " " + option.paramLabel();
        if (!form.isEmpty() && !option.usageHelp()) {
          forms.computeIfAbsent(option.longestName(), any -> new TreeSet<>()).add(form);
        }
      }
    }
    Set<String> several =
        forms.entrySet().stream()
            .filter(entry -> entry.getValue().size() > 1)
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(several).as("%s", forms).isSubsetOf(SEVERAL_FORMS.keySet());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyNumberHasItsBounds(String name) {
    for (ArgSpec argument : command(name).getCommandSpec().args()) {
      Class<?> type = argument.auxiliaryTypes()[0];
      boolean number =
          Set.of(int.class, long.class, double.class, Integer.class, Long.class, Double.class)
              .contains(type);
      if (number && !argument.paramLabel().equals("S")) {
        assertThat(((AnnotatedElement) argument.userObject()).getAnnotation(Between.class))
            .as(argument.toString())
            .isNotNull();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void whatReportsCanDoSoForMachines(String name) {
    CommandLine command = command(name);
    boolean group = !command.getSubcommands().isEmpty() && command.getCommand() instanceof Runnable;
    Map<String, OptionSpec> options = command.getCommandSpec().optionsMap();
    if (!group && !WITHOUT_JSON.contains(name)) {
      assertThat(options).containsKey("--json");
    }
    assertThat(options).containsKey("--help");
  }
}
