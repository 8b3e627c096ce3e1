package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Finite scalar quantization (FSQ, arXiv 2309.15505): each number rounds to one of a few levels; no
 * codebook, no loss. The first number is the fastest digit of the index.
 *
 * <p>Plain levels of an even count reach -1 but only 1 - 2/levels. Symmetric ones reach both.
 */
public final class ScalarQuantizer implements Quantizer {

  private final Form form;
  private final NDManager manager;
  private final int size;
  private final NDArray half;
  private final NDArray offset;
  private final NDArray shift;
  private final NDArray units;
  private final NDArray middle;
  private final NDArray basis;

  /**
   * How numbers become levels.
   *
   * @param levels of each number, 2 or more
   * @param symmetric whether levels reach from -1 to 1 whatever their count
   * @param clamp whether numbers are bounded by cutting them off instead of by a tanh
   * @param margin by which plain levels are widened, so that the outer ones are reached early
   */
  public record Form(List<Integer> levels, boolean symmetric, boolean clamp, double margin) {

    private static final int MOST_CODES = 1 << 16;

    public Form {
      levels = List.copyOf(levels);
      long product = 1;
      for (int level : levels) {
        if (level < 2 || (level == 2 && !symmetric)) {
          throw new IllegalArgumentException(
              "quantizer.levels must each be at least 2, and 3 unless quantizer.symmetric; got %d in %s"
                  .formatted(level, levels));
        }
        product = Math.min(product * level, 1L << 40);
      }
      if (levels.isEmpty() || product > MOST_CODES) {
        throw new IllegalArgumentException(
            "quantizer.levels must give 2 to %d codes, got %s".formatted(MOST_CODES, levels));
      }
    }

    int size() {
      return levels.stream().reduce(1, (a, b) -> a * b);
    }
  }

  /**
   * @param form of the levels
   * @param manager owns a few numbers, as long as the quantizer
   */
  public ScalarQuantizer(Form form, NDManager manager) {
    this.form = form;
    this.manager = manager;
    size = form.size();
    List<Integer> levels = form.levels();
    half = row(i -> halfOf(levels.get(i)));
    offset = row(i -> offsetOf(levels.get(i)));
    shift = row(i -> shiftOf(levels.get(i)));
    units =
        row(i -> form.symmetric() ? (levels.get(i) - 1) / 2.0 : Math.floorDiv(levels.get(i), 2));
    middle = units;
    int[] digits = new int[levels.size()];
    digits[0] = 1;
    for (int i = 1; i < digits.length; i++) {
      digits[i] = digits[i - 1] * levels.get(i - 1);
    }
    basis = row(i -> digits[i]);
  }

  private double halfOf(int levels) {
    return form.symmetric() ? (levels - 1) / 2.0 : (levels - 1) * (1 + form.margin()) / 2;
  }

  private double offsetOf(int levels) {
    if (form.symmetric()) {
      return -levels / 2.0; // (levels - 1) / 2 + 1 / 2, so that floor rounds
    }
    return levels % 2 == 0 ? 0.5 : 0;
  }

  private double shiftOf(int levels) {
    if (form.symmetric() || levels % 2 == 1) {
      return 0;
    }
    double share = 0.5 / halfOf(levels);
    return form.clamp() ? share : 0.5 * Math.log((1 + share) / (1 - share));
  }

  private NDArray row(IntToDoubleFunction value) {
    float[] values = new float[form.levels().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return NamedArrays.of(values, new Shape(1, values.length), manager);
  }

  @Override
  public int dim() {
    return form.levels().size();
  }

  @Override
  public int size() {
    return size;
  }

  /** What is rounded (plain) or rounded down (symmetric): {@code [vectors, dim]}. */
  NDArray bounded(NDArray vectors) {
    NDArray shifted = vectors.add(shift);
    NDArray within = form.clamp() ? TorchOps.clamp(shifted, -1, 1) : shifted.tanh();
    return within.mul(half).sub(offset);
  }

  /** Whole numbers to codes. */
  private NDArray coded(NDArray whole) {
    return form.symmetric() ? whole.sub(middle).div(units) : whole.div(units);
  }

  private NDArray rounded(NDArray bounded) {
    return form.symmetric() ? bounded.floor() : bounded.round();
  }

  @Override
  public Quantized quantize(NDArray vectors) {
    NDArray bounded = bounded(vectors);
    NDArray whole = rounded(bounded.stopGradient());
    NDArray codes = coded(Straight.through(bounded, whole));
    return Quantized.of(codes, number(whole), coded(bounded), codes.stopGradient());
  }

  /** int64 index of whole numbers. */
  private NDArray number(NDArray whole) {
    NDArray digits = form.symmetric() ? whole : whole.add(middle);
    return TorchOps.cast(digits.mul(basis).sum(new int[] {1}).round(), DataType.INT64);
  }

  @Override
  public NDArray indices(NDArray vectors) {
    return number(rounded(bounded(vectors)));
  }

  @Override
  public NDArray codes(NDArray indices) {
    return Straight.lookUp(indices, table());
  }

  @Override
  public NDArray codesToIndices(NDArray codes) {
    NDArray digits = codes.mul(units).add(middle).round();
    return TorchOps.cast(digits.mul(basis).sum(new int[] {1}).round(), DataType.INT64);
  }

  /** Where rounding falls on one side or the other, so that neighbouring levels compare. */
  @Override
  public NDArray fit(NDArray vectors, NDArray indices) {
    NDArray place = bounded(vectors);
    NDArray unit = form.symmetric() ? TorchOps.addScalar(place, -0.5) : place;
    return Straight.fit(coded(unit), codes(indices));
  }

  @Override
  public NDArray table() {
    List<Integer> levels = form.levels();
    float[] codes = new float[size * levels.size()];
    for (int index = 0; index < size; index++) {
      int rest = index;
      for (int i = 0; i < levels.size(); i++) {
        int level = levels.get(i);
        int digit = rest % level;
        rest /= level;
        int centre = level / 2;
        codes[index * levels.size() + i] =
            (float)
                (form.symmetric()
                    ? digit * 2.0 / (level - 1) - 1
                    : (double) (digit - centre) / centre);
      }
    }
    return NamedArrays.of(codes, new Shape(size, levels.size()), manager);
  }

  @Override
  public Map<String, NDArray> losses(Quantized result) {
    return Map.of();
  }

  /** Its levels. */
  public List<Integer> levels() {
    return form.levels();
  }

  @Override
  public String toString() {
    return "ScalarQuantizer" + Arrays.toString(form.levels().toArray());
  }
}
