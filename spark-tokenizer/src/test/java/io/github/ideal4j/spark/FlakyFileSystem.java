package io.github.ideal4j.spark;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The local disk as {@code flaky:///}, a storage in which the first opening of some files fails.
 */
public final class FlakyFileSystem extends PlainFileSystem {

  static final Set<String> FAIL_ONCE = ConcurrentHashMap.newKeySet();
  static final AtomicInteger FAILURES = new AtomicInteger();

  @Override
  public String getScheme() {
    return "flaky";
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
