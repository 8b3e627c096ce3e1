package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ideal tokens head}. */
@Command(
    name = "head",
    description = "Show the first rows of a token file.",
    footer = {"", "Examples:", "  ideal tokens head tokens.arrow --rows 3"})
final class TokensHeadCommand implements Callable<Integer> {

  private static final int SHOWN = 12;

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "FILE|DIR", description = "A token file or a folder of shards.")
  Path tokens;

  @Option(
      names = "--rows",
      paramLabel = "A:B|N",
      defaultValue = "5",
      description = "Rows A to B, without B; or the first N. Default: ${DEFAULT-VALUE}.")
  String rows;

  @Option(
      names = "--unchecked",
      description = "Show tokens as they are, without sums and the range of the codebook.")
  boolean unchecked;

  @Override
  public Integer call() throws Exception {
    RowRange range = RowRange.parse(spec, rows);
    List<Map<String, Object>> shown = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    try (TokenDataset dataset =
        unchecked ? TokenDataset.openUnchecked(tokens) : TokenDataset.open(tokens)) {
      long end = range.to() < 0 ? dataset.size() : Math.min(range.to(), dataset.size());
      for (long i = range.from(); i < end; i++) {
        TokenRow row = dataset.row(i);
        int[] indices = row.grid().indices();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", row.id());
        fields.put("label", row.label());
        fields.put("path", row.path());
        if (dataset.info().has(TokenColumn.NLL)) {
          fields.put("nll", Float.isNaN(row.nll()) ? null : row.nll());
        }
        if (dataset.info().has(TokenColumn.VIEW)) {
          fields.put("view", row.view());
        }
        fields.put("tokens", indices);
        shown.add(fields);
        String start = Arrays.toString(Arrays.copyOf(indices, Math.min(SHOWN, indices.length)));
        String nll = dataset.info().has(TokenColumn.NLL) ? "%9.2f  ".formatted(row.nll()) : "";
        String view = dataset.info().has(TokenColumn.VIEW) ? "%-8s  ".formatted(row.view()) : "";
        text.append(
            "%6d  %-18s %s%s%s ... (%d)  %s%n"
                .formatted(
                    row.id(),
                    row.label() == null ? "-" : row.label(),
                    view,
                    nll,
                    start.substring(1, start.length() - 1),
                    indices.length,
                    row.path() == null ? "" : row.path()));
      }
    }
    output.print(shown, text.toString());
    return 0;
  }
}
