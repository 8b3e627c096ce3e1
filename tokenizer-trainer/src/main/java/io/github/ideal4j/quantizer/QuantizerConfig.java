package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.quantizer.CompositeQuantizer.Composition;
import java.util.ArrayList;
import java.util.List;

/**
 * Which quantizer, beside the numbers of its {@link CodebookConfig}.
 *
 * @param kind of quantizer
 * @param composition whether several share a vector
 * @param codebooks how many; 1 unless there is a composition
 * @param cosine of {@link Kind#VQ}: whether codes are chosen by angle, else by distance
 * @param gradient of VQ and SimVQ: how gradients pass the choice
 * @param codebookWeight of VQ: weight of the loss that draws codes to vectors
 * @param smoothing of VQ with averages by distance: added to counts
 * @param levels of FSQ, one for each number of a vector
 * @param symmetric of FSQ: whether an even number of levels reaches 1 as well as -1
 * @param clampLevels of FSQ: whether numbers are cut off instead of bounded by a tanh
 * @param diversity of IBQ, LFQ and BSQ: weight of even use beside that of sure choices
 * @param groupBits of BSQ: bits with entropies of their own; 0 takes single bits by formula
 */
public record QuantizerConfig(
    Kind kind,
    Composition composition,
    int codebooks,
    boolean cosine,
    VectorForm.Passing gradient,
    double codebookWeight,
    double smoothing,
    List<Integer> levels,
    boolean symmetric,
    boolean clampLevels,
    double diversity,
    int groupBits) {

  private static final double MARGIN = 1e-3;
  private static final double FLOOR = 1e-5;

  /** Kinds of quantizers. */
  public enum Kind {
    /** A codebook that is searched; learns by gradient or as averages. */
    VQ,
    /** Fixed codes behind a trained linear layer. */
    SIMVQ,
    /** Index backpropagation: all codes learn. */
    IBQ,
    /** Levels for each number. */
    FSQ,
    /** Signs. */
    LFQ,
    /** Signs, as in Open-MAGVIT2. */
    MAGVIT2,
    /** Signs on the sphere. */
    BSQ
  }

  /** The paper's: one cosine codebook, straight-through. */
  public static final QuantizerConfig PAPER =
      new QuantizerConfig(
          Kind.VQ,
          Composition.NONE,
          1,
          true,
          VectorForm.Passing.STRAIGHT,
          1,
          1e-5,
          List.of(8, 5, 5, 5),
          false,
          false,
          1,
          0);

  public QuantizerConfig {
    levels = List.copyOf(levels);
    if ((composition == Composition.NONE) != (codebooks == 1)) {
      throw new IllegalArgumentException(
          "quantizer.composition %s goes with %s, got quantizer.codebooks %d"
              .formatted(
                  composition, composition == Composition.NONE ? "1" : "2 or more", codebooks));
    }
    if (codebooks < 1 || codebooks > 64 || !(diversity >= 0) || groupBits < 0) {
      throw new IllegalArgumentException(
          "quantizer.codebooks must be 1 to 64, diversity and groupBits at least 0, got %d, %s and %d"
              .formatted(codebooks, diversity, groupBits));
    }
    if (kind == Kind.FSQ) {
      new ScalarQuantizer.Form(levels, symmetric, clampLevels, MARGIN).size(); // checks
    }
  }

  /** Makes arrays that are trained, by name. */
  @FunctionalInterface
  public interface Arrays {
    /** Normal numbers of a deviation, of a shape. */
    NDArray normal(String name, double deviation, long... shape);
  }

  private boolean binary() {
    return kind == Kind.LFQ || kind == Kind.MAGVIT2 || kind == Kind.BSQ;
  }

  /** Codes of one codebook. */
  public int size(CodebookConfig codebook) {
    return kind == Kind.FSQ ? levels.stream().reduce(1, (a, b) -> a * b) : codebook.size();
  }

  /** Length of a code of one codebook. */
  public int partDim(CodebookConfig codebook) {
    if (binary()) {
      int bits = Integer.numberOfTrailingZeros(codebook.size());
      if (1 << bits != codebook.size()) {
        throw new IllegalArgumentException(
            "codebook.size of %s is a power of two, its exponent the bits; got %d"
                .formatted(kind, codebook.size()));
      }
      return bits;
    }
    return kind == Kind.FSQ ? levels.size() : codebook.dim();
  }

  /** Length of a vector before the quantizer. */
  public int dim(CodebookConfig codebook) {
    return partDim(codebook) * (composition == Composition.PRODUCT ? codebooks : 1);
  }

  /**
   * Makes the quantizer.
   *
   * @param name what names of arrays begin with
   * @param arrays makes those that are trained
   * @param manager owns the others, as long as the quantizer
   */
  public Quantizer create(CodebookConfig codebook, String name, Arrays arrays, NDManager manager) {
    if (composition == Composition.NONE) {
      return one(codebook, name, arrays, manager);
    }
    List<Quantizer> stages = new ArrayList<>();
    for (int i = 0; i < codebooks; i++) {
      stages.add(one(codebook, "%s%d.".formatted(name, i), arrays, manager));
    }
    return new CompositeQuantizer(composition, stages);
  }

  private Quantizer one(CodebookConfig codebook, String name, Arrays arrays, NDManager manager) {
    return switch (kind) {
      case VQ ->
          new VectorQuantizer(
              codebook,
              new VectorForm(cosine, gradient, codebookWeight, smoothing),
              name,
              table(codebook, name, arrays, 1),
              manager);
      case SIMVQ -> simVq(codebook, name, arrays);
      case IBQ ->
          new IndexQuantizer(
              // Products of such codes with vectors of deviation 1 have the deviation 1.
              table(codebook, name, arrays, 1 / Math.sqrt(codebook.dim())),
              codebook.commitment(),
              1,
              codebook.entropyWeight(),
              codebook.entropyWeight() * diversity,
              codebook.entropyTemperature(),
              FLOOR);
      case FSQ ->
          new ScalarQuantizer(
              new ScalarQuantizer.Form(levels, symmetric, clampLevels, MARGIN), manager);
      case LFQ -> signs(codebook, BinaryForm.Kind.LFQ, manager);
      case MAGVIT2 -> signs(codebook, BinaryForm.Kind.MAGVIT2, manager);
      case BSQ -> signs(codebook, BinaryForm.Kind.BSQ, manager);
    };
  }

  private static NDArray table(
      CodebookConfig codebook, String name, Arrays arrays, double deviation) {
    return arrays.normal(name + "embedding.weight", deviation, codebook.size(), codebook.dim());
  }

  private Quantizer simVq(CodebookConfig codebook, String name, Arrays arrays) {
    int dim = codebook.dim();
    double deviation = 1 / Math.sqrt(dim);
    return new SimVectorQuantizer(
        arrays.normal(name + "frozen.weight", 1, codebook.size(), dim),
        arrays.normal(name + "transform.weight", deviation, dim, dim),
        name,
        gradient,
        codebook.commitment(),
        1);
  }

  private Quantizer signs(CodebookConfig codebook, BinaryForm.Kind whose, NDManager manager) {
    int bits = partDim(codebook);
    boolean sphere = whose == BinaryForm.Kind.BSQ;
    double temperature = codebook.entropyTemperature();
    double weight = codebook.entropyWeight() * (sphere ? temperature : 1);
    return new BinaryQuantizer(
        new BinaryForm(
            whose,
            bits,
            sphere,
            sphere,
            1,
            0,
            1 / temperature,
            sphere && groupBits > 0 ? groupBits : bits,
            sphere && groupBits == 0,
            codebook.commitment(),
            weight,
            weight * diversity),
        manager);
  }
}
