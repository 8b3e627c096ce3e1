package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.arrow.TokenType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a bundle holds, without the sums of its files.
 *
 * @param name of the tokenizer, not empty, one line
 * @param image the size that the encoder takes and the decoder gives
 * @param grid the tokens of one image
 * @param codebook what a token may be
 * @param backbone the frozen network in front of the quantizer
 * @param prior about {@code prior.onnx}, if there is one
 * @param provenance how it was trained, as JSON values; readers print it and do not interpret it
 */
public record BundleDescription(
    String name,
    ImageSize image,
    Grid grid,
    Codebook codebook,
    Backbone backbone,
    Optional<Prior> prior,
    Map<String, Object> provenance) {

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Checks the name and copies. */
  public BundleDescription {
    if (name.isBlank() || name.lines().count() > 1) {
      throw new IllegalArgumentException(
          "a tokenizer's name is one line and not empty, got '%s'".formatted(name));
    }
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /** Size of images in pixels. */
  public record ImageSize(int height, int width) {
    /** Checks the size. */
    public ImageSize {
      atLeastOne("image.height", height);
      atLeastOne("image.width", width);
    }

    @Override
    public String toString() {
      return "%d x %d".formatted(width, height);
    }
  }

  /**
   * Size of token grids.
   *
   * @param rows height; the grids of several codebooks lie one below the other
   * @param columns width
   * @param codebooks grids that the rows are made of
   */
  public record Grid(int rows, int columns, int codebooks) {
    /** Of one codebook. */
    public Grid(int rows, int columns) {
      this(rows, columns, 1);
    }

    /** Checks the size. */
    public Grid {
      atLeastOne("grid.rows", rows);
      atLeastOne("grid.columns", columns);
      atLeastOne("grid.codebooks", codebooks);
      if (rows % codebooks != 0) {
        throw new IllegalArgumentException(
            "%d rows are not those of %d codebooks".formatted(rows, codebooks));
      }
    }

    /** Tokens of one image. */
    public int cells() {
      return Math.multiplyExact(rows, columns);
    }

    /**
     * The shape of tokens of images in encoder and decoder: {@code [n, rows, columns]}, of several
     * codebooks {@code [n, codebooks, rows / codebooks, columns]}.
     */
    public long[] shape(long n) {
      return codebooks == 1
          ? new long[] {n, rows, columns}
          : new long[] {n, codebooks, rows / codebooks, columns};
    }
  }

  /**
   * Entries and width of the codebook.
   *
   * @param size at most 65536, so that tokens are uint16
   * @param dimension of each entry
   */
  public record Codebook(int size, int dimension) {
    /** Checks the ranges. */
    public Codebook {
      atLeastOne("codebook.size", size);
      atLeastOne("codebook.dimension", dimension);
      if (size > TokenType.UINT16.capacity()) {
        throw new IllegalArgumentException(
            "codebook.size %d does not fit uint16 tokens (at most %d)"
                .formatted(size, TokenType.UINT16.capacity()));
      }
    }
  }

  /**
   * The frozen network. The encoder normalises by itself: mean and deviation are documentation.
   *
   * @param id for example {@code vit_tiny_patch16_224}
   * @param sha256 of its weights
   * @param layers that are read, counted from 1
   * @param mean of each channel, for values of 0 to 1
   * @param deviation of each channel
   */
  public record Backbone(
      String id, String sha256, List<Integer> layers, List<Double> mean, List<Double> deviation) {
    /** Checks the sum and copies. */
    public Backbone {
      requireSha256("backbone.sha256", sha256);
      layers = List.copyOf(layers);
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
    }
  }

  /**
   * The model of tokens given a class.
   *
   * @param classes labels 0 to {@code classes - 1}; {@code classes} stands for no class
   * @param tokenizerSha256 the tokenizer whose tokens it makes
   * @param provenance how it was trained, as JSON values
   */
  public record Prior(int classes, String tokenizerSha256, Map<String, Object> provenance) {
    /** Checks the values and copies. */
    public Prior {
      if (classes < 0) {
        throw new IllegalArgumentException(
            "prior.classes must be at least 0, got %d".formatted(classes));
      }
      requireSha256("prior.tokenizer_sha256", tokenizerSha256);
      provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    }
  }

  /** The same bundle with a prior. */
  public BundleDescription withPrior(Prior newPrior) {
    return new BundleDescription(
        name, image, grid, codebook, backbone, Optional.of(newPrior), provenance);
  }

  static void atLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(what, value));
    }
  }

  static void requireSha256(String what, String value) {
    if (!SHA256.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s must be 64 lower-case hexadecimal digits, got '%s'".formatted(what, value));
    }
  }
}
