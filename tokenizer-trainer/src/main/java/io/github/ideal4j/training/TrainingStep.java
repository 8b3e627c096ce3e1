package io.github.ideal4j.training;

import ai.djl.ndarray.NDManager;
import java.util.SplittableRandom;

/**
 * The step being made.
 *
 * @param index counted from 0
 * @param batch counted from 0 over the whole run: with accumulated gradients a step has several
 * @param seed of the run
 * @param manager lives on the device and is closed after the step; everything the step makes
 *     belongs to it
 * @param laps hears when a part of the step is done
 */
public record TrainingStep(long index, long batch, long seed, NDManager manager, Laps laps) {

  /** Random numbers for one purpose of this batch, the same whenever the step is made again. */
  public SplittableRandom random(String purpose) {
    return Chance.of(seed, batch, purpose);
  }
}
