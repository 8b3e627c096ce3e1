package io.github.ideal4j.onnx.serving;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * How far a shard is, in files beside it: {@code NAME.journal} with a line of JSON for each batch
 * that is on the disk, {@code NAME.skipped.csv} with the photographs that could not be read, and
 * {@code NAME.json} once the shard is whole.
 */
final class ShardJournal implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * State before a photograph.
   *
   * @param place of the photograph in the shard
   * @param rows before it
   * @param skipped photographs before it
   * @param skippedBytes of the list of these
   * @param turned photographs before it that are not upright
   * @param content chained SHA-256 of those before it
   */
  record State(int place, long rows, long skipped, long skippedBytes, long turned, String content) {
    static State begin() {
      return new State(0, 0, 0, 0, 0, "");
    }
  }

  /**
   * A batch of the token file is on the disk.
   *
   * @param rows in the file
   * @param encoded state at the start of the encoder's batch to which the last of them belongs, so
   *     that later batches are the same as without a stop
   */
  record Checkpoint(long rows, State encoded) {}

  private final Path journalFile;
  private final Path skippedFile;
  private final Path outcomeFile;
  private FileChannel journal;
  private FileChannel skipped;

  ShardJournal(Path work, String name) {
    journalFile = work.resolve(name + ".journal");
    skippedFile = work.resolve(name + ".skipped.csv");
    outcomeFile = work.resolve(name + ".json");
  }

  /** What the shard came to, if it is whole. */
  Optional<ShardOutcome> outcome() throws IOException {
    if (!Files.exists(outcomeFile)) {
      return Optional.empty();
    }
    return Optional.of(JSON.readValue(Files.readAllBytes(outcomeFile), ShardOutcome.class));
  }

  /** The last batch that is known to be on the disk. */
  Optional<Checkpoint> last() throws IOException {
    Optional<Checkpoint> last = Optional.empty();
    List<String> lines = Files.exists(journalFile) ? Files.readAllLines(journalFile) : List.of();
    for (String line : lines) {
      try {
        last = Optional.of(JSON.readValue(line, Checkpoint.class));
      } catch (JacksonException e) {
        return last; // cut off by the kill
      }
    }
    return last;
  }

  /** Begins to write: anew, or behind a checkpoint. */
  void open(Optional<Checkpoint> from) throws IOException {
    Files.deleteIfExists(outcomeFile);
    journal = channel(journalFile);
    skipped = channel(skippedFile);
    journal.truncate(0);
    skipped.truncate(from.map(checkpoint -> checkpoint.encoded().skippedBytes()).orElse(0L));
    skipped.position(skipped.size());
    if (from.isPresent()) {
      add(from.get());
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Adds a photograph to the list; returns the bytes of the list. */
  long skip(String line) throws IOException {
    write(skipped, line);
    return skipped.position();
  }

  /** A line of the list. */
  static String skippedLine(String path, String reason, long id, String shard) {
    return "%s,%s,%d,%s\r\n".formatted(quoted(path), quoted(reason), id, shard);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  void add(Checkpoint checkpoint) throws IOException {
    skipped.force(false);
    write(journal, JSON.writeValueAsString(checkpoint) + "\n");
    journal.force(false);
  }

  void finish(ShardOutcome outcome) throws IOException {
    AtomicFile.writeString(outcomeFile, JSON.writeValueAsString(outcome));
  }

  private static void write(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    if (journal != null) {
      journal.close();
      skipped.close();
    }
  }
}
