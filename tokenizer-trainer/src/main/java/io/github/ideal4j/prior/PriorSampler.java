package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import java.util.Arrays;

/**
 * Draws tokens from a prior on the engine it is trained on, one step at a time with cached keys and
 * values. Serving uses the exported graph instead; this is its reference.
 */
public final class PriorSampler {

  private final Prior prior;
  private final PriorStep step;
  private final NDManager manager;

  /**
   * A sampler of an initialized prior.
   *
   * @param prior stays the owner of its parameters
   * @param manager lives on the prior's device
   */
  public PriorSampler(Prior prior, NDManager manager) {
    this.prior = prior;
    this.step = new PriorStep(prior);
    this.manager = manager;
  }

  /** Chooses a token for one image. */
  @FunctionalInterface
  public interface Choice {

    /**
     * Chooses one token of one image.
     *
     * @param image which row of the batch
     * @param token which of the image's tokens, from 0
     * @param logits of all codes, after guidance
     */
    int choose(int image, int token, float[] logits);
  }

  /** The likeliest token. */
  public static Choice greedy() {
    return (image, token, logits) -> {
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
    return (image, token, logits) ->
        TokenFilter.draw(filter.probabilities(logits), uniforms[image][token]);
  }

  /**
   * What a run of the sampler gives.
   *
   * @param tokens {@code [images][codebooks * cells]}
   * @param rawLogits what the model gave, before guidance: {@code [rows][cells][codebooks *
   *     codebookSize]}, with guidance one row for each image and then one for each without class
   * @param logits after guidance, {@code [images][cells][codebooks * codebookSize]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; lists would box every token
  public record Samples(int[][] tokens, float[][][] rawLogits, float[][][] logits) {}

  /** Samples tokens only; see {@link #sampleWithLogits}. */
  public int[][] sample(int[] labels, GuidanceSchedule guidance, Choice choice) {
    return sampleWithLogits(labels, guidance, choice).tokens();
  }

  /**
   * Samples one image for each label.
   *
   * @param labels classes, {@link PriorConfig#nullClass()} included
   * @param guidance without which only the rows with a class run
   * @param choice of a token
   */
  public Samples sampleWithLogits(int[] labels, GuidanceSchedule guidance, Choice choice) {
    checkLabels(labels);
    PriorConfig config = prior.config();
    int cells = config.cells();
    float[] scales = guidance.scales(cells);
    int images = labels.length;
    int rows = guidance.isOff(cells) ? images : 2 * images;
    long[] rowLabels = new long[rows];
    Arrays.fill(rowLabels, config.nullClass());
    for (int i = 0; i < images; i++) {
      rowLabels[i] = labels[i];
    }
    Samples samples =
        new Samples(
            new int[images][config.tokens()], new float[rows][cells][], new float[images][cells][]);
    try (NDManager own = manager.newSubManager()) {
      NDList cache = step.emptyCache(own, rows);
      long[] chosen = new long[rows * config.codebooks()];
      for (int position = 0; position < config.lead() + cells; position++) {
        try (NDManager scope = own.newSubManager()) {
          NDList outputs = forward(scope, chosen, rowLabels, position, cache);
          cache.close();
          cache = keep(outputs.subNDList(1), own);
          int cell = position - config.lead();
          if (cell >= 0) {
            record(samples, cell, outputs.get(0).toFloatArray(), scales[cell], choice);
            chosen = chosen(samples.tokens(), cell, rows);
          }
        }
      }
    }
    return samples;
  }

  private NDList forward(
      NDManager scope, long[] tokens, long[] labels, int position, NDList cache) {
    NDArray last = scope.create(tokens, new Shape(labels.length, prior.config().codebooks()));
    NDList inputs = new NDList(last, scope.create(labels), scope.create(new long[] {position}));
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

  /** Notes the logits of all rows at a cell, and chooses its tokens. */
  private void record(Samples samples, int cell, float[] flat, float scale, Choice choice) {
    PriorConfig config = prior.config();
    int codes = config.codes();
    for (int row = 0; row < samples.rawLogits().length; row++) {
      samples.rawLogits()[row][cell] = Arrays.copyOfRange(flat, row * codes, (row + 1) * codes);
    }
    int size = config.codebookSize();
    for (int image = 0; image < samples.tokens().length; image++) {
      float[] logits = guided(samples.rawLogits(), image, samples.tokens().length, cell, scale);
      samples.logits()[image][cell] = logits;
      for (int codebook = 0; codebook < config.codebooks(); codebook++) {
        int token = codebook * config.cells() + cell;
        float[] own = Arrays.copyOfRange(logits, codebook * size, (codebook + 1) * size);
        samples.tokens()[image][token] = choice.choose(image, token, own);
      }
    }
  }

  /** The tokens at a cell for every row: {@code [rows * codebooks]}. */
  private long[] chosen(int[][] tokens, int cell, int rows) {
    int codebooks = prior.config().codebooks();
    long[] chosen = new long[rows * codebooks];
    for (int i = 0; i < chosen.length; i++) {
      int[] image = tokens[i / codebooks % tokens.length];
      chosen[i] = image[i % codebooks * prior.config().cells() + cell];
    }
    return chosen;
  }

  private static float[] guided(float[][][] raw, int image, int images, int cell, float scale) {
    float[] conditional = raw[image][cell];
    if (raw.length == images) {
      return conditional;
    }
    float[] free = raw[images + image][cell];
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
