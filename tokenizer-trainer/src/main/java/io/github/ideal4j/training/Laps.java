package io.github.ideal4j.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the time of training steps goes. What a GPU does is counted where somebody waits for it.
 * Used by the thread that trains; read between steps.
 */
public final class Laps {

  private final boolean running;
  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private long last;

  private Laps(boolean running) {
    this.running = running;
  }

  /** A clock that runs. */
  public static Laps running() {
    return new Laps(true);
  }

  /** A clock that measures nothing. */
  static Laps none() {
    return new Laps(false);
  }

  /** The time from here on belongs to the next {@link #lap}. */
  void begin() {
    last = running ? System.nanoTime() : 0;
  }

  /** Adds the time since the last call to a part of the step. */
  public void lap(String part) {
    if (running) {
      long now = System.nanoTime();
      nanos.merge(part, now - last, Long::sum);
      last = now;
    }
  }

  /** Seconds by part since the last call, in the order of a step. */
  public Map<String, Double> takeSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    nanos.forEach((part, time) -> seconds.put(part, time / 1e9));
    nanos.clear();
    return seconds;
  }
}
