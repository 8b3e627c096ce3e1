package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.pipeline.ShippedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code docs/commands.md} is the help of every command. {@code mvn -pl cli -am test
 * -Dtest=CommandReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dideal.update=true} writes
 * it.
 */
class CommandReferenceTest {

  private static final int COLUMNS = 100;

  @Test
  void theReferenceIsTheHelp() throws IOException {
    Path page = ShippedFiles.locate().home().resolve("docs/commands.md");
    String reference = reference();
    if (Boolean.getBoolean("ideal.update")) {
      Files.writeString(page, reference);
    }
    assertThat(page)
        .as("run this test with -Dideal.update=true and look at the difference")
        .content()
        .isEqualTo(reference);
  }

  private static String reference() {
    StringBuilder contents = new StringBuilder();
    StringBuilder pages = new StringBuilder();
    CommandLine top = IdealCommand.tree();
    write(top, contents, pages);
    return """
        # Commands

        The help of every command, as `ideal COMMAND --help` prints it. This page is generated:
        `mvn -pl cli -am test -Dtest=CommandReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dideal.update=true`.
        Shells complete commands and options after `source <(ideal completion bash)`.

        %s
        %s"""
        .formatted(contents, pages);
  }

  private static void write(CommandLine command, StringBuilder contents, StringBuilder pages) {
    command.setUsageHelpWidth(COLUMNS);
    CommandSpec spec = command.getCommandSpec();
    String name = spec.qualifiedName();
    String[] description = spec.usageMessage().description();
    contents
        .append("- [%s](#%s): ".formatted(name, name.replace(' ', '-')))
        .append(description[0].replace("%%", "%"))
        .append('\n');
    pages.append("## %s\n\n```\n".formatted(name));
    command.getUsageMessage(Ansi.OFF).lines().forEach(line -> pages.append(line).append('\n'));
    pages.append("```\n\n");
    command.getSubcommands().values().stream()
        .filter(below -> !(below.getCommand() instanceof HelpCommand))
        .forEach(below -> write(below, contents, pages));
  }
}
