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
   * Optional. {@code labels int64 [n], uniforms float32 [n, rows * columns], guidance float32 [],
   * temperature float32 [], top_k int64 [], top_p float32 [] -> tokens uint16 [n, rows, columns]}.
   */
  public static final String PRIOR = "prior.onnx";

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
