package io.github.ideal4j.arrow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Does the next pieces of work on the common pool while the caller is busy with this one. */
final class ReadAhead<T> implements Iterator<T> {

  private final Iterator<Supplier<T>> work;
  private final Deque<CompletableFuture<T>> begun = new ArrayDeque<>();
  private final int ahead;

  ReadAhead(Iterator<Supplier<T>> work, int ahead) {
    if (ahead < 1) {
      throw new IllegalArgumentException("at least 1 must be read ahead, got " + ahead);
    }
    this.work = work;
    this.ahead = ahead;
  }

  private void begin() {
    while (begun.size() < ahead && work.hasNext()) {
      begun.add(CompletableFuture.supplyAsync(work.next()));
    }
  }

  @Override
  public boolean hasNext() {
    begin();
    return !begun.isEmpty();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    CompletableFuture<T> first = begun.remove();
    begin();
    try {
      return first.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
