package io.github.ideal4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.TaskContext;

/**
 * The local disk as {@code slow:///}. The first attempt at shard 1 stops before it writes its file
 * until another one has recorded the shard, deaf to being killed; beside the folder stand notes.
 */
public final class SlowFileSystem extends PlainFileSystem {

  private static final String SHARD = "part-00001.arrow";
  private static final int PATIENCE_SECONDS = 60;

  @Override
  public String getScheme() {
    return "slow";
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    TaskContext task = TaskContext.get();
    if (task != null && path.getName().matches(SHARD + "\\.[^.]*")) {
      java.nio.file.Path out = pathToFile(path.getParent().getParent()).toPath();
      String attempt = "attempt" + task.attemptNumber();
      note(out, attempt, "begins");
      await(
          task.attemptNumber() == 0
              ? out.resolve("_shards").resolve(SHARD + ".json")
              : out.resolveSibling("attempt0.begins"));
      note(out, attempt, "writes");
      task.addTaskCompletionListener(
          context -> {
            note(out, attempt, "ends");
          });
    }
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  private static void note(java.nio.file.Path out, String attempt, String what) {
    try {
      Files.createFile(out.resolveSibling(attempt + "." + what));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void await(java.nio.file.Path file) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(file) && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        // As native code is.
      }
    }
  }
}
