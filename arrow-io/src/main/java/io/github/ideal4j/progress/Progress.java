package io.github.ideal4j.progress;

/** Where long work reports its stages. Implementations draw bars, write log lines or do nothing. */
public interface Progress {

  /**
   * Begins a stage. Close it when the work is done or has failed.
   *
   * @param name what is done, for a person: {@code "Training tokenizer"}
   * @param total how many units there are; negative when it is not known
   * @param unit what is counted, plural: {@code "images"}, {@code "steps"}
   */
  Stage start(String name, long total, String unit);

  /** One stage of the work. Not safe for use by several threads at once. */
  interface Stage extends AutoCloseable {

    /** Counts {@code units} more units as done. */
    void advance(long units);

    /** Counts units that an earlier run has done; they say nothing about this run's pace. */
    default void skip(long units) {
      advance(units);
    }

    /** Shows a short remark beside the bar, such as the current loss. Replaces the last one. */
    void note(String remark);

    /** Ends the stage. */
    @Override
    void close();
  }

  /** Reports to nobody. */
  static Progress silent() {
    return (name, total, unit) -> SilentStage.INSTANCE;
  }
}
