package io.github.ideal4j.training;

/** Seconds of training over all the calls that made a run. */
final class Clock {

  private final long started = System.nanoTime();
  private double before;

  void add(double seconds) {
    before += seconds;
  }

  double seconds() {
    return before + (System.nanoTime() - started) / 1e9;
  }
}
