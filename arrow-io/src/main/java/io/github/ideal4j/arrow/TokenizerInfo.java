package io.github.ideal4j.arrow;

import java.util.regex.Pattern;

/**
 * What a token file says about the tokenizer that made it: enough to refuse the tokens of another
 * one. A file from elsewhere may know nothing but the grid; see {@link #isKnown()}.
 *
 * @param name name of the tokenizer, empty where unknown
 * @param sha256 64 lower-case hexadecimal digits that identify the tokenizer, empty where unknown
 * @param codebookSize number of codebook entries; every token is below it
 * @param rows height of the token grid; the grids of several codebooks lie one below the other
 * @param columns width of the token grid
 * @param imageHeight height of the images in pixels, 0 where unknown
 * @param imageWidth width of the images in pixels, 0 where unknown
 * @param codebooks grids that {@code rows} are made of, 1 or more
 */
public record TokenizerInfo(
    String name,
    String sha256,
    int codebookSize,
    int rows,
    int columns,
    int imageHeight,
    int imageWidth,
    int codebooks) {

  private static final Pattern SHA256 = Pattern.compile("([0-9a-f]{64})?");

  /** Of one codebook. */
  public TokenizerInfo(
      String name,
      String sha256,
      int codebookSize,
      int rows,
      int columns,
      int imageHeight,
      int imageWidth) {
    this(name, sha256, codebookSize, rows, columns, imageHeight, imageWidth, 1);
  }

  public TokenizerInfo {
    if (!SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "tokenizer sha256 is '%s'; 64 lower-case hexadecimal digits or nothing would be valid"
              .formatted(sha256));
    }
    requireAtLeast("codebook size", codebookSize, 1);
    requireAtLeast("grid rows", rows, 1);
    requireAtLeast("grid columns", columns, 1);
    requireAtLeast("image height", imageHeight, 0);
    requireAtLeast("image width", imageWidth, 0);
    requireAtLeast("codebooks", codebooks, 1);
    if (rows % codebooks != 0) {
      throw new IllegalArgumentException(
          "%d rows are not those of %d codebooks".formatted(rows, codebooks));
    }
    if ((long) rows * columns > MAX_CELLS) {
      throw new IllegalArgumentException(
          "a token grid has at most %d cells, got %d x %d".formatted(MAX_CELLS, rows, columns));
    }
  }

  /** Grids beyond this are a mistake in all likelihood; 1024 x 1024. */
  public static final int MAX_CELLS = 1 << 20;

  /** A tokenizer about which nothing but the grid and the token type is known. */
  static TokenizerInfo unknown(TokenType type, int rows, int columns) {
    return unknown(type, rows, columns, 1);
  }

  /** The same of several codebooks. */
  static TokenizerInfo unknown(TokenType type, int rows, int columns, int codebooks) {
    return new TokenizerInfo("", "", type.capacity(), rows, columns, 0, 0, codebooks);
  }

  /** Whether the file names its tokenizer. */
  public boolean isKnown() {
    return !sha256.isEmpty();
  }

  /**
   * Whether the size of the codebook is more than what the token type can hold, which is all that
   * is known of many files from elsewhere.
   */
  public boolean knowsCodebook() {
    return isKnown() || codebookSize != tokenType().capacity();
  }

  /** Tokens of one image. */
  public int cells() {
    return rows * columns;
  }

  /** How the tokens are stored in a file that this library writes. */
  public TokenType tokenType() {
    return TokenType.forCodebook(codebookSize);
  }

  private static void requireAtLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, got %d".formatted(what, least, value));
    }
  }
}
