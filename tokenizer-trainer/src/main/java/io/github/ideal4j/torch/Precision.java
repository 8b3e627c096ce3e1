package io.github.ideal4j.torch;

import java.util.function.Supplier;

/**
 * In which numbers matrix products, convolutions and attention are computed; arrays are float32
 * before and after. A property of the thread, like whether it records gradients.
 */
public enum Precision {
  /** As the arrays are. */
  FLOAT32,
  /**
   * Operands are rounded to bfloat16, and so is the result; gradients are float32. Norms, losses
   * and whatever else is not a product stay float32.
   */
  BFLOAT16;

  private static final ThreadLocal<Precision> CURRENT = ThreadLocal.withInitial(() -> FLOAT32);

  /** That of this thread. */
  static Precision current() {
    return CURRENT.get();
  }

  /** Runs something in this precision. */
  public <T> T compute(Supplier<T> work) {
    Precision before = CURRENT.get();
    CURRENT.set(this);
    try {
      return work.get();
    } finally {
      CURRENT.set(before);
    }
  }
}
