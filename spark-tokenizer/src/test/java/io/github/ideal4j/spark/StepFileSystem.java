package io.github.ideal4j.spark;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk as {@code steps:///}: each call is a step, renames are those of other storages.
 */
public final class StepFileSystem extends PlainFileSystem {

  /** What a rename does if there is a file of the new name. */
  enum Rename {
    /** A local disk. */
    REPLACES,
    /** HDFS. */
    REFUSES,
    /** S3A. */
    THROWS
  }

  /** A step of a thread, before it is done. */
  @FunctionalInterface
  interface Step {
    void before() throws IOException;
  }

  static final ThreadLocal<Step> STEP = ThreadLocal.withInitial(() -> () -> {});
  static volatile Rename rename = Rename.REPLACES;

  @Override
  public String getScheme() {
    return "steps";
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    STEP.get().before();
    return super.open(path, bufferSize);
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
    STEP.get().before();
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    STEP.get().before();
    if (rename != Rename.REPLACES && pathToFile(to).exists()) {
      if (rename == Rename.THROWS) {
        throw new FileAlreadyExistsException(to.toString());
      }
      return false;
    }
    // The parent's copies what it cannot move.
    return pathToFile(from).renameTo(pathToFile(to));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    STEP.get().before();
    return super.delete(path, recursive);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    STEP.get().before();
    return super.mkdirs(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    STEP.get().before();
    return super.getFileStatus(path);
  }
}
