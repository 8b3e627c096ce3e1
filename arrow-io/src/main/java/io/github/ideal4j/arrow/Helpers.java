package io.github.ideal4j.arrow;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that work beside the one who asks, who takes over what they have not begun: on a machine
 * whose cores are taken nobody waits for a thread that does not run. They end by themselves when
 * they have nothing to do.
 */
final class Helpers {

  private static final long IDLE_MILLIS = 200;

  private final Executor threads;

  Helpers(int count) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Helpers::daemon);
    pool.allowCoreThreadTimeOut(true);
    threads = pool;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "token-writer");
    thread.setDaemon(true);
    return thread;
  }

  <T> Work<T> begin(Callable<T> action) {
    Work<T> work = new Work<>(new FutureTask<>(action));
    threads.execute(work.task());
    return work;
  }

  /** Something that has been begun, or will be by who needs it. */
  record Work<T>(FutureTask<T> task) {

    /** Its result; what it threw, if that needs no declaration. */
    T await() {
      task.run(); // nothing if somebody else has begun
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return task.get();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        if (e.getCause() instanceof Error failure) {
          throw failure;
        }
        throw new IllegalStateException("work on a batch failed", e.getCause());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /** Waits until nobody works on it, whatever came of it. */
    void end() {
      try {
        await();
      } catch (RuntimeException | Error e) {
        // Whoever needed it has given up.
      }
    }
  }
}
