package io.github.ideal4j.server.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the lanes' jobs on a fixed number of threads. Of the lanes that could run, the one goes
 * first that has had the least time; no lane has two runs at a time. Closing finishes what waits
 * and refuses the rest.
 */
public final class Scheduler implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final BatchingSettings settings;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  /** Starts the threads. */
  public Scheduler(BatchingSettings settings) {
    this.settings = settings;
    for (int i = 0; i < settings.runs(); i++) {
      Thread thread = new Thread(this::work, "ideal-run-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** The settings. */
  public BatchingSettings settings() {
    return settings;
  }

  /**
   * A queue of its own.
   *
   * @param name for messages
   */
  public Lane lane(String name, Runner runner) {
    return lane(name, runner, settings);
  }

  /** A queue with settings of its own, of which the number of runs does not count. */
  public Lane lane(String name, Runner runner, BatchingSettings own) {
    Lane lane = new Lane(this, name, runner, own);
    locked(() -> lanes.add(lane));
    return lane;
  }

  boolean isClosed() {
    return closed;
  }

  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  void add(Lane lane, Job job) {
    lock.lock();
    try {
      if (lane.isIdle()) {
        lanes.stream()
            .filter(other -> !other.isIdle())
            .mapToDouble(Lane::served)
            .min()
            .ifPresent(lane::catchUp);
      }
      lane.add(job, System.nanoTime());
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What a thread does next: nothing if {@code lane} is null. */
  private record Turn(Lane lane, List<Runner.Slice> slices, List<Job> late) {}

  private void work() {
    try {
      for (Turn turn = next(); turn != null; turn = next()) {
        turn.late().forEach(Scheduler::giveUp);
        if (turn.lane() != null) {
          run(turn);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void giveUp(Job job) {
    job.result()
        .completeExceptionally(
            new OverloadException("the request waited longer than it was allowed to", 1));
  }

  private Turn next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = System.nanoTime();
        List<Job> late = new ArrayList<>();
        Lane best = null;
        long wait = Long.MAX_VALUE;
        for (Lane lane : lanes) {
          late.addAll(lane.late(now));
          long ripe = lane.ripeIn(now, closed);
          if (ripe == 0 && (best == null || lane.served() < best.served())) {
            best = lane;
          } else if (ripe > 0) {
            wait = Math.min(wait, ripe);
          }
        }
        if (best != null) {
          changed.signal(); // somebody else has to watch the other lanes
          return new Turn(best, best.take(), late);
        } else if (!late.isEmpty()) {
          return new Turn(null, List.of(), late);
        } else if (closed && lanes.stream().allMatch(Lane::isIdle)) {
          return null;
        } else if (wait == Long.MAX_VALUE) {
          changed.await();
        } else {
          changed.awaitNanos(wait);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(Turn turn) {
    long start = System.nanoTime();
    int rows = turn.slices().stream().mapToInt(Runner.Slice::count).sum();
    try {
      turn.lane().runner().run(turn.slices());
    } catch (RuntimeException | Error e) {
      LOG.error("A run of {} failed", turn.lane().name(), e);
      turn.slices().forEach(slice -> slice.job().result().completeExceptionally(e));
    } finally {
      lock.lock();
      try {
        turn.lane().finished(rows, (System.nanoTime() - start) / 1e9);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Runs what waits, refuses what comes, and returns when nothing runs any more. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Thread thread : threads) {
      try {
        TimeUnit.SECONDS.timedJoin(thread, 60);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
