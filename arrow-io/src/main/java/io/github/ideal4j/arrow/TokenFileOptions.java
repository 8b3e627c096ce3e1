package io.github.ideal4j.arrow;

/**
 * How a token file is written.
 *
 * @param compression {@code NONE} or {@code ZSTD}
 * @param rowsPerBatch rows of a batch, 1 to 65,536; a batch is what is read and checked at once
 */
public record TokenFileOptions(TokenCompression compression, int rowsPerBatch) {

  private static final int MAX_ROWS_PER_BATCH = 1 << 16;

  public TokenFileOptions {
    if (compression == TokenCompression.LZ4) {
      throw new IllegalArgumentException("LZ4 is read but never written; use NONE or ZSTD");
    }
    if (rowsPerBatch < 1 || rowsPerBatch > MAX_ROWS_PER_BATCH) {
      throw new IllegalArgumentException(
          "rows per batch must be 1 to %d, got %d".formatted(MAX_ROWS_PER_BATCH, rowsPerBatch));
    }
  }

  /** Not compressed, 4,096 rows a batch. */
  public static TokenFileOptions standard() {
    return new TokenFileOptions(TokenCompression.NONE, 4096);
  }

  public TokenFileOptions withCompression(TokenCompression newCompression) {
    return new TokenFileOptions(newCompression, rowsPerBatch);
  }

  public TokenFileOptions withRowsPerBatch(int newRowsPerBatch) {
    return new TokenFileOptions(compression, newRowsPerBatch);
  }
}
