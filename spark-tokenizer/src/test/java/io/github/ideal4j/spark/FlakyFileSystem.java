package io.github.ideal4j.spark;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk as {@code flaky:///}, a storage in which the first opening of some files fails.
 */
public final class FlakyFileSystem extends RawLocalFileSystem {

  static final Set<String> FAIL_ONCE = ConcurrentHashMap.newKeySet();
  static final AtomicInteger FAILURES = new AtomicInteger();

  @Override
  public URI getUri() {
    return URI.create("flaky:///");
  }

  @Override
  public String getScheme() {
    return "flaky";
  }

  // The parent's know owner and group, which they ask of a file: path.
  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return plain(super.getFileStatus(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return Arrays.stream(super.listStatus(path))
        .map(FlakyFileSystem::plain)
        .toArray(FileStatus[]::new);
  }

  static FileStatus plain(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    if (FAIL_ONCE.remove(path.getName())) {
      FAILURES.incrementAndGet();
      throw new IOException("the storage does not answer: " + path);
    }
    return super.open(path, bufferSize);
  }
}
