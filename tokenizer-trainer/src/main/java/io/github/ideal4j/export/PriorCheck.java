package io.github.ideal4j.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.Uniforms;
import io.github.ideal4j.onnx.trace.ExportException;
import io.github.ideal4j.prior.Prior;
import io.github.ideal4j.prior.PriorConfig;
import io.github.ideal4j.prior.PriorSampler;
import io.github.ideal4j.prior.TokenFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares the graphs with the prior: same choices after the same tokens, and same scores. */
final class PriorCheck {

  /** Float32 rounding turns a choice where two codes are nearly equal; a mistake turns many. */
  static final double DIFFERING = 0.01;

  /** Of the likelier token's logit: two logits this close are equal for float32. */
  private static final double TIE = 1e-4;

  /** Float32 rounding of logits through all layers, and of the sum over all codes. */
  static final double NLL = 1e-3;

  private static final int IMAGES = 8;
  private static final long SEED = 1;

  private final Prior prior;
  private final NDManager manager;
  private final int[] labels = new int[IMAGES];
  private final float[][] uniforms = new float[IMAGES][];

  PriorCheck(Prior prior, NDManager manager) {
    this.prior = prior;
    this.manager = manager;
    for (int i = 0; i < IMAGES; i++) {
      // The first classes, and the last image without one.
      boolean without = i == IMAGES - 1 || config().classes() == 0;
      labels[i] = without ? config().nullClass() : i % config().classes();
      uniforms[i] = Uniforms.of(SEED, i, config().tokens());
    }
  }

  private PriorConfig config() {
    return prior.config();
  }

  /**
   * Compares both graphs.
   *
   * @throws ExportException if they differ by more than rounding explains
   */
  PriorReport compare(PriorGraph sampler, PriorGraph score) {
    List<PriorReport.Run> runs = new ArrayList<>();
    int[][] drawn = {};
    for (SamplingOptions options : ways()) {
      drawn = sampler.sample(labels, uniforms, options);
      runs.add(choices(drawn, options));
    }
    double difference = nllDifference(drawn, score);
    if (!(difference <= NLL)) {
      throw new ExportException(
          "prior-score.onnx differs from the prior by %s in nll; at most %s is rounding"
              .formatted(difference, NLL));
    }
    return new PriorReport(runs, (long) IMAGES * config().tokens(), difference);
  }

  /** Greedy and drawn, without guidance and with both kinds, with and without filters. */
  private List<SamplingOptions> ways() {
    int half = Math.max(1, config().codebookSize() / 2);
    return List.of(
        new SamplingOptions(1, 0, 0, 1),
        new SamplingOptions(2, 0, 0, 1),
        new SamplingOptions(1, 1, half, 1),
        new SamplingOptions(1.5, 0.75, 0, 0.875),
        new SamplingOptions(GuidanceSchedule.powerCosine(4, 2), 1, 0, 1));
  }

  /** What the prior would have chosen after the same tokens, all places in one pass. */
  private PriorReport.Run choices(int[][] chosen, SamplingOptions options) {
    float[] given = logits(chosen, labels);
    float[] scales = options.guidance().scales(config().cells());
    boolean off = options.guidance().isOff(config().cells());
    float[] free = off ? given : logits(chosen, noClass());
    int codes = config().codebookSize();
    long differing = 0;
    for (int i = 0; i < IMAGES * config().tokens(); i++) {
      int image = i / config().tokens();
      int token = i % config().tokens();
      float scale = scales[token % config().cells()];
      float[] guided = new float[codes];
      for (int code = 0; code < codes; code++) {
        float without = free[i * codes + code];
        guided[code] = without + scale * (given[i * codes + code] - without);
      }
      differing += agrees(guided, chosen[image][token], uniforms[image][token], options) ? 0 : 1;
    }
    long all = (long) IMAGES * config().tokens();
    if (differing > DIFFERING * all) {
      throw new ExportException(
          "prior.onnx chooses %d of %d tokens unlike the prior (%s); at most %s is rounding"
              .formatted(differing, all, options, DIFFERING));
    }
    return new PriorReport.Run(options.toString(), all, differing);
  }

  private int[] noClass() {
    int[] none = new int[IMAGES];
    Arrays.fill(none, config().nullClass());
    return none;
  }

  private static boolean agrees(float[] logits, int token, float uniform, SamplingOptions options) {
    if (options.temperature() == 0) {
      float best = logits[PriorSampler.greedy().choose(0, 0, logits)];
      return logits[token] >= best - TIE * Math.abs(best);
    }
    TokenFilter filter = new TokenFilter(options.temperature(), options.topK(), options.topP());
    return TokenFilter.draw(filter.probabilities(logits), uniform) == token;
  }

  private double nllDifference(int[][] tokens, PriorGraph graph) {
    int columns = config().columns();
    int[][][] grids = new int[IMAGES][config().codebooks() * config().rows()][];
    for (int i = 0; i < IMAGES; i++) {
      for (int row = 0; row < grids[i].length; row++) {
        grids[i][row] = Arrays.copyOfRange(tokens[i], row * columns, (row + 1) * columns);
      }
    }
    float[][] scored = graph.score(grids, labels, config().codebooks());
    float[] logits = logits(tokens, labels);
    int codes = config().codebookSize();
    double largest = 0;
    for (int i = 0; i < IMAGES * config().tokens(); i++) {
      int image = i / config().tokens();
      int place = i % config().tokens();
      double expected = nll(logits, i * codes, codes, tokens[image][place]);
      largest = Math.max(largest, Math.abs(expected - scored[image][place]));
    }
    return largest;
  }

  /** {@code [images, tokens, codes]}, flat; the logits of each token after those before it. */
  private float[] logits(int[][] tokens, int[] rowLabels) {
    long[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).asLongStream().toArray();
    long[] classes = Arrays.stream(rowLabels).asLongStream().toArray();
    try (NDManager scope = manager.newSubManager()) {
      NDArray ids = scope.create(flat, new Shape(IMAGES, config().tokens()));
      NDList inputs = new NDList(ids, scope.create(classes));
      return prior
          .forward(new ParameterStore(scope, false), inputs, false)
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  private static double nll(float[] logits, int from, int codes, int token) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + codes; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double sum = 0;
    for (int i = from; i < from + codes; i++) {
      sum += Math.exp(logits[i] - largest);
    }
    return largest + Math.log(sum) - logits[from + token];
  }
}
