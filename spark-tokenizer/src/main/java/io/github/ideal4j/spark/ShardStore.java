package io.github.ideal4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.serving.ShardOutcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where shards are committed. An attempt of a task writes under a name of its own and then renames;
 * whoever comes second finds the shard there and drops his, which has the same bytes. The record of
 * a shard is written last: a shard without one counts as not there.
 */
final class ShardStore {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ATTEMPTS = "_temporary";
  private static final String RECORDS = "_shards";

  private final Path out;
  private final FileSystem files;

  /**
   * What is recorded of a shard.
   *
   * @param settings SHA-256 of all on which its bytes depend
   * @param sha256 of the token file
   * @param bytes of the token file
   */
  record Committed(String settings, String sha256, long bytes, ShardOutcome outcome) {}

  ShardStore(String out, Configuration storage) throws IOException {
    this.out = new Path(out);
    files = this.out.getFileSystem(storage);
  }

  /** The record of a shard that was made with these settings, if it is whole. */
  Optional<Committed> committed(String name, String settings) throws IOException {
    Path record = record(name);
    if (!files.exists(record)) {
      return Optional.empty();
    }
    Committed committed =
        JSON.readValue(HadoopImages.bytes(files, record, record.toString()), Committed.class);
    if (!committed.settings().equals(settings)) {
      throw new IllegalArgumentException(
          "%s holds shard %s of another job (other photographs, bundle, batch or shards); choose another --out"
              .formatted(out, name));
    }
    Path shard = new Path(out, name);
    boolean whole = files.exists(shard) && files.getFileStatus(shard).getLen() == committed.bytes();
    return whole ? Optional.of(committed) : Optional.empty();
  }

  /**
   * Commits a shard, or finds that another attempt has.
   *
   * @param local the token file on this machine
   * @param skipped its list of unreadable photographs
   */
  Committed commit(
      java.nio.file.Path local, java.nio.file.Path skipped, String settings, ShardOutcome outcome)
      throws IOException {
    String name = outcome.file();
    Committed committed = new Committed(settings, Sha256.of(local), Files.size(local), outcome);
    Path attempt = new Path(new Path(out, ATTEMPTS), name + "." + UUID.randomUUID());
    try (OutputStream to = files.create(attempt, true)) {
      Files.copy(local, to);
    }
    Path shard = new Path(out, name);
    // A file of the right size without a record is what an attempt left that died in between.
    if (!files.rename(attempt, shard)) {
      files.delete(attempt, false);
      if (!files.exists(shard) || files.getFileStatus(shard).getLen() != committed.bytes()) {
        throw new IOException("cannot move %s to %s".formatted(attempt, shard));
      }
    }
    replace(skippedList(name), Files.readAllBytes(skipped));
    replace(record(name), JSON.writeValueAsBytes(committed));
    return committed;
  }

  private Path record(String name) {
    return new Path(new Path(out, RECORDS), name + ".json");
  }

  private Path skippedList(String name) {
    return new Path(new Path(out, RECORDS), name + ".skipped.csv");
  }

  byte[] skipped(String name) throws IOException {
    return HadoopImages.bytes(files, skippedList(name), name);
  }

  /** Writes a small file whole; equal content may be written twice. */
  void replace(Path path, byte[] content) throws IOException {
    Path attempt = new Path(new Path(out, ATTEMPTS), path.getName() + "." + UUID.randomUUID());
    try (OutputStream to = files.create(attempt, true)) {
      to.write(content);
    }
    files.mkdirs(path.getParent());
    if (!files.rename(attempt, path)) {
      files.delete(path, false);
      if (!files.rename(attempt, path)) {
        files.delete(attempt, false);
        if (!files.exists(path)) {
          throw new IOException("cannot write %s".formatted(path));
        }
      }
    }
  }

  /** Writes the manifest and what was left out, and removes what attempts left. */
  void finish(String manifest, String skippedCsv) throws IOException {
    if (skippedCsv.isEmpty()) {
      files.delete(new Path(out, "skipped.csv"), false);
    } else {
      replace(new Path(out, "skipped.csv"), skippedCsv.getBytes(StandardCharsets.UTF_8));
    }
    replace(new Path(out, "manifest.json"), manifest.getBytes(StandardCharsets.UTF_8));
    files.delete(new Path(out, ATTEMPTS), true);
  }

  Path out() {
    return out;
  }
}
