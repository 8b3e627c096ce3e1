package io.github.ideal4j.prior;

/** The shape of a {@link Prior}: what all architectures have in common. */
public sealed interface PriorConfig permits GptPriorConfig, RarPriorConfig {

  /** Transformer blocks. */
  int layers();

  /** Width of the residual stream. */
  int dim();

  /** Attention heads. */
  int heads();

  /** Width of the feed-forward part. */
  int hidden();

  /** What follows from its data: codebooks, classes and grid. */
  PriorData data();

  /** Of every norm. */
  double normEpsilon();

  /** How many numbers the model holds. */
  long parameterCount();

  /**
   * Steps of the generation that come before the first token is predicted: 0 where the class
   * predicts it, 1 where something stands before the class.
   */
  int lead();

  /** Entries of a codebook. */
  default int codebookSize() {
    return data().codebookSize();
  }

  /** Codebooks, each of which has a token at every place of the grid. */
  default int codebooks() {
    return data().codebooks();
  }

  /** Labels; 0 for a prior that knows no classes. */
  default int classes() {
    return data().classes();
  }

  /** Of the token grid of one codebook. */
  default int rows() {
    return data().rows();
  }

  /** Of the token grid. */
  default int columns() {
    return data().columns();
  }

  /** Places of the grid, which are predicted one after the other. */
  default int cells() {
    return rows() * columns();
  }

  /** Tokens of one image: those of all codebooks. */
  default int tokens() {
    return codebooks() * cells();
  }

  /** Entries of all codebooks together. */
  default int codes() {
    return codebooks() * codebookSize();
  }

  /** Width of one head. */
  default int headDim() {
    return dim() / heads();
  }

  /** The label that stands for "no class". */
  default int nullClass() {
    return classes();
  }

  /** Throws unless all sizes are those of a model that can be made. */
  static void check(
      int layers, int dim, int heads, int hidden, PriorData data, double normEpsilon) {
    atLeast(1, "layers", layers);
    atLeast(1, "dim", dim);
    atLeast(1, "heads", heads);
    atLeast(1, "hidden", hidden);
    atLeast(1, "codebookSize", data.codebookSize());
    atLeast(1, "codebooks", data.codebooks());
    atLeast(0, "classes", data.classes());
    atLeast(1, "rows", data.rows());
    atLeast(1, "columns", data.columns());
    if (!(normEpsilon > 0)) {
      throw new IllegalArgumentException("normEpsilon must be above 0, got " + normEpsilon);
    }
  }

  /** Throws unless a size is in its range. */
  static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, got %d".formatted(name, least, value));
    }
  }
}
