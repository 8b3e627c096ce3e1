package io.github.ideal4j.pipeline.quickstart;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;

/**
 * How fast this machine is at the work of the quickstart, from a second of the same kind of work: a
 * feed-forward layer and its gradients.
 */
final class MachinePace {

  /** What {@link #roundSeconds} gave where the seconds of {@link QuickstartPlan} were measured. */
  private static final double REFERENCE_SECONDS = 0.0215;

  private static final int ROUNDS = 12;
  private static final Shape TOKENS = new Shape(16, 256, 192);
  private static final int HIDDEN = 768;

  private MachinePace() {}

  /**
   * Measures.
   *
   * @param engine started with the threads that will do the work
   * @return how many times longer than the reference machine this one needs; the best of some
   *     rounds, so that other programs disturb little
   */
  static double measure(TorchEngine engine) {
    return roundSeconds(engine) / REFERENCE_SECONDS;
  }

  static double roundSeconds(TorchEngine engine) {
    long width = TOKENS.get(2);
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(true);
    try (NDManager manager = engine.newManager(Device.cpu())) {
      NDArray x = manager.ones(TOKENS);
      NDArray up = manager.ones(new Shape(HIDDEN, width));
      NDArray down = manager.ones(new Shape(width, HIDDEN));
      up.setRequiresGradient(true);
      down.setRequiresGradient(true);
      double best = Double.MAX_VALUE;
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        try (NDManager round = manager.newSubManager()) {
          x.tempAttach(round);
          NDArray hidden = TorchOps.gelu(TorchOps.linear(x, up, null));
          Autograd.backward(TorchOps.linear(hidden, down, null).mean());
        }
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return best;
    } finally {
      Autograd.setRecording(recording);
    }
  }
}
