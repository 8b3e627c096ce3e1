package io.github.ideal4j.torch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.function.Supplier;

/** The error stream that native code writes to, past {@code System.err}. */
final class StandardError {

  private static final int DESCRIPTOR = 2;
  private static final int WRITE_ONLY = 1;

  private StandardError() {}

  /** The calls of the C library that turn a stream aside. */
  interface Streams extends Library {
    int open(String path, int flags);

    int dup(int descriptor);

    int dup2(int from, int to);

    int close(int descriptor);
  }

  /**
   * Runs something while nothing that is written to the stream appears: for a remark of a library
   * that its users can do nothing about. On Windows it just runs.
   */
  static <T> T silenced(Supplier<T> work) {
    if (Platform.isWindows()) {
      return work.get();
    }
    Streams streams = Native.load(Platform.C_LIBRARY_NAME, Streams.class);
    int kept = streams.dup(DESCRIPTOR);
    int nowhere = streams.open("/dev/null", WRITE_ONLY);
    try {
      if (kept >= 0 && nowhere >= 0) {
        streams.dup2(nowhere, DESCRIPTOR);
      }
      return work.get();
    } finally {
      if (kept >= 0) {
        streams.dup2(kept, DESCRIPTOR);
        streams.close(kept);
      }
      if (nowhere >= 0) {
        streams.close(nowhere);
      }
    }
  }
}
