package io.github.ideal4j.training;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a training to end after its current step, with a checkpoint. {@link #onShutdown()} ties it
 * to the end of the JVM, so that Ctrl-C loses nothing.
 */
public final class StopSignal implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;

  private static final AtomicInteger ARMED = new AtomicInteger();

  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean requested;
  private Thread hook;

  /** A signal that only {@link #request()} raises. */
  public StopSignal() {}

  /**
   * A signal that is raised when the JVM is asked to end. The JVM then waits (at most a minute)
   * until the signal is closed, which is when the checkpoint is on the disk.
   */
  public static StopSignal onShutdown() {
    StopSignal signal = new StopSignal();
    signal.hook = new Thread(signal::requestAndWait, "stop-training");
    ARMED.incrementAndGet();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Whether some signal waits for the end of the JVM: then there is something to save. */
  public static boolean isArmed() {
    return ARMED.get() > 0;
  }

  /** Raises the signal; safe from any thread. */
  public void request() {
    requested = true;
  }

  /** Whether the training should end. */
  public boolean requested() {
    return requested;
  }

  private void requestAndWait() {
    request();
    try {
      boolean ignored = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that the training has ended, and lets a waiting JVM go. */
  @Override
  public void close() {
    if (hook != null && closed.getCount() > 0) {
      ARMED.decrementAndGet();
    }
    closed.countDown();
    if (hook != null && !requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is ending; the hook finds the latch open.
        hook = null;
      }
    }
  }
}
