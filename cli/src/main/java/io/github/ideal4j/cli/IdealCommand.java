package io.github.ideal4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
      "Discrete image tokens for the JVM: train a tokenizer on photographs, export it,",
      "tokenize, sample new images, classify."
    },
    footer = {
      "",
      "Everything at once, on photographs that come with the project:",
      "  ideal quickstart",
      "Help for one command:",
      "  ideal help sample"
    },
    subcommands = {
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
      CommandLine.HelpCommand.class
    })
public final class IdealCommand implements Runnable {

  @Spec CommandSpec spec;

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
    CommandLine line = new CommandLine(new IdealCommand());
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler(Errors::wrongUsage);
    line.setExecutionExceptionHandler(Errors::failed);
    return line.execute(arguments);
  }
}
