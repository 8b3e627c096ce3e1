package io.github.ideal4j.training;

/** Hears how far a training is, so that it can be shown to somebody meanwhile. */
public interface RunWatcher {

  /**
   * The model was validated, and the metrics hold it.
   *
   * @param step how many steps were done
   * @param steps how many there will be
   */
  void validated(long step, long steps);

  /**
   * The training ended: at its end, before it, or with an error.
   *
   * @param step how many steps were done
   * @param steps how many there should be
   */
  void ended(long step, long steps);

  /** Nobody listens. */
  static RunWatcher none() {
    return new RunWatcher() {
      @Override
      public void validated(long step, long steps) {}

      @Override
      public void ended(long step, long steps) {}
    };
  }
}
