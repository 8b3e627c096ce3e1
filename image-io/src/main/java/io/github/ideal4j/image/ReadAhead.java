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

/**
 * Does slow work on items with several threads, a few items ahead of the one that is asked for, and
 * gives the results in the order of the items. Its threads end by themselves when they have nothing
 * to do, so that nobody needs to close a half-used one.
 */
final class ReadAhead<T, R> {

  private static final int ITEMS_PER_THREAD = 4;
  private static final long IDLE_MILLIS = 200;

  /** The slow work. Must be safe for use by several threads. */
  @FunctionalInterface
  interface Work<T, R> {
    R apply(T item) throws IOException;
  }

  private final Iterator<T> items;
  private final Work<T, R> work;
  private final int depth;
  private final ThreadPoolExecutor threads;
  private final Queue<Future<R>> running = new ArrayDeque<>();

  ReadAhead(Iterator<T> items, Work<T, R> work, int threadCount) {
    this(items, work, threadCount, threadCount * ITEMS_PER_THREAD);
  }

  /** At most {@code depth} results wait, so that memory does not depend on the number of items. */
  ReadAhead(Iterator<T> items, Work<T, R> work, int threadCount, int depth) {
    this.items = items;
    this.work = work;
    this.depth = depth;
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
    while (running.size() < depth && items.hasNext()) {
      T item = items.next();
      running.add(threads.submit(() -> work.apply(item)));
    }
    try {
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
}
