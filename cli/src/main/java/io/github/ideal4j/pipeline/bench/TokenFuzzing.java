package io.github.ideal4j.pipeline.bench;

import com.sun.management.ThreadMXBean;
import io.github.ideal4j.arrow.CorruptTokenFileException;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenCompression;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.arrow.TokenFileReader;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Damages valid token files in every way that comes to mind, and reads them: each reading must give
 * the rows that were written, or one {@link CorruptTokenFileException}.
 */
public final class TokenFuzzing {

  private static final int ROWS = 23;
  private static final int ROWS_PER_BATCH = 6;

  private TokenFuzzing() {}

  /**
   * What came of it.
   *
   * @param tried mutations
   * @param unharmed of them were read, with the contents that were written
   * @param refused of them
   * @param failures those that ended otherwise: none is right
   * @param largestAllocation of one reading on the heap, in bytes
   * @param largestFile of the files, in bytes
   * @param longestMillis of one reading
   * @param byKind unharmed and refused by kind of damage
   */
  public record Result(
      long tried,
      long unharmed,
      long refused,
      List<String> failures,
      long largestAllocation,
      long largestFile,
      double longestMillis,
      TreeMap<String, String> byKind) {

    /** The result in words. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(
          "%,d damaged files: %,d refused, %,d read with the contents that were written, %,d failures%n"
              .formatted(tried, refused, unharmed, failures.size()));
      byKind.forEach((kind, counts) -> text.append("  %-24s %s%n".formatted(kind, counts)));
      text.append(
          "largest file %,d bytes; most memory of one reading %,d bytes; longest reading %.0f ms%n"
              .formatted(largestFile, largestAllocation, longestMillis));
      failures.stream().limit(10).forEach(failure -> text.append(failure).append('\n'));
      return text.toString();
    }
  }

  /** Kinds of damage. */
  private enum Damage {
    FLIPPED_BIT,
    OVERWRITTEN,
    FORGED_INT,
    FORGED_LONG,
    CUT,
    GROWN,
    SWAPPED,
    FOOTER,
    SCHEMA
  }

  /**
   * Tries mutations of files that are plain and packed, with and without optional columns.
   *
   * @param folder for a temporary file; a disk in memory is faster
   * @param mutations how many
   * @param seed all chance follows from it
   */
  public static Result run(Path folder, long mutations, long seed, Progress progress)
      throws IOException {
    Path own = Files.createTempDirectory(Files.createDirectories(folder), "fuzz");
    try (Progress.Stage stage = progress.start("Damaging files", mutations, "files")) {
      Work work = new Work(own, seed);
      for (long i = 0; i < mutations; i++) {
        work.mutate();
        if (i % 1000 == 999) {
          stage.advance(1000);
        }
      }
      return work.result(mutations);
    } finally {
      AtomicFile.deleteRecursively(own);
    }
  }

  /** A valid file and its rows. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Original(byte[] bytes, List<TokenRow> rows, int schemaEnd, int footerStart) {}

  /** One call. */
  private static final class Work {

    private static final List<Damage> DAMAGES = List.of(Damage.values());

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Path file;
    private final SplittableRandom random;
    private final List<Original> originals = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final TreeMap<Damage, long[]> counts = new TreeMap<>();
    private long unharmed;
    private long refused;
    private long largestAllocation;
    private long longestNanos;

    Work(Path folder, long seed) throws IOException {
      file = folder.resolve("damaged.arrow");
      random = new SplittableRandom(seed);
      for (TokenCompression compression : List.of(TokenCompression.NONE, TokenCompression.ZSTD)) {
        for (int codes : new int[] {200, 4096, 100_000}) {
          originals.add(original(compression, codes, EnumSet.allOf(TokenColumn.class)));
          originals.add(original(compression, codes, EnumSet.noneOf(TokenColumn.class)));
        }
      }
    }

    private Original original(TokenCompression compression, int codes, EnumSet<TokenColumn> columns)
        throws IOException {
      TokenizerInfo tokenizer = new TokenizerInfo("fuzz", "ab".repeat(32), codes, 4, 4, 64, 64);
      List<TokenRow> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        int[] tokens = random.ints(16, 0, random.nextInt(4) == 0 ? 2 : codes).toArray();
        TokenRow row = TokenRow.of(random.nextLong(), new TokenGrid(4, 4, tokens));
        rows.add(
            columns.isEmpty()
                ? row
                : row.withLabel(random.nextInt(3) == 0 ? null : "class " + i % 5)
                    .withPath("images/%d.jpg".formatted(i))
                    .withNll(random.nextInt(3) == 0 ? Float.NaN : i));
      }
      TokenFileOptions options =
          TokenFileOptions.standard().withRowsPerBatch(ROWS_PER_BATCH).withCompression(compression);
      try (TokenFileWriter writer =
          TokenFileWriter.create(
              file, TokenFileInfo.toWrite(tokenizer, "fuzz", columns), options)) {
        for (TokenRow row : rows) {
          writer.append(row);
        }
        writer.finish();
      }
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int schemaEnd = 16 + view.getInt(12);
      int footerStart = bytes.length - 10 - view.getInt(bytes.length - 10);
      return new Original(bytes, rows, schemaEnd, footerStart);
    }

    void mutate() throws IOException {
      Original original = originals.get(random.nextInt(originals.size()));
      Damage damage = DAMAGES.get(random.nextInt(DAMAGES.size()));
      byte[] bytes = damaged(original, damage);
      if (Arrays.equals(bytes, original.bytes())) {
        bytes[random.nextInt(bytes.length)] ^= 1;
      }
      Files.write(file, bytes);
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      long[] count = counts.computeIfAbsent(damage, key -> new long[2]);
      try {
        List<TokenRow> rows = read();
        if (!rows.equals(original.rows())) {
          failures.add("%s: other rows were read".formatted(damage));
        }
        unharmed++;
        count[0]++;
      } catch (IOException | UncheckedIOException e) {
        count[1]++;
        refused++;
        requireRefusal(damage, e instanceof UncheckedIOException wrapped ? wrapped.getCause() : e);
      } catch (RuntimeException | Error e) {
        failures.add("%s: %s".formatted(damage, e));
      }
      longestNanos = Math.max(longestNanos, System.nanoTime() - start);
      largestAllocation =
          Math.max(largestAllocation, THREADS.getCurrentThreadAllocatedBytes() - allocated);
    }

    private void requireRefusal(Damage damage, Exception refusal) {
      String message = String.valueOf(refusal.getMessage());
      if (!(refusal instanceof CorruptTokenFileException)
          || !message.startsWith(file + ": ")
          || message.contains("\n")) {
        failures.add("%s: %s".formatted(damage, refusal));
      }
    }

    private List<TokenRow> read() throws IOException {
      List<TokenRow> rows = new ArrayList<>();
      try (TokenFileReader reader = TokenFileReader.open(file)) {
        for (int number = 0; number < reader.batchCount(); number++) {
          TokenBatch batch = reader.batch(number);
          for (int row = 0; row < batch.size(); row++) {
            rows.add(batch.row(row));
          }
        }
      }
      return rows;
    }

    private byte[] damaged(Original original, Damage damage) {
      byte[] bytes = original.bytes().clone();
      ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int from = damage == Damage.FOOTER ? original.footerStart() : 0;
      int to = damage == Damage.SCHEMA ? original.schemaEnd() : bytes.length;
      switch (damage) {
        case FLIPPED_BIT -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        case OVERWRITTEN -> {
          int at = random.nextInt(bytes.length);
          int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
          byte fill = (byte) (random.nextBoolean() ? random.nextInt(256) : -1);
          Arrays.fill(bytes, at, end, fill);
        }
        case FORGED_INT -> view.putInt(random.nextInt(bytes.length / 4 - 1) * 4, forged());
        case FORGED_LONG ->
            view.putLong(
                random.nextInt(bytes.length / 8 - 1) * 8, (long) forged() << random.nextInt(33));
        case CUT -> {
          return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        case GROWN -> {
          return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
        }
        case SWAPPED -> swap(bytes);
        case FOOTER, SCHEMA -> {
          for (int i = random.nextInt(3); i >= 0; i--) {
            int at = from + random.nextInt(to - from - 4);
            if (random.nextBoolean()) {
              bytes[at] = (byte) random.nextInt(256);
            } else {
              view.putInt(at & ~3, forged());
            }
          }
        }
      }
      return bytes;
    }

    private int forged() {
      int[] values = {0, 1, -1, 7, 8, 64, 1 << 16, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE};
      return random.nextInt(3) == 0 ? random.nextInt() : values[random.nextInt(values.length)];
    }

    /** Two stretches of equal length change places: batches, where they happen to be hit. */
    private void swap(byte[] bytes) {
      int length = 8 * (1 + random.nextInt(Math.min(64, bytes.length / 32)));
      int a = 8 * random.nextInt((bytes.length - length) / 8);
      int b = 8 * random.nextInt((bytes.length - length) / 8);
      byte[] first = Arrays.copyOfRange(bytes, a, a + length);
      System.arraycopy(bytes, b, bytes, a, length);
      System.arraycopy(first, 0, bytes, b, length);
    }

    Result result(long tried) {
      TreeMap<String, String> byKind = new TreeMap<>();
      counts.forEach(
          (damage, count) ->
              byKind.put(
                  damage.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                  "%,d refused, %,d unharmed".formatted(count[1], count[0])));
      long largest = originals.stream().mapToLong(o -> o.bytes().length).max().orElse(0);
      return new Result(
          tried,
          unharmed,
          refused,
          failures,
          largestAllocation,
          largest,
          longestNanos / 1e6,
          byKind);
    }
  }
}
