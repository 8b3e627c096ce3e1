package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.Detokenizing;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal detokenize}. */
@Command(
    name = "detokenize",
    description = "Turn the tokens of a file back into pictures.",
    footer = {
      "",
      "Examples:",
      "  ideal detokenize --bundle models/tiny --tokens tokens.arrow --rows 0:16 \\",
      "      --out pictures/"
    })
final class DetokenizeCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE|DIR",
      description = "Tokens of this bundle.")
  Path tokens;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the PNG files.")
  Path out;

  @Option(
      names = "--rows",
      paramLabel = "A:B|N",
      defaultValue = ":",
      description = "Rows A to B, without B; or the first N. Default: all.")
  String rows;

  @Override
  public Integer call() throws Exception {
    RowRange range = RowRange.parse(spec, rows);
    Detokenizing.Request request =
        new Detokenizing.Request(
            bundle.bundle(spec),
            tokens,
            range.from(),
            range.to(),
            out,
            bundle.settings(processor.threads));
    Detokenizing.Result result = Detokenizing.run(request, ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
