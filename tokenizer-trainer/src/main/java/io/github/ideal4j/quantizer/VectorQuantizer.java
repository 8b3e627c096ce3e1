package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Vector quantization on the unit sphere: a vector becomes the code with the largest cosine (arXiv
 * 2110.04627). Codes learn by gradient or as moving averages ({@link CodebookConfig}).
 */
public final class VectorQuantizer {

  private static final double KEEP_DIRECTION = 1e-6; // a code that nobody chose stays where it is
  private static final double LOG_FLOOR = 1e-5; // as in the releases of LlamaGen and IDEAL

  private final CodebookConfig config;
  private final NDArray codebook;
  private final NDArray counts;
  private final NDArray sums;

  /**
   * @param config of the codebook
   * @param codebook {@code [size, dim]}, normalized when it is looked up
   * @param manager on whose device the averages live, as long as the quantizer
   */
  public VectorQuantizer(CodebookConfig config, NDArray codebook, NDManager manager) {
    this.config = config;
    this.codebook = codebook;
    counts = manager.ones(new Shape(config.size()));
    sums = manager.zeros(new Shape(config.size(), config.dim()));
    try (NDManager own = manager.newSubManager()) {
      NDArray unit = codebook.stopGradient().normalize(2, 1);
      unit.attach(own);
      TorchOps.copy(List.of(sums), List.of(unit)); // one vector of each code, at unit length
    }
  }

  /** The averages by name; empty where codes learn by gradient. */
  public Map<String, NDArray> buffers() {
    Map<String, NDArray> buffers = new LinkedHashMap<>();
    if (config.learning() == CodebookConfig.Learning.AVERAGE) {
      buffers.put("slot_quantize.counts", counts);
      buffers.put("slot_quantize.sums", sums);
    }
    return buffers;
  }

  /** The codes at unit length: {@code [size, dim]}. */
  public NDArray table() {
    return codebook.normalize(2, 1);
  }

  /**
   * Chooses codes.
   *
   * @param vectors {@code [vectors, dim]}
   * @param beside owns what is computed from the codebook alone
   */
  public Quantized quantize(NDArray vectors, NDManager beside) {
    NDArray unit = vectors.normalize(2, 1);
    NDArray table = table();
    table.attach(beside);
    NDArray indices = nearest(unit.stopGradient(), table.stopGradient());
    NDArray chosen = lookUp(indices, table);
    NDArray straight = unit.add(chosen.sub(unit).stopGradient());
    return new Quantized(straight, indices, unit, table);
  }

  /**
   * The code with the largest cosine.
   *
   * @param unit {@code [vectors, dim]}
   * @param table {@code [size, dim]}, unit length
   * @return int64 {@code [vectors]}
   */
  public static NDArray nearest(NDArray unit, NDArray table) {
    return unit.matMul(table.transpose()).argMax(1);
  }

  /** Rows of a table: {@code [vectors, dim]} for int64 indices {@code [vectors]}. */
  public static NDArray lookUp(NDArray indices, NDArray table) {
    return Embedding.embedding(indices, table, SparseFormat.DENSE).singletonOrThrow();
  }

  /**
   * The loss terms by name: {@code commitment} (weighted), and where they apply {@code codebook}
   * and {@code entropy} (weighted).
   */
  public Map<String, NDArray> losses(Quantized result) {
    NDArray chosen = lookUp(result.indices(), result.table());
    Map<String, NDArray> losses = new LinkedHashMap<>();
    NDArray pull = result.unit().sub(chosen.stopGradient()).square().mean();
    losses.put("commitment", TorchOps.scale(pull, config.commitment()));
    if (config.learning() == CodebookConfig.Learning.GRADIENT) {
      losses.put("codebook", chosen.sub(result.unit().stopGradient()).square().mean());
    }
    if (config.entropyWeight() > 0) {
      losses.put("entropy", TorchOps.scale(entropy(result), config.entropyWeight()));
    }
    return losses;
  }

  /** Mean entropy of one choice less the entropy of the mean choice: {@code []}. */
  private NDArray entropy(Quantized result) {
    NDArray cosine = result.unit().matMul(result.table().transpose()); // [vectors, size]
    // Squared distance on the sphere is 2 - 2 cosine; softmax does not see the constant.
    NDArray logits = TorchOps.scale(cosine, 2 / config.entropyTemperature());
    NDArray p = logits.softmax(1);
    NDArray one = p.mul(logits.logSoftmax(1)).sum(new int[] {1}).mean().neg();
    NDArray average = p.mean(new int[] {0});
    NDArray all = average.mul(TorchOps.addScalar(average, LOG_FLOOR).log()).sum().neg();
    return one.sub(all);
  }

  /**
   * Moves the averages, and the codes with them. Without gradients.
   *
   * @param result of the step
   */
  public void track(Quantized result) {
    if (config.learning() != CodebookConfig.Learning.AVERAGE) {
      return;
    }
    NDArray indices = result.indices();
    NDArray unit = result.unit().stopGradient();
    NDArray chosen = TorchOps.bincount(indices, config.size());
    NDArray sum = TorchOps.indexAdd(unit.getManager().zeros(sums.getShape()), indices, unit);
    TorchOps.lerp(List.of(counts, sums), List.of(chosen, sum), 1 - config.decay());
    NDArray mean = unit.getManager().zeros(sums.getShape()).add(sums);
    NDArray kept = unit.getManager().zeros(sums.getShape()).add(codebook);
    NDArray moved = mean.add(TorchOps.scale(kept, KEEP_DIRECTION)).normalize(2, 1);
    TorchOps.copy(List.of(codebook), List.of(moved));
  }

  /** Whether the step with this index looks for dead codes, in a run of {@code steps}. */
  public boolean restartsAfter(long step, long steps) {
    int every = config.restartEvery();
    boolean due = every > 0 && step % every == every - 1;
    return due && step > 0 && step < RESTART_UNTIL * steps;
  }

  private static final double RESTART_UNTIL = 0.8;

  /**
   * Replaces codes that are hardly used by vectors of the batch. Without gradients, and without
   * reading anything back.
   *
   * @param unit vectors at unit length, {@code [vectors, dim]}
   * @param random decides which vector a dead code becomes
   */
  public void restart(NDArray unit, SplittableRandom random) {
    NDManager manager = unit.getManager();
    long vectors = unit.getShape().get(0);
    long[] rows = random.longs(config.size(), 0, vectors).toArray();
    NDArray fresh = lookUp(manager.create(rows), unit); // [size, dim]
    NDArray used = manager.zeros(counts.getShape()).add(counts);
    NDArray mean = used.mean();
    NDArray dead = used.lt(TorchOps.scale(mean, config.restartBelow()));
    NDArray deadRow = dead.reshape(-1, 1);
    NDArray deadCodes = TorchOps.toFloat(deadRow);
    NDArray alive = TorchOps.addScalar(deadCodes.neg(), 1);
    NDArray oldCodes = alive.mul(codebook);
    NDArray oldSums = alive.mul(sums);
    NDArray flat = deadCodes.reshape(-1);
    NDArray newCounts = alive.reshape(-1).mul(counts).add(flat.mul(mean));
    TorchOps.copy(
        List.of(codebook, sums, counts),
        List.of(
            oldCodes.add(deadCodes.mul(fresh)),
            oldSums.add(deadCodes.mul(fresh).mul(mean)),
            newCounts));
  }

  /**
   * Spherical k-means: the codes become centres of given vectors. Without gradients.
   *
   * @param unit vectors at unit length, at least as many as wanted codes are useful
   * @param random chooses the first centres and replaces empty ones
   */
  public void startFrom(NDArray unit, SplittableRandom random) {
    NDManager manager = unit.getManager();
    int vectors = Math.toIntExact(unit.getShape().get(0));
    NDArray centres = lookUp(manager.create(choose(vectors, random)), unit);
    for (int i = 0; i < config.kmeansIterations(); i++) {
      try (NDManager own = manager.newSubManager()) {
        unit.attach(own);
        NDArray indices = nearest(unit, centres);
        NDArray sum = TorchOps.indexAdd(own.zeros(centres.getShape()), indices, unit);
        NDArray count = TorchOps.bincount(indices, config.size());
        NDArray empty = TorchOps.toFloat(count.eq(own.zeros(new Shape(1)))).reshape(-1, 1);
        long[] rows = random.longs(config.size(), 0, vectors).toArray();
        NDArray spare = lookUp(own.create(rows), unit);
        NDArray full = TorchOps.addScalar(empty.neg(), 1);
        NDArray next = sum.normalize(2, 1).mul(full).add(spare.mul(empty));
        TorchOps.copy(List.of(centres), List.of(next));
        unit.attach(manager);
      }
    }
    NDArray ones = manager.ones(counts.getShape());
    TorchOps.copy(List.of(codebook, sums, counts), List.of(centres, centres, ones));
  }

  /** Distinct rows while there are any, then repeated ones. */
  private long[] choose(int vectors, SplittableRandom random) {
    int[] order = new int[vectors];
    for (int i = 0; i < vectors; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    long[] rows = new long[config.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = order[i % vectors];
    }
    return rows;
  }

  /** Codes of indices for decoding: {@code [count, dim]} from int64 {@code [count]}. */
  public NDArray codes(NDArray indices) {
    return lookUp(indices, table());
  }

  /** Its configuration. */
  public CodebookConfig config() {
    return config;
  }
}
