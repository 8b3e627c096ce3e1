package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileReader;
import io.github.ideal4j.arrow.TokenStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal tokens inspect}. */
@Command(
    name = "inspect",
    description = "Say what a token file holds, and how its codes are used.",
    footer = {"", "Examples:", "  ideal tokens inspect tokens.arrow"})
final class TokensInspectCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "FILE|DIR", description = "A token file or a folder of shards.")
  Path tokens;

  @Option(names = "--no-statistics", description = "Do not count codes, which reads all rows.")
  boolean noStatistics;

  @Option(
      names = "--unchecked",
      description = "Count tokens as they are, without sums and the range of the codebook.")
  boolean unchecked;

  @Override
  public Integer call() throws Exception {
    try (TokenDataset dataset =
        unchecked ? TokenDataset.openUnchecked(tokens) : TokenDataset.open(tokens)) {
      Map<String, Object> facts = facts(dataset);
      if (!noStatistics) {
        facts.putAll(statistics(dataset));
      }
      output.print(facts, Facts.lines(facts));
    }
    return 0;
  }

  private static Map<String, Object> facts(TokenDataset dataset) throws IOException {
    TokenFileInfo info = dataset.info();
    TokenFileReader first = dataset.readers().get(0);
    long bytes = 0;
    for (TokenFileReader reader : dataset.readers()) {
      bytes += Files.size(reader.file());
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("rows", dataset.size());
    facts.put("files", dataset.readers().size());
    facts.put("batches", dataset.readers().stream().mapToInt(TokenFileReader::batchCount).sum());
    facts.put("bytes", bytes);
    facts.put("bytes a row", dataset.size() == 0 ? 0 : bytes / dataset.size());
    facts.put("grid", "%d x %d".formatted(info.rows(), info.columns()));
    if (info.tokenizer().codebooks() > 1) {
      facts.put("codebooks", info.tokenizer().codebooks());
    }
    facts.put("codebook size", info.codebookSize());
    facts.put("token type", first.tokenType().toString());
    facts.put("compression", first.compression().toString());
    first.columns().forEach((name, type) -> facts.put("column " + name, type));
    facts.put("tokenizer", info.tokenizer().isKnown() ? info.tokenizerName() : "unknown");
    facts.put("tokenizer sha256", info.tokenizerSha256());
    facts.put("image size", "%d x %d".formatted(info.imageWidth(), info.imageHeight()));
    facts.put("written by", info.writer());
    facts.put("check sums", info.checksummed() ? "yes" : "none: it was written by others");
    return facts;
  }

  private static Map<String, Object> statistics(TokenDataset dataset) {
    TokenStatistics statistics = TokenStatistics.of(dataset, ConsoleProgress.detect());
    int codes = dataset.info().codebookSize();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("tokens", statistics.total());
    facts.put("codes used", statistics.used());
    if (dataset.info().tokenizer().isKnown()) {
      facts.put("usage", Math.round(1e4 * statistics.used() / codes) / 1e4);
    }
    facts.put("entropy of a token, bits", Math.round(1e4 * statistics.entropy()) / 1e4);
    Map<Integer, Long> frequent = new LinkedHashMap<>();
    statistics.mostFrequent(10).forEach(code -> frequent.put(code.code(), code.count()));
    facts.put("most frequent codes", frequent);
    return facts;
  }
}
