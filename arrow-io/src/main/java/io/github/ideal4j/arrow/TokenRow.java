package io.github.ideal4j.arrow;

/**
 * One row of a token file: an image's tokens and what is known about the image.
 *
 * @param id number of the image, chosen by the writer
 * @param grid the tokens
 * @param label name of the class; null where unknown
 * @param path where the image came from; null where unknown
 * @param nll negative log-likelihood of the tokens under a prior, in nats; NaN where unknown
 * @param view which view of the image this is; null where unknown
 */
public record TokenRow(long id, TokenGrid grid, String label, String path, float nll, String view) {

  public TokenRow {
    if (grid == null) {
      throw new IllegalArgumentException("row %d has no tokens".formatted(id));
    }
  }

  /** Of an image's only view. */
  public TokenRow(long id, TokenGrid grid, String label, String path, float nll) {
    this(id, grid, label, path, nll, null);
  }

  /** A row without label, path, likelihood and view. */
  public static TokenRow of(long id, TokenGrid grid) {
    return new TokenRow(id, grid, null, null, Float.NaN, null);
  }

  public TokenRow withLabel(String newLabel) {
    return new TokenRow(id, grid, newLabel, path, nll, view);
  }

  public TokenRow withPath(String newPath) {
    return new TokenRow(id, grid, label, newPath, nll, view);
  }

  public TokenRow withNll(float newNll) {
    return new TokenRow(id, grid, label, path, newNll, view);
  }

  public TokenRow withView(String newView) {
    return new TokenRow(id, grid, label, path, nll, newView);
  }
}
