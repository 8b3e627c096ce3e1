package io.github.ideal4j.server;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that requests and answers may hold, all together. */
final class MemoryBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  MemoryBudget(long limit) {
    this.limit = limit;
  }

  long limit() {
    return limit;
  }

  long used() {
    return used.get();
  }

  /** What one request holds. */
  final class Share {

    private final AtomicLong held = new AtomicLong();

    /** Takes more; false if there is not enough. */
    boolean take(long bytes) {
      if (used.addAndGet(bytes) > limit) {
        used.addAndGet(-bytes);
        return false;
      }
      held.addAndGet(bytes);
      return true;
    }

    /** Gives all of it back. */
    void release() {
      used.addAndGet(-held.getAndSet(0));
    }
  }
}
