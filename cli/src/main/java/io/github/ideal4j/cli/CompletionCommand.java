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
          + " ~/.zshrc, after compinit; for all of fish: to ~/.config/fish/completions/ideal.fish."
    },
    footer = {
      "",
      "Examples:",
      "  ideal completion bash > ~/.local/share/bash-completion/completions/ideal",
      "  ideal completion zsh > ~/.ideal-completion",
      "  ideal completion fish > ~/.config/fish/completions/ideal.fish"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Parameters(
      paramLabel = "bash|zsh|fish",
      description = "The shell; bash and zsh read the same script.")
  Shell shell;

  /** Shells that can read a script. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (shell) {
          case BASH, ZSH -> AutoComplete.bash("ideal", IdealCommand.tree());
          case FISH -> FishCompletion.of(IdealCommand.tree());
        });
    out.flush();
    return 0;
  }
}
