package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.training.Presets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Every command that the manual prints exists, with every option that it prints. */
class ManualCommandsTest {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  /** A line of a block, with variables before it. */
  private static final Pattern LINE =
      Pattern.compile("\\s{4,}(?:[A-Z_]+=\\S+ )*(?:\\./)?ideal( .*)");

  /** A command within a sentence. */
  private static final Pattern INLINE = Pattern.compile("`(?:\\./)?ideal( [^`]+)`");

  private static final Pattern SET = Pattern.compile("--set (?!key=)([\\w.]+)=");

  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  private static final CommandLine COMMAND = IdealCommand.tree();

  /** All pages but the one that is generated from the help, and compared with it. */
  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path folder : List.of(PROJECT, PROJECT.resolve("docs"), PROJECT.resolve("arrow-io"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.toString().endsWith(".md") && !file.endsWith("commands.md"))
            .sorted()
            .forEach(pages::add);
      }
    }
    return pages.stream().map(PROJECT::relativize).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void linesAreCommands(Path page) throws IOException {
    // A line that ends with a backslash goes on.
    String text = Files.readString(PROJECT.resolve(page)).replaceAll("\\\\\\n\\s*", "");
    for (String line : text.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        for (List<String> words : alternatives(matcher.group(1))) {
          assertThat(unknown(words)).as("%s: %s", page, line.strip()).isEmpty();
          if (!line.contains(" ...")) {
            assertThat(problem(words)).as("%s: %s", page, line.strip()).isEmpty();
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void namesWithinSentencesAreCommands(Path page) throws IOException {
    Matcher matcher = INLINE.matcher(Files.readString(PROJECT.resolve(page)));
    while (matcher.find()) {
      for (List<String> words : alternatives(matcher.group(1).replaceAll("\\s+", " "))) {
        assertThat(unknown(words)).as("%s: %s", page, matcher.group()).isEmpty();
      }
    }
  }

  /** Keys of {@code --set}; whether the values fit together depends on more than a line. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void keysOfConfigurationsExist(Path page) throws IOException {
    Matcher matcher = SET.matcher(Files.readString(PROJECT.resolve(page)));
    while (matcher.find()) {
      assertThat(isKey(matcher.group(1))).as("%s: %s", page, matcher.group()).isTrue();
    }
  }

  private static boolean isKey(String key) {
    return isKey(TokenizerTrainingConfig.PRESETS, key) || isKey(PriorTrainingConfig.PRESETS, key);
  }

  private static boolean isKey(Presets<?> presets, String key) {
    try {
      presets.load("tiny", List.of(key + "=0"));
      return true;
    } catch (IllegalArgumentException e) {
      return !e.getMessage().contains("unknown key");
    }
  }

  @Test
  void whatDoesNotExistIsFound() {
    assertThat(isKey("training.steps")).isTrue();
    assertThat(isKey("training.stpes")).isFalse();
    assertThat(unknown(List.of("smaple", "--label", "cat"))).contains("smaple");
    assertThat(unknown(List.of("sample", "--lable", "cat"))).contains("--lable");
    assertThat(unknown(List.of("tokens", "verify", "--everything"))).contains("--everything");
    assertThat(unknown(List.of("tokens", "verify"))).isEmpty();
    assertThat(problem(List.of("tokens", "verify"))).isNotEmpty();
    assertThat(problem(List.of("sample", "--count", "many", "--out", "x"))).contains("many");
    assertThat(unknown(List.of("tokens", "look"))).contains("look");
  }

  /** What is wrong with a command, or nothing. */
  private static String problem(List<String> words) {
    try {
      COMMAND.parseArgs(words.toArray(String[]::new));
      return "";
    } catch (ParameterException e) {
      return e.getMessage();
    }
  }

  /** A word that no command knows; a sentence may leave out what is needed, or say N. */
  private static String unknown(List<String> words) {
    CommandLine command = COMMAND;
    for (String word : words) {
      String name = word.replaceAll("=.*", "");
      if (command.getSubcommands().containsKey(name)) {
        command = command.getSubcommands().get(name);
      } else if (name.startsWith("-") && command.getCommandSpec().findOption(name) == null) {
        return "ideal %s has no %s".formatted(command.getCommandName(), name);
      } else if (!name.startsWith("-")
          && command.getCommandSpec().positionalParameters().isEmpty()
          && !command.getSubcommands().isEmpty()) {
        return "ideal has no %s".formatted(word);
      }
    }
    return "";
  }

  /**
   * The words after {@code ideal}: without a remark, dots for more, optional parts in brackets, and
   * what a shell does with the output. {@code a|b} is a command each.
   */
  private static List<List<String>> alternatives(String line) {
    String plain =
        line.replaceAll("\\s#.*", "").replaceAll("\\s[|<>].*", "").replaceAll("[\\[\\]]", "");
    List<List<String>> all = List.of(List.of());
    Matcher words = WORD.matcher(plain);
    while (words.find()) {
      String word = words.group().replaceAll("^['\"]|['\"]$", "");
      if (word.matches("\\.\\.\\.|…")) {
        continue;
      }
      List<String> choices = word.matches("[a-z|]+") ? List.of(word.split("\\|")) : List.of(word);
      all =
          all.stream()
              .flatMap(
                  before ->
                      choices.stream()
                          .map(c -> Stream.concat(before.stream(), Stream.of(c)).toList()))
              .toList();
    }
    return all;
  }
}
