package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.Arrays;

/**
 * Draws tokens from a prior on the engine it is trained on, one step at a time with cached keys and
 * values. Serving uses the exported graph instead; this is its reference.
 */
public final class GptPriorSampler {

  private final GptPrior prior;
  private final GptPriorStep step;
  private final NDManager manager;

  /**
   * A sampler of an initialized prior.
   *
   * @param prior stays the owner of its parameters
   * @param manager lives on the prior's device
   */
  public GptPriorSampler(GptPrior prior, NDManager manager) {
    this.prior = prior;
    this.step = new GptPriorStep(prior);
    this.manager = manager;
  }

  /** Chooses a token for one image. */
  @FunctionalInterface
  public interface Choice {

    /**
     * Chooses one token of one image.
     *
     * @param image which row of the batch
     * @param position which token, from 0
     * @param logits of all tokens, after guidance
     */
    int choose(int image, int position, float[] logits);
  }

  /** The likeliest token. */
  public static Choice greedy() {
    return (image, position, logits) -> {
      int best = 0;
      for (int i = 1; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      return best;
    };
  }

  /**
   * A token drawn with given uniform numbers, so that chance is the caller's.
   *
   * @param uniforms in [0, 1), {@code [images][tokens]}
   */
  public static Choice drawn(TokenFilter filter, float[][] uniforms) {
    return (image, position, logits) ->
        TokenFilter.draw(filter.probabilities(logits), uniforms[image][position]);
  }

  /**
   * What a run of the sampler gives.
   *
   * @param tokens {@code [images][tokens]}
   * @param rawLogits what the model gave, before guidance: {@code [rows][tokens][codebookSize]},
   *     with guidance one row for each image and then one for each without class
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; lists would box every token
  public record Samples(int[][] tokens, float[][][] rawLogits) {}

  /** Samples tokens only; see {@link #sampleWithLogits}. */
  public int[][] sample(int[] labels, double guidance, Choice choice) {
    return sampleWithLogits(labels, guidance, choice).tokens();
  }

  /**
   * Samples one image for each label.
   *
   * @param labels classes, {@link GptPriorConfig#nullClass()} included
   * @param guidance {@code logits = null + guidance * (conditional - null)}; 1 runs without
   * @param choice of a token
   */
  public Samples sampleWithLogits(int[] labels, double guidance, Choice choice) {
    checkLabels(labels);
    boolean guided = guidance != 1;
    int images = labels.length;
    int rows = guided ? 2 * images : images;
    int length = prior.config().tokens();
    long[] rowLabels = new long[rows];
    Arrays.fill(rowLabels, prior.config().nullClass());
    for (int i = 0; i < images; i++) {
      rowLabels[i] = labels[i];
    }
    Samples samples = new Samples(new int[images][length], new float[rows][length][]);
    try (NDManager own = manager.newSubManager()) {
      NDList cache = step.emptyCache(own, rows);
      long[] chosen = new long[rows];
      for (int t = 0; t < length; t++) {
        try (NDManager scope = own.newSubManager()) {
          NDList outputs = forward(scope, chosen, rowLabels, t, cache);
          cache.close();
          cache = keep(outputs.subNDList(1), own);
          chosen = record(samples, t, outputs.get(0), guidance, choice);
        }
      }
    }
    return samples;
  }

  private NDList forward(NDManager scope, long[] tokens, long[] labels, int t, NDList cache) {
    NDList inputs =
        new NDList(scope.create(tokens), scope.create(labels), scope.create(new long[] {t}));
    cache.forEach(
        array -> {
          array.attach(scope);
          inputs.add(array);
        });
    return step.forward(new ParameterStore(scope, false), inputs, false);
  }

  private static NDList keep(NDList arrays, NDManager owner) {
    arrays.attach(owner);
    return arrays;
  }

  private static long[] record(
      Samples samples, int t, NDArray logits, double guidance, Choice choice) {
    Shape shape = logits.getShape();
    int size = Math.toIntExact(shape.get(1));
    float[] flat = logits.toFloatArray();
    long[] chosen = new long[Math.toIntExact(shape.get(0))];
    int images = samples.tokens().length;
    for (int row = 0; row < chosen.length; row++) {
      samples.rawLogits()[row][t] = Arrays.copyOfRange(flat, row * size, (row + 1) * size);
    }
    for (int row = 0; row < chosen.length; row++) {
      int image = row % images;
      if (row < images) {
        samples.tokens()[image][t] =
            choice.choose(image, t, guided(samples.rawLogits(), image, images, t, guidance));
      }
      chosen[row] = samples.tokens()[image][t];
    }
    return chosen;
  }

  private static float[] guided(float[][][] raw, int image, int images, int t, double guidance) {
    float[] conditional = raw[image][t];
    if (raw.length == images) {
      return conditional;
    }
    float[] free = raw[images + image][t];
    float scale = (float) guidance;
    float[] logits = new float[conditional.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = free[i] + scale * (conditional[i] - free[i]);
    }
    return logits;
  }

  private void checkLabels(int[] labels) {
    for (int label : labels) {
      if (label < 0 || label > prior.config().nullClass()) {
        throw new IllegalArgumentException(
            "label %d is unknown; valid are 0 to %d, and %d for no class"
                .formatted(label, prior.config().classes() - 1, prior.config().nullClass()));
      }
    }
  }
}
