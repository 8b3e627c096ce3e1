package io.github.ideal4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The top of the command tree, and the program's entry point. */
@Command(
    name = "ideal",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Discrete image tokens for the JVM: train a tokenizer on photographs, export it,"
          + " tokenize, sample new images, classify."
    },
    footer = {
      "",
      "Examples:",
      "  ideal quickstart       # everything at once, on photographs that are there",
      "  ideal help sample      # what one command does, with examples",
      "",
      "Exit codes: 0 done; 1 failed, or a check found something; 2 wrong usage;",
      "130 and 143 ended by Ctrl-C and SIGTERM.",
      "Results go to the standard output, progress and errors to the standard error;",
      "colours and bars only to a terminal, and no colours where NO_COLOR is set."
    })
public final class IdealCommand implements Runnable {

  @Spec CommandSpec spec;

  /** The commands below the top, in the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          QuickstartCommand.class,
          TrainCommand.class,
          AblateCommand.class,
          ExportCommand.class,
          TokenizeCommand.class,
          DetokenizeCommand.class,
          SampleCommand.class,
          TokensCommand.class,
          ClassifyCommand.class,
          FuseCommand.class,
          ServeCommand.class,
          EvaluateCommand.class,
          ImportCommand.class,
          ReportCommand.class,
          CardCommand.class,
          BenchCommand.class,
          BackboneCommand.class,
          DoctorCommand.class,
          CompletionCommand.class,
          CommandLine.HelpCommand.class);

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? 'ideal --help' lists them");
  }

  /** Tribuo tells its doings to java.util.logging; kept here, or the level would be forgotten. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  /** Runs one command and ends the process: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] arguments) {
    TRIBUO.setLevel(Level.WARNING);
    Interruption.watch();
    System.exit(execute(new PrintWriter(System.out, true, StandardCharsets.UTF_8), arguments));
  }

  /**
   * Runs one command and returns its exit code.
   *
   * @param out where the result goes; progress and errors go to the standard error stream
   * @param arguments the words after {@code ideal}
   */
  public static int execute(PrintWriter out, String... arguments) {
    return execute(out, new PrintWriter(System.err, true, StandardCharsets.UTF_8), arguments);
  }

  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = tree(new TreeSet<>(Arrays.asList(arguments)));
    line.setOut(out);
    line.setErr(err);
    line.setUsageHelpWidth(Terminal.width());
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.ansi()));
    line.setExecutionStrategy(Bounds::checkThenRun);
    line.setParameterExceptionHandler(Errors::wrongUsage);
    line.setExecutionExceptionHandler(Errors::failed);
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError e) {
      err.println("ideal: " + Errors.describe(e));
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  /** The whole tree. */
  static CommandLine tree() {
    Set<String> all = new TreeSet<>();
    COMMANDS.forEach(command -> all.add(command.getAnnotation(Command.class).name()));
    return tree(all);
  }

  /**
   * The tree with the commands that are among some words. Of the others only name and description
   * are there: to read the options of them all would take most of the time of a short command.
   */
  private static CommandLine tree(Set<String> words) {
    CommandLine line = new CommandLine(new IdealCommand());
    for (Class<?> type : COMMANDS) {
      Command command = type.getAnnotation(Command.class);
      if (words.contains(command.name())) {
        line.addSubcommand(type);
      } else {
        CommandSpec named = CommandSpec.create().name(command.name());
        named.usageMessage().header(command.header());
        named.usageMessage().description(command.description());
        line.addSubcommand(command.name(), named);
      }
    }
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }
}
