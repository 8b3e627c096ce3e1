package io.github.ideal4j.onnx.serving;

import ai.onnxruntime.OnnxJavaType;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Set;

/**
 * How surprising tokens are to a bundle's prior, by its {@code prior-score.onnx}. Safe for use by
 * several threads; closing waits for running calls.
 */
public final class TokenScorer implements AutoCloseable {

  /** Most images in one run: beyond this logits leave the cache, and nothing is won. */
  private static final int BATCH = 8;

  private final BundleDescription description;
  private final int classes;
  private final OrtModel scorer;

  private TokenScorer(BundleDescription description, int classes, OrtModel scorer) {
    this.description = description;
    this.classes = classes;
    this.scorer = scorer;
  }

  /**
   * Loads the scoring graph.
   *
   * @throws BundleException if the bundle has none, or it does not fit {@code model.json}
   */
  public static TokenScorer open(Bundle bundle, SessionSettings settings) throws IOException {
    BundleDescription is = bundle.description();
    if (is.prior().isEmpty()) {
      throw new BundleException(
          "bundle %s has no prior and cannot score; export it with one".formatted(bundle.folder()));
    }
    if (!bundle.has(BundleFiles.PRIOR_SCORE)) {
      throw new BundleException(
          "bundle %s has no %s: it was exported before there was one; export it again"
              .formatted(bundle.folder(), BundleFiles.PRIOR_SCORE));
    }
    OrtModel model =
        new OrtModel(bundle.file(BundleFiles.PRIOR_SCORE), settings)
            .require(Set.of("tokens", "labels"), Set.of("nll"))
            .requireShape("tokens", is.grid().shape(-1))
            .requireShape("nll", -1, is.grid().cells());
    return new TokenScorer(is, is.prior().get().classes(), model);
  }

  /** The label for "no class". */
  public int noClass() {
    return classes;
  }

  /**
   * Scores images.
   *
   * @param tokens {@code [images][rows * columns]}
   * @param labels of the images, 0 to {@link #noClass()}
   * @return negative log-likelihood of each token in nats given those before it and the class,
   *     {@code [images][rows * columns]}; the sum of a row is that of the image
   * @throws IllegalArgumentException if there is no such label or token
   */
  public float[][] score(int[][] tokens, int[] labels) {
    if (tokens.length != labels.length) {
      throw new IllegalArgumentException(
          "%d labels, but tokens of %d images".formatted(labels.length, tokens.length));
    }
    float[][] scores = new float[tokens.length][description.grid().cells()];
    for (int from = 0; from < tokens.length; from += BATCH) {
      score(tokens, labels, from, Math.min(BATCH, tokens.length - from), scores);
    }
    return scores;
  }

  private void score(int[][] tokens, int[] labels, int from, int count, float[][] scores) {
    IntBuffer grids = Buffers.ints((long) count * description.grid().cells());
    LongBuffer given = Buffers.longs(count);
    for (int i = from; i < from + count; i++) {
      check(tokens[i], labels[i]);
      grids.put(tokens[i]);
      given.put(labels[i]);
    }
    List<OrtModel.Input> inputs =
        List.of(
            new OrtModel.Input(
                "tokens", grids.flip(), OnnxJavaType.INT32, description.grid().shape(count)),
            new OrtModel.Input("labels", given.flip(), OnnxJavaType.INT64, count));
    FloatBuffer nll =
        scorer.run(inputs, outputs -> ImageTokenizer.tensor(outputs, "nll").getFloatBuffer());
    for (int i = from; i < from + count; i++) {
      nll.get(scores[i]);
    }
  }

  private void check(int[] tokens, int label) {
    if (label < 0 || label > classes) {
      throw new IllegalArgumentException(
          "label %d is unknown; valid are 0 to %d, and %d for no class"
              .formatted(label, classes - 1, classes));
    }
    if (tokens.length != description.grid().cells()) {
      throw new IllegalArgumentException(
          "an image has %d tokens, got %d".formatted(description.grid().cells(), tokens.length));
    }
    for (int token : tokens) {
      if (token < 0 || token >= description.codebook().size()) {
        throw new IllegalArgumentException(
            "token %d is unknown; valid are 0 to %d"
                .formatted(token, description.codebook().size() - 1));
      }
    }
  }

  @Override
  public void close() {
    scorer.close();
  }
}
