package io.github.ideal4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ideal completion}. */
@Command(
    name = "completion",
    description = {
      "Print a script that makes a shell complete commands, options and files.",
      "For this shell alone: source <(ideal completion bash). For all of bash: write it to"
          + " ~/.local/share/bash-completion/completions/ideal; for all of zsh: source it in"
          + " ~/.zshrc, after compinit."
    },
    footer = {
      "",
      "Examples:",
      "  ideal completion bash > ~/.local/share/bash-completion/completions/ideal",
      "  ideal completion zsh > ~/.ideal-completion"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Parameters(paramLabel = "bash|zsh", description = "The shell; both read the same script.")
  Shell shell;

  /** Shells that can read the script. */
  enum Shell {
    BASH,
    ZSH
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("ideal", IdealCommand.tree()));
    out.flush();
    return 0;
  }
}
