package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ideal tokens inspect}. */
@Command(
    name = "inspect",
    description = "Say what a token file holds.",
    footer = {"", "Example:", "  ideal tokens inspect tokens.arrow"})
final class TokensInspectCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "FILE|DIR", description = "A token file or a folder of shards.")
  Path tokens;

  @Override
  public Integer call() throws Exception {
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      TokenFileInfo info = dataset.info();
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("rows", dataset.size());
      facts.put("files", dataset.readers().size());
      facts.put("grid", "%d x %d".formatted(info.rows(), info.columns()));
      facts.put("codebook size", info.codebookSize());
      facts.put("token type", dataset.readers().get(0).tokenType().toString());
      facts.put("compression", dataset.readers().get(0).compression().toString());
      facts.put("optional columns", info.optionalColumns().stream().sorted().toList().toString());
      facts.put("tokenizer", info.tokenizer().isKnown() ? info.tokenizerName() : "unknown");
      facts.put("tokenizer sha256", info.tokenizerSha256());
      facts.put("image size", "%d x %d".formatted(info.imageWidth(), info.imageHeight()));
      facts.put("written by", info.writer());
      facts.put("check sums", info.checksummed() ? "yes" : "none: it was written by others");
      output.print(facts, Facts.lines(facts));
    }
    return 0;
  }
}
