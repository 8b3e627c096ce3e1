package io.github.ideal4j.image;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Does slow work on items with several threads, a few items ahead of the one that is asked for, and
 * gives the results in the order of the items. Its threads end by themselves when they have nothing
 * to do, so that nobody needs to close a half-used one.
 */
final class ReadAhead<T, R> {

  private static final long IDLE_MILLIS = 200;

  /** The slow work. Must be safe for use by several threads. */
  @FunctionalInterface
  interface Work<T, R> {
    R apply(T item) throws IOException;
  }

  private final Iterator<T> items;
  private final Work<T, R> work;
  private final int depth;
  private final Pace pace;
  private final ThreadPoolExecutor threads;
  private final Queue<Future<R>> running = new ArrayDeque<>();

  /**
   * When work begins.
   *
   * @param inRounds whether all work that has begun is finished before a result is given, and none
   *     begins before all of these are taken: nothing runs beside the one who asks
   * @param room whether there is room for one more result; one is always under way
   */
  record Pace(boolean inRounds, BooleanSupplier room) {

    /** As far ahead as the depth allows. */
    static final Pace STEADY = new Pace(false, () -> true);
  }

  /** At most {@code depth} results wait, so that memory does not depend on the number of items. */
  ReadAhead(Iterator<T> items, Work<T, R> work, int threadCount, int depth, Pace pace) {
    this.items = items;
    this.work = work;
    this.depth = depth;
    this.pace = pace;
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            ReadAhead::daemon);
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "image-reader");
    thread.setDaemon(true);
    return thread;
  }

  boolean hasNext() {
    return !running.isEmpty() || items.hasNext();
  }

  /** The result of the next item. Waits for it. */
  R next() throws IOException {
    try {
      if (!pace.inRounds()) {
        begin();
      } else if (running.isEmpty()) {
        begin();
        awaitAll();
      }
      return running.remove().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("reading an image failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading images", e);
    }
  }

  private void begin() {
    while (running.size() < depth
        && items.hasNext()
        && (running.isEmpty() || pace.room().getAsBoolean())) {
      T item = items.next();
      running.add(threads.submit(() -> work.apply(item)));
    }
  }

  private void awaitAll() throws InterruptedException {
    for (Future<R> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        // It is told when this result is asked for.
      }
    }
  }
}
