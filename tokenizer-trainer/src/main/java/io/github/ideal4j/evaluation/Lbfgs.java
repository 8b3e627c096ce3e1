package io.github.ideal4j.evaluation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The minimum of a smooth convex function by limited-memory BFGS (Nocedal and Wright 2006,
 * algorithm 7.5) with a backtracking line search that allows for rounding in the value, so that it
 * converges in the gradient.
 */
final class Lbfgs {

  private static final int MEMORY = 20;
  private static final double SUFFICIENT = 1e-4;
  private static final double ROUNDING = 1e-13;
  private static final int MOST_HALVINGS = 60;

  private Lbfgs() {}

  /** What is minimized. */
  @FunctionalInterface
  interface Objective {

    /** The value at a point; fills in the gradient. */
    double evaluate(double[] point, double[] gradient);
  }

  /** Where the function is least, its value there, and the steps that it took. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Minimum(double[] point, double value, int iterations) {}

  /** Two successive points' difference, that of their gradients, and 1 over their product. */
  @SuppressWarnings("ArrayRecordComponent") // kept inside, never compared
  private record Pair(double[] step, double[] change, double inverse) {
    static Pair of(double[] step, double[] change) {
      return new Pair(step, change, 1 / dot(step, change));
    }
  }

  /**
   * Minimizes until no component of the gradient is larger than the tolerance.
   *
   * @throws ArithmeticException if that takes more iterations than allowed
   */
  static Minimum minimize(Objective objective, double[] start, double tolerance, int most) {
    double[] point = start.clone();
    double[] gradient = new double[point.length];
    double value = objective.evaluate(point, gradient);
    Deque<Pair> pairs = new ArrayDeque<>();
    for (int iteration = 0; iteration < most; iteration++) {
      if (largest(gradient) <= tolerance) {
        return new Minimum(point, value, iteration);
      }
      double[] direction = direction(gradient, pairs);
      double slope = dot(direction, gradient);
      double size = pairs.isEmpty() ? 1 / Math.max(1, Math.sqrt(-slope)) : 1;
      double[] next = new double[point.length];
      double[] nextGradient = new double[point.length];
      double nextValue = 0;
      boolean lower = false;
      for (int halving = 0; halving < MOST_HALVINGS && !lower; halving++, size /= 2) {
        for (int i = 0; i < next.length; i++) {
          next[i] = point[i] + size * direction[i];
        }
        nextValue = objective.evaluate(next, nextGradient);
        lower = nextValue <= value + SUFFICIENT * size * slope + ROUNDING * Math.abs(value);
      }
      if (!lower) {
        throw new ArithmeticException(
            "no step lowers %s, though the gradient is %s".formatted(value, largest(gradient)));
      }
      remember(pairs, difference(next, point), difference(nextGradient, gradient));
      point = next;
      gradient = nextGradient;
      value = nextValue;
    }
    throw new ArithmeticException(
        "no minimum after %d iterations; the gradient is still %s, not %s"
            .formatted(most, largest(gradient), tolerance));
  }

  /** Minus the gradient, times the inverse of the curvature as far as it is known. */
  private static double[] direction(double[] gradient, Deque<Pair> pairs) {
    double[] direction = new double[gradient.length];
    add(direction, -1, gradient);
    double[] factors = new double[pairs.size()];
    int i = factors.length;
    for (Iterator<Pair> newest = pairs.descendingIterator(); newest.hasNext(); ) {
      Pair pair = newest.next();
      factors[--i] = pair.inverse * dot(pair.step, direction);
      add(direction, -factors[i], pair.change);
    }
    if (!pairs.isEmpty()) {
      Pair last = pairs.getLast();
      double scale = 1 / (last.inverse * dot(last.change, last.change));
      for (int j = 0; j < direction.length; j++) {
        direction[j] *= scale;
      }
    }
    for (Pair pair : pairs) {
      double back = pair.inverse * dot(pair.change, direction);
      add(direction, factors[i++] - back, pair.step);
    }
    return direction;
  }

  /** Keeps a pair that shows a curvature; between points that rounding tells apart none may. */
  private static void remember(Deque<Pair> pairs, double[] step, double[] change) {
    if (dot(step, change) > Math.ulp(1.0) * Math.sqrt(dot(step, step) * dot(change, change))) {
      pairs.addLast(Pair.of(step, change));
      if (pairs.size() > MEMORY) {
        pairs.removeFirst();
      }
    }
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = a.clone();
    add(difference, -1, b);
    return difference;
  }

  private static void add(double[] to, double factor, double[] values) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * values[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
