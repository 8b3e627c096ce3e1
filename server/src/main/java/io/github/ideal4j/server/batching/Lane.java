package io.github.ideal4j.server.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The queue of one graph. All of its state is guarded by its scheduler's lock. */
public final class Lane {

  /** Of the time of a run, what the next one waits at most for a full batch. */
  private static final double REGROUPING = 0.1;

  private final Scheduler scheduler;
  private final String name;
  private final Runner runner;
  private final Deque<Job> jobs = new ArrayDeque<>();
  private final BatchingSettings settings;
  private int held;
  private int waiting;
  private boolean running;
  private long freeSince;
  private long lastRun;
  private double secondsPerRow;
  private double served;

  Lane(Scheduler scheduler, String name, Runner runner, BatchingSettings settings) {
    this.scheduler = scheduler;
    this.name = name;
    this.runner = runner;
    this.settings = settings;
    this.freeSince = System.nanoTime();
  }

  /** Room in the queue that is not used yet. Closing it without a job gives the room back. */
  public final class Place implements AutoCloseable {

    private final int rows;
    private boolean used;

    private Place(int rows) {
      this.rows = rows;
    }

    /** Begins to wait. The job has as many rows as there is room. */
    public void submit(Job job) {
      if (job.rows() != rows) {
        throw new IllegalArgumentException(
            "%d rows do not fit a place for %d".formatted(job.rows(), rows));
      }
      used = true;
      scheduler.add(Lane.this, job);
    }

    @Override
    public void close() {
      if (!used) {
        used = true;
        scheduler.locked(() -> held -= rows);
      }
    }
  }

  /**
   * Keeps room for rows.
   *
   * @throws OverloadException if there is not enough
   */
  public Place reserve(int rows) throws OverloadException {
    Place place = new Place(rows);
    OverloadException refusal = scheduler.locked(() -> hold(rows));
    if (refusal != null) {
      throw refusal;
    }
    return place;
  }

  /** Whether a request of one row would be refused now. */
  public boolean isFull() {
    return scheduler.locked(() -> held >= settings.queue() || scheduler.isClosed());
  }

  /** Rows that wait, or are about to. */
  public int depth() {
    return scheduler.locked(() -> held);
  }

  /** The refusal that a full queue gives. */
  public OverloadException full() {
    return scheduler.locked(this::refusal);
  }

  private OverloadException hold(int rows) {
    boolean fits = held == 0 || held + rows <= settings.queue();
    if (scheduler.isClosed() || !fits) {
      return refusal();
    }
    held += rows;
    return null;
  }

  private OverloadException refusal() {
    if (scheduler.isClosed()) {
      return new OverloadException("the server is shutting down", 1);
    }
    int seconds = (int) Math.ceil(Math.max(1, held * secondsPerRow));
    return new OverloadException(
        "%d images wait for '%s', of at most %d".formatted(held, name, settings.queue()), seconds);
  }

  void add(Job job, long now) {
    job.since = now;
    jobs.add(job);
    waiting += job.left();
  }

  /** Gives up rows that should have begun by now; returns their jobs. */
  List<Job> late(long now) {
    List<Job> late = new ArrayList<>();
    for (Iterator<Job> all = jobs.iterator(); all.hasNext(); ) {
      Job job = all.next();
      if (job.isLate(now)) {
        all.remove();
        held -= job.left();
        waiting -= job.left();
        late.add(job);
      }
    }
    return late;
  }

  boolean isIdle() {
    return jobs.isEmpty() && !running;
  }

  /** Nanoseconds until a run can begin; 0 for now, negative if there is nothing to run. */
  long ripeIn(long now, boolean hurry) {
    if (jobs.isEmpty() || running) {
      return -1;
    }
    if (waiting >= settings.maxBatch() || hurry) {
      return 0;
    }
    long arrived = jobs.peek().since + settings.maxDelay().toNanos();
    // Clients that ask again after each answer need a moment after the run that answered them.
    long regrouped = freeSince + (long) (REGROUPING * lastRun);
    return Math.max(0, Math.max(arrived - now, regrouped - now));
  }

  List<Runner.Slice> take() {
    running = true;
    List<Runner.Slice> slices = new ArrayList<>();
    int room = settings.maxBatch();
    Job first = jobs.peek();
    for (Iterator<Job> all = jobs.iterator(); all.hasNext() && room > 0; ) {
      Job job = all.next();
      if (job.canShareRun(first)) {
        int count = Math.min(room, job.left());
        slices.add(job.take(count));
        room -= count;
        if (job.left() == 0) {
          all.remove();
        }
      }
    }
    int rows = settings.maxBatch() - room;
    held -= rows;
    waiting -= rows;
    return slices;
  }

  void finished(int rows, double seconds) {
    running = false;
    freeSince = System.nanoTime();
    lastRun = (long) (1e9 * seconds);
    served += seconds;
    double now = seconds / rows;
    secondsPerRow = secondsPerRow == 0 ? now : 0.8 * secondsPerRow + 0.2 * now;
  }

  Runner runner() {
    return runner;
  }

  String name() {
    return name;
  }

  /** Seconds of runs that count against this lane. */
  double served() {
    return served;
  }

  /** Whoever had nothing to do has not earned anything by it. */
  void catchUp(double least) {
    served = Math.max(served, least);
  }
}
