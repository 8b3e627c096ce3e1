package io.github.ideal4j.pipeline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenCompression;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Token files of 16 x 16 tokens out of 4,096, written and read here and with pyarrow beside it. */
public final class TokenBenchmark {

  private static final int SIDE = 16;
  private static final int CELLS = SIDE * SIDE;
  private static final int CODES = 4096;
  private static final int ROW_BYTES = 2 * CELLS;
  private static final int BATCH_ROWS = 8192;
  private static final int AT_HAND = 8;
  private static final int TAKEN = 10_000;

  private TokenBenchmark() {}

  /**
   * What to measure.
   *
   * @param folder where files are written; a disk in memory shows the software alone
   * @param rows of a file
   * @param rounds of each side, in turns; the best of them counts
   * @param threads that pack and unpack ahead of the writing and reading of packed files
   * @param python an interpreter with pyarrow, to compare with
   */
  public record Request(Path folder, int rows, int rounds, int threads, Optional<String> python) {}

  /**
   * Best times in seconds by task.
   *
   * @param rows of the file
   * @param bytes of the file that is not packed
   * @param ours by task
   * @param pyarrow by task, empty where there was no Python
   */
  public record Result(
      int rows, long bytes, Map<String, Double> ours, Map<String, Double> pyarrow) {

    /** The result as a table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(
          "%,d rows of %d uint16, %,d bytes; seconds, best of all rounds%n"
              .formatted(rows, CELLS, bytes));
      text.append("%-26s %9s %9s %9s  %s%n".formatted("", "ideal4j", "pyarrow", "ratio", "GB/s"));
      ours.forEach(
          (task, seconds) -> {
            Double peer = pyarrow.get(task);
            text.append(
                "%-26s %9.4f %9s %9s  %s%n"
                    .formatted(
                        task,
                        seconds,
                        peer == null ? "-" : "%.4f".formatted(peer),
                        peer == null ? "-" : "%.2fx".formatted(peer / seconds),
                        task.startsWith("take") ? "" : "%.2f".formatted(bytes / seconds / 1e9)));
          });
      return text.append("ratio above 1: faster than pyarrow").toString();
    }
  }

  /** Measures. Its files are deleted afterwards. */
  public static Result run(Request request, Progress progress) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(request.folder()), "tokens");
    try (Progress.Stage stage = progress.start("Measuring", request.rounds(), "rounds")) {
      Work work = new Work(request, folder);
      for (int round = 0; round < request.rounds(); round++) {
        work.round();
        stage.advance(1);
      }
      return new Result(
          request.rows(), Files.size(folder.resolve("none.arrow")), work.ours, work.pyarrow);
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  /** One call. */
  private static final class Work {

    private final Request request;
    private final Path folder;
    private final TokenFileInfo info =
        TokenFileInfo.toWrite(
            new TokenizerInfo("benchmark", "", CODES, SIDE, SIDE, 0, 0), "ideal bench", List.of());
    private final Map<String, Double> ours = new LinkedHashMap<>();
    private final Map<String, Double> pyarrow = new LinkedHashMap<>();
    private final List<ByteBuffer> atHand = new ArrayList<>();
    private final long expected;
    private final long[] taken;

    /**
     * Tokens are drawn with a skew, as those of photographs are. The batches to write are a few
     * over and over, as a producer hands them out that fills its buffers anew.
     */
    Work(Request request, Path folder) {
      this.request = request;
      this.folder = folder;
      SplittableRandom random = new SplittableRandom(7);
      for (int i = 0; i < AT_HAND; i++) {
        ByteBuffer tokens =
            ByteBuffer.allocateDirect(2 * BATCH_ROWS * CELLS).order(ByteOrder.LITTLE_ENDIAN);
        while (tokens.hasRemaining()) {
          int token = random.nextInt(CODES) * (random.nextInt(CODES) + 1) / (CODES + 1);
          tokens.putShort((short) token);
        }
        atHand.add(tokens.flip());
      }
      long sum = 0;
      for (int batch = 0; batch * BATCH_ROWS < request.rows(); batch++) {
        sum += sum(batch(batch));
      }
      expected = sum;
      taken = random.longs(TAKEN, 0, request.rows()).toArray();
    }

    /** Tokens of a batch, the last of which may be shorter. */
    private ByteBuffer batch(int number) {
      int rows = Math.min(BATCH_ROWS, request.rows() - number * BATCH_ROWS);
      return atHand.get(number % AT_HAND).slice(0, rows * ROW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    void round() throws IOException {
      Path none = folder.resolve("none.arrow");
      Path zstd = folder.resolve("zstd.arrow");
      timeWriting("write", none, TokenCompression.NONE);
      timeWriting("write zstd", zstd, TokenCompression.ZSTD);
      time("read and sum", () -> readAndSum(TokenDataset.openUnchecked(none), 1));
      time("read, check and sum", () -> readAndSum(TokenDataset.open(none), 1));
      time("read and sum zstd", () -> readAndSum(TokenDataset.open(zstd), request.threads()));
      try (TokenDataset dataset = TokenDataset.openUnchecked(none)) {
        time("take 10,000, first", () -> take(dataset));
      }
      try (TokenDataset dataset = TokenDataset.open(none)) {
        time("check and take 10,000", () -> take(dataset));
        for (int i = 0; i < 5; i++) {
          time("take 10,000, again", () -> take(dataset));
        }
      }
      if (request.python().isPresent()) {
        peer(none, zstd);
      }
    }

    private interface Task {
      void run() throws IOException;
    }

    private void time(String name, Task task) throws IOException {
      long start = System.nanoTime();
      task.run();
      ours.merge(name, (System.nanoTime() - start) / 1e9, Math::min);
    }

    /** The second file gets the memory that the first one gave back, which is at hand. */
    private void timeWriting(String name, Path file, TokenCompression compression)
        throws IOException {
      write(file, compression);
      Files.delete(file);
      time(name, () -> write(file, compression));
    }

    private void write(Path file, TokenCompression compression) throws IOException {
      TokenFileOptions options =
          TokenFileOptions.standard()
              .withRowsPerBatch(BATCH_ROWS)
              .withCompression(compression)
              .withThreads(request.threads());
      try (TokenFileWriter writer = TokenFileWriter.create(file, info, options)) {
        for (int first = 0; first < request.rows(); first += BATCH_ROWS) {
          ByteBuffer tokens = batch(first / BATCH_ROWS);
          int end = first + tokens.remaining() / ROW_BYTES;
          writer.append(LongStream.range(first, end).toArray(), tokens);
        }
        writer.finish();
      }
    }

    private void readAndSum(TokenDataset opened, int ahead) throws IOException {
      long sum = 0;
      try (TokenDataset dataset = opened) {
        for (TokenBatch batch : ahead == 1 ? dataset.batches() : dataset.batchesAhead(ahead)) {
          sum += sum(batch.tokens());
        }
      }
      if (sum != expected) {
        throw new IllegalStateException(
            "the sum of %s is %d instead of %d".formatted(opened.path(), sum, expected));
      }
    }

    private static long sum(ByteBuffer tokens) {
      long sum = 0;
      int length = tokens.remaining();
      for (int at = 0; at < length; at += Long.BYTES) {
        long word = tokens.getLong(at); // four tokens, added in pairs
        long pairs = (word & 0x0000FFFF_0000FFFFL) + ((word >>> 16) & 0x0000FFFF_0000FFFFL);
        sum += (pairs & 0xFFFFFFFFL) + (pairs >>> 32);
      }
      return sum;
    }

    private void take(TokenDataset dataset) {
      int[] tokens = new int[CELLS];
      long sum = 0;
      for (long row : taken) {
        dataset.copyTokens(row, tokens);
        sum += tokens[0];
      }
      if (sum < 0) {
        throw new IllegalStateException("negative tokens in %s".formatted(dataset.path()));
      }
    }

    private void peer(Path none, Path zstd) throws IOException {
      List<String> arguments =
          List.of(none.toString(), zstd.toString(), folder.toString(), Long.toString(expected));
      for (JsonNode line :
          PeerScript.run(
              request.python().get(), "token_benchmark.py", request.threads(), arguments)) {
        pyarrow.merge(line.path("task").asText(), line.path("seconds").asDouble(), Math::min);
      }
    }
  }
}
