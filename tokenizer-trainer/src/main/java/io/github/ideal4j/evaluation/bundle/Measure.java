package io.github.ideal4j.evaluation.bundle;

/**
 * Something that is measured while images pass by. Used by one thread; whoever made it closes it.
 */
public interface Measure extends AutoCloseable {

  /** What its time is counted under. */
  default String part() {
    return "Statistics";
  }

  /**
   * Takes in a batch. What it keeps does not grow with the number of batches, or grows by bytes.
   */
  void add(EvaluatedBatch batch);

  /**
   * Writes down what was measured so far.
   *
   * @throws IllegalArgumentException if nothing was
   */
  void report(Measurements to);

  @Override
  default void close() {}
}
