package io.github.ideal4j.prior;

/** The shape of a {@link Prior}: what all architectures have in common. */
public sealed interface PriorConfig permits GptPriorConfig, RarPriorConfig {

  /** Transformer blocks. */
  int layers();

  /** Width of the residual stream. */
  int dim();

  /** Attention heads. */
  int heads();

  /** Entries of a codebook. */
  int codebookSize();

  /** Codebooks, each of which has a token at every place of the grid. */
  int codebooks();

  /** Labels; 0 for a prior that knows no classes. */
  int classes();

  /** Of the token grid of one codebook. */
  int rows();

  /** Of the token grid. */
  int columns();

  /** How many numbers the model holds. */
  long parameterCount();

  /**
   * Steps of the generation that come before the first token is predicted: 0 where the class
   * predicts it, 1 where something stands before the class.
   */
  int lead();

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

  /** Throws unless a size is in its range. */
  static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, got %d".formatted(name, least, value));
    }
  }
}
