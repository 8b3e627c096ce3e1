package io.github.ideal4j.server.batching;

import java.util.List;

/** Computes joined rows; called by one thread at a time. */
@FunctionalInterface
public interface Runner {

  /**
   * Some rows of a job.
   *
   * @param from first row
   * @param count how many
   */
  record Slice(Job job, int from, int count) {}

  /** Computes the slices, whose jobs have equal settings, and hands each job its results. */
  void run(List<Slice> slices);
}
