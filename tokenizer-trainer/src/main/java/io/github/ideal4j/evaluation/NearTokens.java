package io.github.ideal4j.evaluation;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Disturbs tokens a little: a share of them is replaced by near neighbours in the codebook. How
 * much worse images become shows whether a decoder, and a prior that makes mistakes, can live with
 * the tokens (Qiu et al. 2025, "Robust latent matters", arXiv 2503.08354, where the FID of such
 * images is called pFID). Immutable; takes 12 bytes a code and neighbour.
 */
public final class NearTokens {

  /** The share of tokens that is usually replaced. */
  public static final double USUAL_SHARE = 0.05;

  private final NearestRows nearest;
  private final int codebookSize;

  private NearTokens(NearestRows nearest, int codebookSize) {
    this.nearest = nearest;
    this.codebookSize = codebookSize;
  }

  /**
   * Finds the neighbours of all codes by Euclidean distance. Where tokens are chosen by cosine,
   * give codes of length 1.
   *
   * @param codebook {@code [codes, dim]}
   * @param neighbours that may replace a code, 1 to {@code codes - 1}
   */
  public static NearTokens of(FeatureRows codebook, int neighbours) {
    return new NearTokens(NearestRows.within(codebook, neighbours), codebook.rows());
  }

  /** The neighbours of a token, nearest first. */
  public int[] near(int token) {
    requireToken(token);
    return IntStream.range(0, nearest.count()).map(i -> nearest.row(token, i)).toArray();
  }

  /**
   * Replaces exactly {@code round(share * tokens)} tokens, chosen at random, each by one of its
   * neighbours, which are equally likely. Equal generators give equal results.
   *
   * @param grid the tokens of an image, which stay as they are
   * @param share 0 to 1
   * @return new tokens
   */
  public int[] disturb(int[] grid, double share, RandomGenerator random) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is 0 to 1, got " + share);
    }
    int[] disturbed = grid.clone();
    int count = (int) Math.round(share * grid.length);
    for (int place : Draws.withoutReplacement(grid.length, count, random)) {
      requireToken(grid[place]);
      disturbed[place] = nearest.row(grid[place], random.nextInt(nearest.count()));
    }
    return disturbed;
  }

  private void requireToken(int token) {
    if (token < 0 || token >= codebookSize) {
      throw new IllegalArgumentException(
          "token %d is not in a codebook of %d".formatted(token, codebookSize));
    }
  }
}
