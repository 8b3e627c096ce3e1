package io.github.ideal4j.tribuo.model;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.function.LongConsumer;
import org.tribuo.math.Parameters;
import org.tribuo.math.StochasticGradientOptimiser;
import org.tribuo.math.la.Tensor;

/**
 * Plain gradient descent whose rate falls in a straight line to 0 at a known last step. On a convex
 * loss this ends nearer to the optimum than rates that never reach 0. Not thread-safe.
 */
public final class FallingRate implements StochasticGradientOptimiser {

  @Config(mandatory = true, description = "Rate of the first step.")
  private double rate;

  @Config(mandatory = true, description = "Number of steps after which the rate is 0.")
  private long steps;

  private LongConsumer listener = step -> {};
  private long step;

  private FallingRate() {}

  /**
   * A rate that falls from {@code rate} to 0.
   *
   * @param listener gets the number of each step; it is not part of the configuration
   */
  public FallingRate(double rate, long steps, LongConsumer listener) {
    this.rate = rate;
    this.steps = steps;
    this.listener = listener;
  }

  @Override
  public void initialise(Parameters parameters) {
    reset();
  }

  @Override
  public Tensor[] step(Tensor[] updates, double weight) {
    double now = rate * Math.max(0, steps - step) / steps;
    for (Tensor update : updates) {
      update.scaleInPlace(weight * now);
    }
    listener.accept(++step);
    return updates;
  }

  @Override
  public void reset() {
    step = 0;
  }

  @Override
  public FallingRate copy() {
    return new FallingRate(rate, steps, listener);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "StochasticGradientOptimiser");
  }
}
