package io.github.ideal4j.arrow;

import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a folder of shards, {@code part-00000.arrow} and so on, and begins the next one where a
 * shard is full. Each shard appears under its name when it is whole; after a kill {@link #resume}
 * goes on behind the last of them. Not safe for use by several threads.
 */
public final class TokenFolderWriter implements AutoCloseable {

  /**
   * When a shard is full: whichever comes first.
   *
   * @param rows of a shard, at least 1
   * @param bytes after which no further row is added, at least 1; counted by whole batches
   */
  public record ShardLimit(long rows, long bytes) {
    public ShardLimit {
      if (rows < 1 || bytes < 1) {
        throw new IllegalArgumentException(
            "a shard has at least 1 row and 1 byte, got %d and %d".formatted(rows, bytes));
      }
    }

    public static ShardLimit rows(long rows) {
      return new ShardLimit(rows, Long.MAX_VALUE);
    }

    public static ShardLimit bytes(long bytes) {
      return new ShardLimit(Long.MAX_VALUE, bytes);
    }
  }

  private final Path folder;
  private final TokenFileInfo info;
  private final TokenFileOptions options;
  private final ShardLimit limit;
  private TokenFileWriter shard;
  private int shards;
  private long rowCount;

  private TokenFolderWriter(
      Path folder, TokenFileInfo info, TokenFileOptions options, ShardLimit limit) {
    this.folder = folder;
    this.info = info;
    this.options = options;
    this.limit = limit;
  }

  /**
   * Begins a folder.
   *
   * @throws IOException if the folder has shards already, or cannot be made
   */
  public static TokenFolderWriter create(
      Path folder, TokenFileInfo info, TokenFileOptions options, ShardLimit limit)
      throws IOException {
    Files.createDirectories(folder);
    if (hasShards(folder)) {
      throw new IOException(
          "%s: there are token files already; resume or remove".formatted(folder));
    }
    return new TokenFolderWriter(folder, info, options, limit);
  }

  /**
   * Goes on behind the whole shards of a folder, or begins one. {@link #rowCount()} then tells how
   * many rows are there; the caller appends those that follow.
   *
   * @throws CorruptTokenFileException if a shard is damaged or holds tokens of another kind
   */
  public static TokenFolderWriter resume(
      Path folder, TokenFileInfo info, TokenFileOptions options, ShardLimit limit)
      throws IOException {
    Files.createDirectories(folder);
    TokenFolderWriter writer = new TokenFolderWriter(folder, info, options, limit);
    if (hasShards(folder)) {
      try (TokenDataset done = TokenDataset.open(folder)) {
        requireSameKind(done, info);
        done.verify();
        writer.shards = done.readers().size();
        writer.rowCount = done.size();
      }
    }
    Files.deleteIfExists(AtomicFile.beside(writer.nextShard()));
    return writer;
  }

  private static boolean hasShards(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".arrow"));
    }
  }

  private static void requireSameKind(TokenDataset done, TokenFileInfo info)
      throws CorruptTokenFileException {
    if (!done.info().tokenizer().equals(info.tokenizer())
        || !done.info().optionalColumns().equals(info.optionalColumns())) {
      throw new CorruptTokenFileException(
          done.path(),
          "it holds %s with the columns %s, not %s with %s"
              .formatted(
                  done.info().tokenizer(),
                  done.info().optionalColumns(),
                  info.tokenizer(),
                  info.optionalColumns()));
    }
  }

  private Path nextShard() {
    return folder.resolve(TokenDataset.shardName(shards));
  }

  /** Appends a row. See {@link TokenFileWriter#append(TokenRow)}. */
  public void append(TokenRow row) throws IOException {
    if (shard == null) {
      shard = TokenFileWriter.create(nextShard(), info, options);
    }
    shard.append(row);
    rowCount++;
    if (shard.rowCount() >= limit.rows()
        || (limit.bytes() < Long.MAX_VALUE && shard.bytesWritten() >= limit.bytes())) {
      finishShard();
    }
  }

  /** Rows in the folder, with those that an earlier call wrote. */
  public long rowCount() {
    return rowCount;
  }

  /** Names of the shards that are whole. */
  public List<String> shards() {
    return Stream.iterate(0, i -> i + 1).limit(shards).map(TokenDataset::shardName).toList();
  }

  /** Completes the last shard; a folder without any row gets one without rows. */
  public void finish() throws IOException {
    if (shard == null && shards == 0) {
      shard = TokenFileWriter.create(nextShard(), info, options);
    }
    if (shard != null) {
      finishShard();
    }
  }

  private void finishShard() throws IOException {
    shard.finish();
    shard = null;
    shards++;
  }

  /** Gives up the shard that is not whole; the others stay. */
  @Override
  public void close() throws IOException {
    if (shard != null) {
      shard.close();
      shard = null;
    }
  }
}
