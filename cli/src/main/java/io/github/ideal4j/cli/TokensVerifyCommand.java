package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ideal tokens verify}. */
@Command(
    name = "verify",
    description =
        "Read a whole token file: compare all check sums, look for tokens outside of the "
            + "codebook and for ids that occur twice; exit code 1 if there is something.",
    footer = {"", "Examples:", "  ideal tokens verify tokens.arrow"})
final class TokensVerifyCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "FILE|DIR", description = "A token file or a folder of shards.")
  Path tokens;

  @Override
  public Integer call() throws Exception {
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      for (TokenFileReader reader : dataset.readers()) {
        reader.verify(ConsoleProgress.detect());
      }
      boolean sums = dataset.info().checksummed();
      List<Long> twice = DuplicateIds.in(dataset);
      String problem =
          twice.isEmpty()
              ? ""
              : "%n%,d ids occur more than once, such as %s"
                  .formatted(twice.size(), twice.stream().limit(3).map(String::valueOf).toList());
      output.print(
          Map.of("rows", dataset.size(), "checksummed", sums, "ids that occur twice", twice.size()),
          "%,d rows are whole%s: %s%s"
              .formatted(
                  dataset.size(), sums ? "" : " (the file has no check sums)", tokens, problem));
      return twice.isEmpty() ? 0 : 1;
    }
  }
}
