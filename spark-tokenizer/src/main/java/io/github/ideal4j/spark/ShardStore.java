package io.github.ideal4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.serving.ShardOutcome;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
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
  private static final String MANIFEST = "manifest.json";

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

  /** Writes the bytes of a file. */
  @FunctionalInterface
  private interface Content {
    void writeTo(OutputStream to) throws IOException;
  }

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
    Optional<Committed> other = committed(name, settings);
    if (other.isPresent()) {
      return other.get();
    }
    Committed committed = new Committed(settings, Sha256.of(local), Files.size(local), outcome);
    try {
      put(new Path(out, name), committed.sha256(), to -> Files.copy(local, to));
      put(skippedList(name), Files.readAllBytes(skipped));
      put(record(name), JSON.writeValueAsBytes(committed));
    } finally {
      leaveFinished();
    }
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

  private void put(Path path, byte[] content) throws IOException {
    put(path, Sha256.of(content), to -> to.write(content));
  }

  /** Writes a file whole; one that is there with the same content stays. */
  private void put(Path path, String sha256, Content content) throws IOException {
    if (holds(path, sha256)) {
      return;
    }
    Path attempt = new Path(new Path(out, ATTEMPTS), path.getName() + "." + UUID.randomUUID());
    boolean moved = false;
    try {
      try (OutputStream to = files.create(attempt, true)) {
        content.writeTo(to);
      }
      files.mkdirs(path.getParent());
      moved = renamed(attempt, path);
      // What is there is of another attempt, or, with other bytes, of a job that died before it
      // could record it.
      if (!moved && !holds(path, sha256)) {
        files.delete(path, false);
        moved = renamed(attempt, path);
        if (!moved && !holds(path, sha256)) {
          throw new IOException("cannot move %s to %s".formatted(attempt, path));
        }
      }
    } finally {
      if (!moved) {
        files.delete(attempt, false);
      }
    }
  }

  /** Object stores throw where HDFS answers false: there is a file of that name. */
  private boolean renamed(Path from, Path to) throws IOException {
    try {
      return files.rename(from, to);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private boolean holds(Path path, String sha256) throws IOException {
    try (InputStream in = files.open(path)) {
      return Sha256.of(in).equals(sha256);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** An attempt that ends behind its job leaves no folder behind. */
  private void leaveFinished() {
    Path attempts = new Path(out, ATTEMPTS);
    try {
      if (files.exists(new Path(out, MANIFEST)) && files.listStatus(attempts).length == 0) {
        files.delete(attempts, false);
      }
    } catch (IOException e) {
      // Another attempt still writes there or was quicker; what counts is committed.
    }
  }

  /** Writes the manifest and what was left out, and removes what attempts left. */
  void finish(String manifest, String skippedCsv) throws IOException {
    if (skippedCsv.isEmpty()) {
      files.delete(new Path(out, "skipped.csv"), false);
    } else {
      put(new Path(out, "skipped.csv"), skippedCsv.getBytes(StandardCharsets.UTF_8));
    }
    put(new Path(out, MANIFEST), manifest.getBytes(StandardCharsets.UTF_8));
    files.delete(new Path(out, ATTEMPTS), true);
  }

  Path out() {
    return out;
  }
}
