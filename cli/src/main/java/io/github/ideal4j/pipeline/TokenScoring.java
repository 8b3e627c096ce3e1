package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.TokenScorer;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Token files to the same with a column {@code nll}: how surprising each image is to a prior. */
public final class TokenScoring {

  /** Rows that are scored between two words of progress; what is in memory at once. */
  private static final int ROWS = 64;

  private TokenScoring() {}

  /**
   * What to score.
   *
   * @param tokens file or folder of shards
   * @param bundle with a prior
   * @param unconditional whether the prior is told no classes
   * @param out the file to write; the tokens' own name replaces that file
   * @param settings of the runtime
   */
  public record Request(
      Path tokens, Path bundle, boolean unconditional, Path out, SessionSettings settings) {}

  /**
   * What came of it.
   *
   * @param out the file
   * @param rows scored
   * @param nll mean negative log-likelihood of an image in nats, what the column holds
   * @param nllToken the same of a token
   * @param perplexity {@code exp} of that
   * @param withoutClass rows that were scored without a class
   * @param seconds of scoring
   */
  public record Result(
      Path out,
      long rows,
      double nll,
      double nllToken,
      double perplexity,
      long withoutClass,
      double seconds) {

    /** The result in words. */
    public String text() {
      String unknown =
          withoutClass == 0
              ? ""
              : "%n%,d rows were scored without a class.".formatted(withoutClass);
      return String.format(
              Locale.ROOT,
              "%,d rows in %.1f s: %.1f nats an image, %.3f a token (perplexity %.1f): %s",
              rows,
              seconds,
              nll,
              nllToken,
              perplexity,
              out)
          + unknown;
    }
  }

  /** Scores row after row. The result appears under its name when it is whole. */
  public static Result run(Request request, Progress progress) throws IOException {
    if (Files.isDirectory(request.out())) {
      throw new IllegalArgumentException(
          "%s is a folder; --out names the file to write".formatted(request.out()));
    }
    Bundle bundle = Bundle.open(request.bundle());
    long start = System.nanoTime();
    try (TokenDataset dataset = TokenDataset.open(request.tokens());
        TokenScorer scorer = TokenScorer.open(bundle, request.settings())) {
      bundle.requireOwnTokens(dataset.info().tokenizer(), request.tokens().toString());
      Work work = new Work(bundle, dataset, scorer, request.unconditional());
      try (TokenFileWriter writer =
          TokenFileWriter.create(request.out(), work.info(), TokenFileOptions.standard())) {
        work.run(writer, progress);
        writer.finish();
      }
      return work.result(request.out(), (System.nanoTime() - start) / 1e9);
    }
  }

  /** One call. */
  private static final class Work {

    private final TokenDataset dataset;
    private final TokenScorer scorer;
    private final boolean unconditional;
    private final Map<String, Integer> classes = new HashMap<>();
    private double sum;
    private long withoutClass;

    Work(Bundle bundle, TokenDataset dataset, TokenScorer scorer, boolean unconditional) {
      this.dataset = dataset;
      this.scorer = scorer;
      this.unconditional = unconditional;
      bundle.labels().forEach(name -> classes.put(name, classes.size()));
    }

    TokenFileInfo info() {
      Set<TokenColumn> columns = EnumSet.of(TokenColumn.NLL);
      columns.addAll(dataset.info().optionalColumns());
      return TokenFileInfo.toWrite(dataset.info().tokenizer(), dataset.info().writer(), columns);
    }

    void run(TokenFileWriter writer, Progress progress) throws IOException {
      try (Progress.Stage stage = progress.start("Scoring", dataset.size(), "rows")) {
        for (TokenBatch batch : dataset.batches()) {
          for (int from = 0; from < batch.size(); from += ROWS) {
            int count = Math.min(ROWS, batch.size() - from);
            score(batch, from, count, writer);
            stage.advance(count);
          }
        }
      }
    }

    private void score(TokenBatch batch, int from, int count, TokenFileWriter writer)
        throws IOException {
      int[][] tokens = new int[count][];
      int[] labels = new int[count];
      for (int i = 0; i < count; i++) {
        tokens[i] = batch.grid(from + i).indices();
        labels[i] = label(batch.label(from + i));
      }
      float[][] scores = scorer.score(tokens, labels);
      for (int i = 0; i < count; i++) {
        double nll = 0;
        for (float token : scores[i]) {
          nll += token;
        }
        sum += nll;
        TokenRow row = batch.row(from + i);
        writer.append(row.withNll((float) nll));
      }
    }

    private int label(String name) {
      int label = unconditional ? scorer.noClass() : classes.getOrDefault(name, scorer.noClass());
      withoutClass += label == scorer.noClass() ? 1 : 0;
      return label;
    }

    Result result(Path out, double seconds) {
      long rows = dataset.size();
      double nll = sum / Math.max(1, rows);
      double token = nll / dataset.info().cells();
      return new Result(out, rows, nll, token, Math.exp(token), withoutClass, seconds);
    }
  }
}
