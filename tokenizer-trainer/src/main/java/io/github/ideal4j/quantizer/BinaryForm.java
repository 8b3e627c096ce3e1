package io.github.ideal4j.quantizer;

/**
 * Conventions of quantizers whose codes are signs.
 *
 * @param kind whose conventions
 * @param bits numbers of a vector, each becomes a sign; at most 16
 * @param sphere whether vectors are brought to unit length (times {@code scale})
 * @param unitCodes whether codes are
 * @param scale length of a number of a code before that
 * @param clamp vectors become {@code clamp * tanh(x / clamp)} first; 0 leaves them
 * @param inverseTemperature of the softmax of the entropies
 * @param groupBits bits of a group that has entropies of its own (BSQ); divides bits
 * @param analytical whether BSQ's entropies are those of single bits
 * @param commitment weight of the loss that draws vectors to codes
 * @param sampleWeight of the entropy of one choice
 * @param codebookWeight of the entropy of the average choice, which is subtracted
 */
public record BinaryForm(
    Kind kind,
    int bits,
    boolean sphere,
    boolean unitCodes,
    double scale,
    double clamp,
    double inverseTemperature,
    int groupBits,
    boolean analytical,
    double commitment,
    double sampleWeight,
    double codebookWeight) {

  /** Whose conventions. */
  public enum Kind {
    /** Lookup-free quantization (arXiv 2310.05737): most significant bit first. */
    LFQ,
    /** The same as in Open-MAGVIT2: least significant bit first, exact entropies. */
    MAGVIT2,
    /** Binary spherical quantization (arXiv 2406.07548): sums over bits and groups. */
    BSQ
  }

  public BinaryForm {
    if (bits < 1 || bits > 16 || groupBits < 1 || bits % groupBits != 0) {
      throw new IllegalArgumentException(
          "a binary quantizer has 1 to 16 bits in groups that divide them, got %d in groups of %d"
              .formatted(bits, groupBits));
    }
    if (!(inverseTemperature > 0 && scale > 0 && clamp >= 0)) {
      throw new IllegalArgumentException(
          "temperature and scale must be above 0 and clamp at least 0, got %s, %s and %s"
              .formatted(1 / inverseTemperature, scale, clamp));
    }
  }
}
