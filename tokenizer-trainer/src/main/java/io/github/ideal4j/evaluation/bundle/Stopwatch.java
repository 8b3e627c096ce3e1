package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.evaluation.StageTiming;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Adds up where the time goes. Used by one thread. */
public final class Stopwatch {

  private final Map<String, Long> nanos = new LinkedHashMap<>();

  /** Runs something, and counts its time under a name. */
  public <T> T time(String name, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      nanos.merge(name, System.nanoTime() - start, Long::sum);
    }
  }

  /** As {@link #time(String, Supplier)}. */
  public void time(String name, Runnable work) {
    time(
        name,
        () -> {
          work.run();
          return null;
        });
  }

  /** The times so far, in the order of first use. */
  public List<StageTiming> timings(long images) {
    return nanos.entrySet().stream()
        .map(e -> new StageTiming(e.getKey(), images, "images", Duration.ofNanos(e.getValue())))
        .toList();
  }
}
