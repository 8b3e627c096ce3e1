package io.github.ideal4j.pipeline.bench;

import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenCompression;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import java.io.Closeable;
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
import java.util.stream.IntStream;
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
   * @param rounds of each side, in turns; medians count
   * @param threads that pack and unpack ahead of the writing and reading of packed files
   * @param python an interpreter with pyarrow, to compare with
   */
  public record Request(Path folder, int rows, int rounds, int threads, Optional<String> python) {}

  /**
   * Median times in seconds by task.
   *
   * @param rows of the file
   * @param bytes of the file that is not packed
   * @param rounds of each
   * @param ours by task
   * @param pyarrow by task, empty where there was no Python
   * @param ratios of pyarrow's time to ours, which is taken right before or after it: by task the
   *     least, the lower quartile, the median, the upper quartile and the greatest of all rounds
   */
  public record Result(
      int rows,
      long bytes,
      int rounds,
      Map<String, Double> ours,
      Map<String, Double> pyarrow,
      Map<String, List<Double>> ratios) {

    /** The result as a table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(
          "%,d rows of %d uint16, %,d bytes; seconds, medians of %d rounds%n"
              .formatted(rows, CELLS, bytes, rounds));
      text.append(
          "%-22s %9s %9s %6s  %-13s %-13s %s%n"
              .formatted("", "ideal4j", "pyarrow", "ratio", "half of them", "all", "GB/s"));
      ours.forEach((task, seconds) -> text.append(line(task, seconds)));
      return text.append("ratio of a round, its median and spread; above 1: faster than pyarrow")
          .toString();
    }

    private String line(String task, double seconds) {
      List<Double> ratio = ratios.get(task);
      return "%-22s %9.4f %9s %6s  %-13s %-13s %s%n"
          .formatted(
              task,
              seconds,
              ratio == null ? "-" : "%.4f".formatted(pyarrow.get(task)),
              ratio == null ? "-" : "%.2f".formatted(ratio.get(2)),
              ratio == null ? "" : "%.2f to %.2f".formatted(ratio.get(1), ratio.get(3)),
              ratio == null ? "" : "%.2f to %.2f".formatted(ratio.get(0), ratio.get(4)),
              task.contains("take") ? "" : "%.2f".formatted(bytes / seconds / 1e9));
    }
  }

  /** Measures. Its files are deleted afterwards. */
  public static Result run(Request request, Progress progress) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(request.folder()), "tokens");
    try (Progress.Stage stage = progress.start("Measuring", request.rounds(), "rounds");
        Work work = new Work(request, folder)) {
      work.warmUp();
      for (int round = 0; round < request.rounds(); round++) {
        work.round(round % 2 == 0);
        stage.advance(1);
      }
      return work.result();
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  /** One call. */
  private static final class Work implements Closeable {

    private final Request request;
    private final TokenFileInfo info =
        TokenFileInfo.toWrite(
            new TokenizerInfo("benchmark", "", CODES, SIDE, SIDE, 0, 0), "ideal bench", List.of());
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, List<Double>> ours = new LinkedHashMap<>();
    private final Map<String, List<Double>> pyarrow = new LinkedHashMap<>();
    private final Path none;
    private final Path zstd;
    private final List<ByteBuffer> atHand = new ArrayList<>();
    private final long expected;
    private final long[] taken;
    private final Optional<PeerProcess> peer;

    /**
     * Tokens are drawn with a skew, as those of photographs are. The batches to write are a few
     * over and over, as a producer hands them out that fills its buffers anew.
     */
    Work(Request request, Path folder) throws IOException {
      this.request = request;
      none = folder.resolve("none.arrow");
      zstd = folder.resolve("zstd.arrow");
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
      addTasks();
      write(none, TokenCompression.NONE);
      write(zstd, TokenCompression.ZSTD);
      peer = request.python().isPresent() ? Optional.of(startPeer(folder)) : Optional.empty();
    }

    private PeerProcess startPeer(Path folder) throws IOException {
      PeerProcess started =
          PeerProcess.start(
              request.python().orElseThrow(),
              "token_benchmark.py",
              request.threads(),
              List.of(
                  none.toString(), zstd.toString(), folder.toString(), Long.toString(expected)));
      try {
        started.ask("begin"); // it has read the file then, which is about to be written anew
        return started;
      } catch (IOException e) {
        started.close();
        throw e;
      }
    }

    /** In the order of the table; each gives the seconds that it took. */
    private void addTasks() {
      tasks.put("write", () -> timeWriting(none, TokenCompression.NONE));
      tasks.put("write zstd", () -> timeWriting(zstd, TokenCompression.ZSTD));
      tasks.put("read and sum", () -> time(() -> readAndSum(TokenDataset.openUnchecked(none), 1)));
      tasks.put("read, check and sum", () -> time(() -> readAndSum(TokenDataset.open(none), 1)));
      tasks.put(
          "read and sum zstd",
          () -> time(() -> readAndSum(TokenDataset.open(zstd), request.threads())));
      tasks.put("take 10,000, first", () -> timeTaking(TokenDataset.openUnchecked(none), 0));
      tasks.put("check and take 10,000", () -> timeTaking(TokenDataset.open(none), 0));
      tasks.put("take 10,000, again", () -> timeTaking(TokenDataset.open(none), 5));
    }

    /** Tokens of a batch, the last of which may be shorter. */
    private ByteBuffer batch(int number) {
      int rows = Math.min(BATCH_ROWS, request.rows() - number * BATCH_ROWS);
      return atHand.get(number % AT_HAND).slice(0, rows * ROW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A round that does not count: code is compiled in it. */
    void warmUp() throws IOException {
      round(true);
      ours.clear();
      pyarrow.clear();
    }

    /** Every task here and there, one right after the other. */
    void round(boolean oursFirst) throws IOException {
      for (String task : tasks.keySet()) {
        if (oursFirst) {
          add(ours, task, tasks.get(task).run());
        }
        if (peer.isPresent()) {
          add(pyarrow, task, peer.get().ask(task).asDouble());
        }
        if (!oursFirst) {
          add(ours, task, tasks.get(task).run());
        }
      }
    }

    private static void add(Map<String, List<Double>> times, String task, double seconds) {
      times.computeIfAbsent(task, name -> new ArrayList<>()).add(seconds);
    }

    Result result() throws IOException {
      Map<String, List<Double>> ratios = new LinkedHashMap<>();
      pyarrow.forEach(
          (task, theirs) ->
              ratios.put(
                  task,
                  spread(
                      IntStream.range(0, theirs.size())
                          .mapToObj(round -> theirs.get(round) / ours.get(task).get(round))
                          .toList())));
      return new Result(
          request.rows(),
          Files.size(none),
          request.rounds(),
          medians(ours),
          medians(pyarrow),
          ratios);
    }

    private static Map<String, Double> medians(Map<String, List<Double>> times) {
      Map<String, Double> medians = new LinkedHashMap<>();
      times.forEach((task, all) -> medians.put(task, spread(all).get(2)));
      return medians;
    }

    /** The least, the three quartiles, and the greatest. */
    private static List<Double> spread(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      return IntStream.rangeClosed(0, 4)
          .mapToObj(quarter -> sorted.get(quarter * (sorted.size() - 1) / 4))
          .toList();
    }

    private interface Task {
      double run() throws IOException;
    }

    private interface Step {
      void run() throws IOException;
    }

    private static double time(Step step) throws IOException {
      long start = System.nanoTime();
      step.run();
      return (System.nanoTime() - start) / 1e9;
    }

    /** The second file gets the memory that the first one gave back, which is at hand. */
    private double timeWriting(Path file, TokenCompression compression) throws IOException {
      write(file, compression);
      Files.delete(file);
      return time(() -> write(file, compression));
    }

    private double timeTaking(TokenDataset opened, int again) throws IOException {
      try (TokenDataset dataset = opened) {
        double seconds = time(() -> take(dataset));
        if (again == 0) {
          return seconds;
        }
        seconds = Double.MAX_VALUE;
        for (int i = 0; i < again; i++) {
          seconds = Math.min(seconds, time(() -> take(dataset)));
        }
        return seconds;
      }
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

    @Override
    public void close() throws IOException {
      if (peer.isPresent()) {
        peer.get().close();
      }
    }
  }
}
