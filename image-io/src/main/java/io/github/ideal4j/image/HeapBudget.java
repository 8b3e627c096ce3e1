package io.github.ideal4j.image;

import java.util.concurrent.Semaphore;

/**
 * Half of the heap, shared by all threads that decode, so that any number of workers with images of
 * any size stay within it: a large image waits for others to be done.
 */
final class HeapBudget {

  private static final long UNIT = 1 << 10;
  private static final HeapBudget HEAP = new HeapBudget(Runtime.getRuntime().maxMemory() / 2);

  private final long bytes;
  private final Semaphore units;

  HeapBudget(long bytes) {
    this.bytes = bytes;
    units = new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / UNIT), true);
  }

  static HeapBudget ofHeap() {
    return HEAP;
  }

  /** What a decoding takes while it is under way; closing gives it back. */
  interface Share extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits until there is room.
   *
   * @throws IllegalStateException if this image alone needs more than there ever is
   */
  Share take(long needed, String name) throws ImageFormatException {
    if (needed > bytes) {
      throw new IllegalStateException(
          "%s needs about %d MiB to decode, and half of the heap are %d MiB: give java more (-Xmx), or leave such images out with a lower limit of pixels"
              .formatted(Names.quote(name), needed >> 20, bytes >> 20));
    }
    int share = (int) (needed / UNIT) + 1;
    try {
      units.acquire(Math.min(share, (int) Math.min(Integer.MAX_VALUE, bytes / UNIT)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageFormatException(name, "interrupted while waiting for memory", e);
    }
    int taken = Math.min(share, (int) Math.min(Integer.MAX_VALUE, bytes / UNIT));
    return () -> units.release(taken);
  }
}
