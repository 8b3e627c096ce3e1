package io.github.ideal4j.arrow;

import java.util.Objects;

/**
 * How a token file is written.
 *
 * @param compression {@code NONE} or {@code ZSTD}
 * @param rowsPerBatch rows of a batch, 1 to 65,536; a batch is what is read and checked at once
 * @param threads batches that are packed at the same time; the file is the same for any number
 */
public record TokenFileOptions(TokenCompression compression, int rowsPerBatch, int threads) {

  private static final int MAX_ROWS_PER_BATCH = 1 << 16;

  /** Checks every range. */
  public TokenFileOptions {
    Objects.requireNonNull(compression, "compression is null; NONE or ZSTD would be valid");
    if (compression == TokenCompression.LZ4) {
      throw new IllegalArgumentException("LZ4 is read but never written; use NONE or ZSTD");
    }
    if (rowsPerBatch < 1 || rowsPerBatch > MAX_ROWS_PER_BATCH) {
      throw new IllegalArgumentException(
          "rows per batch must be 1 to %d, got %d".formatted(MAX_ROWS_PER_BATCH, rowsPerBatch));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("at least 1 thread must pack, got " + threads);
    }
  }

  /** Not compressed, 4,096 rows a batch, one thread. */
  public static TokenFileOptions standard() {
    return new TokenFileOptions(TokenCompression.NONE, 4096, 1);
  }

  /**
   * The same, packed or not: {@code NONE} is mapped and read at random without unpacking, {@code
   * ZSTD} makes files smaller.
   */
  public TokenFileOptions withCompression(TokenCompression newCompression) {
    return new TokenFileOptions(newCompression, rowsPerBatch, threads);
  }

  /**
   * The same with batches of another size. Writer and readers hold a batch in memory, a packed one
   * is unpacked for any row of it, and a process that is killed loses the one it was filling.
   */
  public TokenFileOptions withRowsPerBatch(int newRowsPerBatch) {
    return new TokenFileOptions(compression, newRowsPerBatch, threads);
  }

  /** The same with other threads, which only a packed file keeps busy. */
  public TokenFileOptions withThreads(int newThreads) {
    return new TokenFileOptions(compression, rowsPerBatch, newThreads);
  }

  boolean packed() {
    return compression != TokenCompression.NONE;
  }
}
