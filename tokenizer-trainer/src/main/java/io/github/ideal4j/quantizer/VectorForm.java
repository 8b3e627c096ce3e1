package io.github.ideal4j.quantizer;

/**
 * Conventions of a codebook that is searched.
 *
 * @param cosine whether vectors and codes are brought to unit length; else the distance counts
 * @param gradient how gradients pass the choice
 * @param codebookWeight weight of the loss that draws codes to their vectors
 * @param smoothing added to the counts of moving averages before sums are divided by them
 */
public record VectorForm(
    boolean cosine, Passing gradient, double codebookWeight, double smoothing) {

  /** How gradients pass a choice. */
  public enum Passing {
    /** As if nothing was quantized. */
    STRAIGHT,
    /** Turned and scaled with the vector (arXiv 2410.06424). */
    ROTATION
  }

  /** The paper's: on the sphere, straight-through. */
  public static final VectorForm PAPER = new VectorForm(true, Passing.STRAIGHT, 1, 1e-5);

  public VectorForm {
    if (!(codebookWeight >= 0 && smoothing >= 0)) {
      throw new IllegalArgumentException(
          "quantizer.codebookWeight and smoothing must be at least 0, got %s and %s"
              .formatted(codebookWeight, smoothing));
    }
  }
}
