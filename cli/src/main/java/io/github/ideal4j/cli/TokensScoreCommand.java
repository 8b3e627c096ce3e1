package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.TokenScoring;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ideal tokens score}. */
@Command(
    name = "score",
    description = {
      "Add a column nll to a token file: how surprising each image is to the bundle's " + "prior.",
      "It holds the negative log-likelihood of all tokens of the image together, in " + "nats."
    },
    footer = {
      "",
      "Examples:",
      "  ideal tokens score tokens.arrow --out scored.arrow",
      "  ideal tokens score tokens.arrow --bundle B --unconditional # into itself",
      "  ideal tokens head scored.arrow"
    })
final class TokensScoreCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;

  @Parameters(paramLabel = "FILE|DIR", description = "A token file or a folder of shards.")
  Path tokens;

  @Option(
      names = "--unconditional",
      description = "Tell the prior no classes. Default: the label of each row, if it knows it.")
  boolean unconditional;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write. Default: the token file itself, once all is scored.")
  Path out;

  @Override
  public Integer call() throws Exception {
    TokenScoring.Result result =
        TokenScoring.run(
            new TokenScoring.Request(
                tokens,
                bundle.bundle(spec),
                unconditional,
                out == null ? tokens : out,
                bundle.settings(processor.threads)),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
