package io.github.ideal4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Gradients, without DJL's process-wide collector. Whether operations are recorded is a property of
 * the thread; a new thread records, which costs memory, until it is told not to.
 */
public final class Autograd {

  private Autograd() {}

  /** Whether this thread records operations for gradients. */
  public static boolean isRecording() {
    return JniUtils.isGradMode();
  }

  /** Switches recording on this thread. */
  public static void setRecording(boolean on) {
    JniUtils.setGradMode(on);
  }

  /**
   * Adds the gradients of a loss to those of every array that requires one, and frees the graph.
   *
   * @param loss one number that was computed while this thread recorded
   */
  public static void backward(NDArray loss) {
    try (NDArray seed = loss.onesLike()) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) seed, false, false);
    }
  }

  /**
   * The gradient that an array has collected: a new handle on it, which the caller closes.
   *
   * @return null if nothing has reached the array
   */
  public static NDArray gradient(NDArray parameter) {
    return JniUtils.getGradient((PtNDArray) parameter);
  }

  /**
   * Lets a parameter begin anew, without a gradient. Autograd then keeps the next one as it comes;
   * one that was set to zero costs a pass to zero it and another to add to it.
   *
   * @param parameter keeps its values, its identity and that it requires gradients
   */
  public static void forgetGradient(NDArray parameter) {
    parameter.intern(parameter.stopGradient()); // the same memory under a new leaf
    parameter.setRequiresGradient(true);
  }

  /** Sets the gradient of an array to zero, if it has one. */
  public static void zeroGradient(NDArray parameter) {
    JniUtils.zeroGrad((PtNDArray) parameter);
  }
}
