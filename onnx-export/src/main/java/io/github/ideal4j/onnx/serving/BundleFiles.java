package io.github.ideal4j.onnx.serving;

/** Names of the files of a bundle. */
public final class BundleFiles {

  /** What the bundle is, with the sum of every other file. */
  public static final String MANIFEST = "model.json";

  /** {@code images uint8 [n, height, width, 3] -> tokens uint16 [n, rows, columns]}. */
  public static final String ENCODER = "encoder.onnx";

  /**
   * {@code tokens int32 [n, rows, columns] -> images uint8 [n, height, width, 3], deep float32 [n,
   * rows * columns, width]}.
   */
  public static final String DECODER = "decoder.onnx";

  /**
   * Optional. {@code labels int64 [n], uniforms float32 [n, rows * columns], guidance float32 [] or
   * [steps], temperature float32 [], top_k int64 [], top_p float32 [] -> tokens uint16 [n, rows,
   * columns]}. A uniform number in [0, 1) draws a token; {@code 1 + k} says that it is k.
   */
  public static final String PRIOR = "prior.onnx";

  /**
   * Optional. One step of the prior with its cache outside: {@code token int64 [n, codebooks],
   * label int64 [n], position int64 [1]}, then {@code key.i, value.i float32 [n, heads, past,
   * width]} of each layer, to {@code logits float32 [n, codebooks, size], key.i.next,
   * value.i.next}. {@code position} is the number of places in the cache. Metadata {@link #LEAD}
   * says how many first steps give logits of no token.
   */
  public static final String PRIOR_STEP = "prior-step.onnx";

  /** Key of the metadata of {@link #PRIOR_STEP}. */
  public static final String LEAD = "ideal.lead";

  /** Key in the metadata of a {@link #PRIOR} that can be given tokens, and guidance by step. */
  public static final String GIVEN_TOKENS = "ideal.given_tokens";

  /**
   * Optional. {@code tokens int32 [n, rows, columns], labels int64 [n] -> nll float32 [n, rows *
   * columns]}.
   */
  public static final String PRIOR_SCORE = "prior-score.onnx";

  /** Optional, but there with a prior: names of the classes by their number. */
  public static final String LABELS = "labels.json";

  /** Optional: tensor {@code codebook [size, dimension]}. */
  public static final String CODEBOOK = "codebook.safetensors";

  /** Optional: all weights, to train on. */
  public static final String WEIGHTS = "weights.safetensors";

  /** Optional: the configuration of its training, every value written out. */
  public static final String CONFIG = "config.yaml";

  /** Optional: the model card. */
  public static final String CARD = "README.md";

  private BundleFiles() {}
}
