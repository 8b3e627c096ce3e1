package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.TorchOps;
import io.github.ideal4j.torch.Uploads;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Vector quantization: a vector becomes the code with the largest cosine (arXiv 2110.04627), or the
 * nearest one. Codes learn by gradient or as moving averages ({@link CodebookConfig}).
 */
public final class VectorQuantizer implements Quantizer {

  private static final double KEEP_DIRECTION = 1e-6; // a code that nobody chose stays where it is
  private static final double LOG_FLOOR = 1e-5; // as in the releases of LlamaGen and IDEAL

  private final CodebookConfig config;
  private final VectorForm form;
  private final String name;
  private final NDArray codebook;
  private final NDArray counts;
  private final NDArray sums;

  /** With the conventions of the paper and the name of the release. */
  public VectorQuantizer(CodebookConfig config, NDArray codebook, NDManager manager) {
    this(config, VectorForm.PAPER, "slot_quantize.", codebook, manager);
  }

  /**
   * @param config of the codebook
   * @param form its conventions
   * @param name what names of arrays begin with
   * @param codebook {@code [size, dim]}, normalized when it is looked up if the form is cosine
   * @param manager on whose device the averages live, as long as the quantizer
   */
  public VectorQuantizer(
      CodebookConfig config, VectorForm form, String name, NDArray codebook, NDManager manager) {
    this.config = config;
    this.form = form;
    this.name = name;
    this.codebook = codebook;
    counts = manager.ones(new Shape(config.size()));
    sums = manager.zeros(new Shape(config.size(), config.dim()));
    try (NDManager own = manager.newSubManager()) {
      NDArray start = prepared(codebook.stopGradient());
      start.attach(own);
      TorchOps.copy(List.of(sums), List.of(start)); // one vector of each code
    }
  }

  @Override
  public int dim() {
    return config.dim();
  }

  @Override
  public int size() {
    return config.size();
  }

  private boolean averages() {
    return config.learning() == CodebookConfig.Learning.AVERAGE;
  }

  /** The averages by name, with the codebook that follows them; counts where codes restart. */
  @Override
  public Map<String, NDArray> buffers() {
    Map<String, NDArray> buffers = new LinkedHashMap<>();
    if (averages()) {
      buffers.put(name + "embedding.weight", codebook);
      buffers.put(name + "counts", counts);
      buffers.put(name + "sums", sums);
    } else if (config.restartEvery() > 0) {
      buffers.put(name + "counts", counts);
    }
    return buffers;
  }

  private NDArray prepared(NDArray vectors) {
    return form.cosine() ? vectors.normalize(2, 1) : vectors;
  }

  /** The codes, at unit length if the form is cosine: {@code [size, dim]}. */
  @Override
  public NDArray table() {
    return prepared(codebook);
  }

  @Override
  public Quantized quantize(NDArray vectors) {
    NDArray unit = prepared(vectors);
    NDArray table = table();
    NDArray indices = choose(unit.stopGradient(), table.stopGradient());
    NDArray chosen = lookUp(indices, table);
    NDArray passing =
        form.gradient() == VectorForm.Passing.ROTATION
            ? Straight.rotate(unit, chosen)
            : Straight.through(unit, chosen);
    return Quantized.of(passing, indices, unit, chosen);
  }

  private NDArray choose(NDArray unit, NDArray table) {
    return form.cosine() ? nearest(unit, table) : Straight.nearest(unit, table);
  }

  @Override
  public NDArray indices(NDArray vectors) {
    return choose(prepared(vectors), table());
  }

  @Override
  public NDArray codes(NDArray indices) {
    return lookUp(indices, table());
  }

  @Override
  public NDArray codesToIndices(NDArray codes) {
    return choose(codes, table());
  }

  @Override
  public NDArray fit(NDArray vectors, NDArray indices) {
    return Straight.fit(prepared(vectors), codes(indices));
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
    return Straight.lookUp(indices, table);
  }

  /**
   * The loss terms by name: {@code commitment} (weighted), and where they apply {@code codebook}
   * and {@code entropy} (weighted).
   */
  @Override
  public Map<String, NDArray> losses(Quantized result) {
    Map<String, NDArray> losses = new LinkedHashMap<>();
    NDArray pull = result.unit().sub(result.chosen().stopGradient()).square().mean();
    losses.put("commitment", TorchOps.scale(pull, config.commitment()));
    if (!averages()) {
      NDArray drawn = result.chosen().sub(result.unit().stopGradient()).square().mean();
      losses.put("codebook", TorchOps.scale(drawn, form.codebookWeight()));
    }
    if (config.entropyWeight() > 0) {
      losses.put("entropy", TorchOps.scale(entropy(result), config.entropyWeight()));
    }
    return losses;
  }

  /** Mean entropy of one choice less the entropy of the mean choice: {@code []}. */
  private NDArray entropy(Quantized result) {
    // Squared distance on the sphere is 2 - 2 cosine; softmax does not see the constant.
    double scale = 2 / config.entropyTemperature();
    ChoiceEntropy entropy =
        new ChoiceEntropy(
            scale, 1, 1, ChoiceEntropy.Floor.EXACT, ChoiceEntropy.Floor.added(LOG_FLOOR));
    NDArray table = table();
    return form.cosine()
        ? entropy.of(result.unit(), table).loss()
        : entropy
            .of(result.unit(), table, TorchOps.scale(Straight.halfSquares(table), -scale))
            .loss();
  }

  /**
   * Moves the averages, and the codes with them. Without gradients.
   *
   * @param result of the step
   */
  @Override
  public void track(Quantized result) {
    if (!averages() && config.restartEvery() == 0) {
      return;
    }
    NDArray indices = result.indices();
    NDArray unit = result.unit().stopGradient();
    NDArray chosen = TorchOps.bincount(indices, config.size());
    if (!averages()) {
      TorchOps.lerp(List.of(counts), List.of(chosen), 1 - config.decay());
      return;
    }
    NDManager manager = unit.getManager();
    NDArray sum = TorchOps.indexAdd(manager.zeros(sums.getShape()), indices, unit);
    TorchOps.lerp(List.of(counts, sums), List.of(chosen, sum), 1 - config.decay());
    NDArray mean = manager.zeros(sums.getShape()).add(sums);
    TorchOps.copy(List.of(codebook), List.of(form.cosine() ? direction(mean) : centre(mean)));
  }

  private NDArray direction(NDArray sum) {
    NDArray kept = sum.getManager().zeros(sums.getShape()).add(codebook);
    return sum.add(TorchOps.scale(kept, KEEP_DIRECTION)).normalize(2, 1);
  }

  /** Sums over counts, which are smoothed so that no code divides by nothing. */
  private NDArray centre(NDArray sum) {
    NDArray count = sum.getManager().zeros(counts.getShape()).add(counts);
    NDArray total = count.sum();
    double floor = config.size() * form.smoothing();
    NDArray smooth =
        TorchOps.addScalar(count, form.smoothing())
            .div(TorchOps.addScalar(total, floor))
            .mul(total);
    return sum.div(smooth.reshape(-1, 1));
  }

  @Override
  public boolean restartsAfter(long step, long steps) {
    int every = config.restartEvery();
    boolean due = every > 0 && step % every == every - 1;
    return due && step > 0 && step < RESTART_UNTIL * steps;
  }

  private static final double RESTART_UNTIL = 0.8;

  @Override
  public void restart(NDArray vectors, SplittableRandom random) {
    NDArray unit = prepared(vectors);
    NDManager manager = unit.getManager();
    long count = unit.getShape().get(0);
    long[] rows = random.longs(config.size(), 0, count).toArray();
    NDArray fresh = lookUp(Uploads.longs(rows, manager), unit); // [size, dim]
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
   * K-means, on the sphere if the form is cosine: the codes become centres of given vectors.
   *
   * @param given at least as many vectors as wanted codes are useful
   * @param random chooses the first centres and replaces empty ones
   */
  @Override
  public void startFrom(NDArray given, SplittableRandom random) {
    NDArray unit = prepared(given);
    NDManager manager = unit.getManager();
    int vectors = Math.toIntExact(unit.getShape().get(0));
    NDArray centres = lookUp(Uploads.longs(choose(vectors, random), manager), unit);
    for (int i = 0; i < config.kmeansIterations(); i++) {
      try (NDManager own = manager.newSubManager()) {
        unit.attach(own);
        NDArray indices = choose(unit, centres);
        NDArray sum = TorchOps.indexAdd(own.zeros(centres.getShape()), indices, unit);
        NDArray count = TorchOps.bincount(indices, config.size());
        NDArray empty = TorchOps.toFloat(count.eq(own.zeros(new Shape(1)))).reshape(-1, 1);
        long[] rows = random.longs(config.size(), 0, vectors).toArray();
        NDArray spare = lookUp(Uploads.longs(rows, own), unit);
        NDArray full = TorchOps.addScalar(empty.neg(), 1);
        NDArray next = mean(sum, count).mul(full).add(spare.mul(empty));
        TorchOps.copy(List.of(centres), List.of(next));
        unit.attach(manager);
      }
    }
    NDArray ones = manager.ones(counts.getShape());
    TorchOps.copy(List.of(codebook, sums, counts), List.of(centres, centres, ones));
  }

  private NDArray mean(NDArray sum, NDArray count) {
    return form.cosine()
        ? sum.normalize(2, 1)
        : sum.div(count.maximum(count.onesLike()).reshape(-1, 1));
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

  /** Its configuration. */
  public CodebookConfig config() {
    return config;
  }
}
