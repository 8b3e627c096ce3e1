package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;

/**
 * Entropies of soft choices among codes: of one choice on average (small for sure choices) and of
 * the average choice (large for even use).
 *
 * <p>Probabilities are computed in chunks of vectors, twice, and the gradient by formula, so that
 * memory does not grow with vectors times codes.
 *
 * @param scale logits are {@code scale * vector . code + bias}
 * @param sampleWeight of the entropy of one choice in the loss
 * @param codebookWeight of the entropy of the average choice, which is subtracted
 * @param sampleFloor how the logarithm of a small probability is kept finite
 * @param codebookFloor the same for the average choice
 */
record ChoiceEntropy(
    double scale,
    double sampleWeight,
    double codebookWeight,
    Floor sampleFloor,
    Floor codebookFloor) {

  private static final long CHUNK = 1L << 22; // probabilities at a time: 16 MB an array

  /** What stands in for the logarithm of 0. */
  record Floor(Kind kind, double value) {
    enum Kind {
      /** Nothing: logarithms come from the logits. */
      NONE,
      /** {@code log(p + value)}. */
      ADDED,
      /** {@code log(max(p, value))}. */
      CLAMPED
    }

    static final Floor EXACT = new Floor(Kind.NONE, 0);

    static Floor added(double value) {
      return new Floor(Kind.ADDED, value);
    }

    static Floor clamped(double value) {
      return new Floor(Kind.CLAMPED, value);
    }

    /** The logarithm. */
    private NDArray log(NDArray p, NDArray logits) {
      return switch (kind) {
        case NONE -> logits.logSoftmax(1);
        case ADDED -> TorchOps.addScalar(p, value).log();
        case CLAMPED -> NDArrays.maximum(p, least(p)).log();
      };
    }

    /** {@code p} times the derivative of the logarithm. */
    private NDArray slope(NDArray p) {
      return switch (kind) {
        case NONE -> p.onesLike();
        case ADDED -> p.div(TorchOps.addScalar(p, value));
        case CLAMPED -> TorchOps.toFloat(p.gte(least(p)));
      };
    }

    private NDArray least(NDArray p) {
      return TorchOps.addScalar(p.getManager().zeros(new Shape(1)), value);
    }
  }

  /**
   * Both entropies and the loss made of them.
   *
   * @param sample mean entropy of one choice, {@code []}, without gradient
   * @param codebook entropy of the average choice, {@code []}, without gradient
   * @param loss {@code sampleWeight * sample - codebookWeight * codebook}, with gradients
   */
  record Result(NDArray sample, NDArray codebook, NDArray loss) {}

  /** Without a bias. */
  Result of(NDArray vectors, NDArray table) {
    return of(vectors, table, table.getManager().zeros(new Shape(table.getShape().get(0))));
  }

  /**
   * Computes.
   *
   * @param vectors {@code [vectors, dim]}
   * @param table {@code [codes, dim]}
   * @param bias {@code [codes]}
   */
  Result of(NDArray vectors, NDArray table, NDArray bias) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    Gradients gradients = new Gradients(vectors, table, bias);
    NDArray[] parts;
    try {
      parts = gradients.compute();
    } finally {
      Autograd.setRecording(recording);
    }
    NDArray carried =
        vectors
            .mul(gradients.ofVectors)
            .sum()
            .add(table.mul(gradients.ofTable).sum())
            .add(bias.mul(gradients.ofBias).sum());
    NDArray value =
        TorchOps.scale(parts[0], sampleWeight).sub(TorchOps.scale(parts[1], codebookWeight));
    return new Result(parts[0], parts[1], carried.sub(carried.stopGradient()).add(value));
  }

  /** The passes over all chunks. */
  private final class Gradients {

    private final NDManager manager;
    private final NDArray vectors;
    private final NDArray table;
    private final NDArray bias;
    private final long count;
    private final long step;
    private NDArray ofVectors;
    private NDArray ofTable;
    private NDArray ofBias;

    Gradients(NDArray vectors, NDArray table, NDArray bias) {
      manager = vectors.getManager();
      this.vectors = vectors.stopGradient();
      this.table = table.stopGradient();
      this.bias = bias.stopGradient();
      count = vectors.getShape().get(0);
      step = Math.max(1, Math.min(count, CHUNK / table.getShape().get(0)));
    }

    NDArray[] compute() {
      NDArray sample = manager.zeros(new Shape());
      NDArray average = manager.zeros(bias.getShape());
      for (long from = 0; from < count; from += step) {
        try (NDManager own = manager.newSubManager()) {
          NDArray logits = logits(rows(from, own));
          NDArray p = logits.softmax(1);
          NDArray entropy = p.mul(sampleFloor.log(p, logits)).sum().neg();
          TorchOps.copy(
              java.util.List.of(sample, average),
              java.util.List.of(entropy.add(sample), p.sum(new int[] {0}).add(average)));
        }
      }
      NDArray mean = TorchOps.scale(average, 1.0 / count);
      NDArray log = codebookFloor.log(mean, mean);
      NDArray outer = log.add(codebookFloor.slope(mean)).neg();
      differentiate(outer);
      return new NDArray[] {TorchOps.scale(sample, 1.0 / count), mean.mul(log).sum().neg()};
    }

    private void differentiate(NDArray outer) {
      ofVectors = manager.zeros(vectors.getShape());
      ofTable = manager.zeros(table.getShape());
      ofBias = manager.zeros(bias.getShape());
      NDArray pull = TorchOps.scale(outer, -codebookWeight / count);
      for (long from = 0; from < count; from += step) {
        try (NDManager own = manager.newSubManager()) {
          NDArray rows = rows(from, own);
          NDArray logits = logits(rows);
          NDArray p = logits.softmax(1);
          NDArray inner = sampleFloor.log(p, logits).add(sampleFloor.slope(p));
          NDArray slope = TorchOps.scale(inner, -sampleWeight / count).add(pull);
          NDArray back = p.mul(slope.sub(p.mul(slope).sum(new int[] {1}, true)));
          NDArray scaled = TorchOps.scale(back, scale);
          ofVectors.set(
              new ai.djl.ndarray.index.NDIndex("{}:{}", from, Math.min(count, from + step)),
              scaled.matMul(table));
          TorchOps.copy(
              java.util.List.of(ofTable, ofBias),
              java.util.List.of(
                  scaled.transpose().matMul(rows).add(ofTable),
                  back.sum(new int[] {0}).add(ofBias)));
        }
      }
    }

    private NDArray rows(long from, NDManager own) {
      NDArray rows = vectors.get("{}:{}", from, Math.min(count, from + step));
      rows.attach(own);
      return rows;
    }

    private NDArray logits(NDArray rows) {
      return TorchOps.scale(rows.matMul(table.transpose()), scale).add(bias);
    }
  }
}
