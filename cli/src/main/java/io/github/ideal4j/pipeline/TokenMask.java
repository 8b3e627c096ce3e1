package io.github.ideal4j.pipeline;

import io.github.ideal4j.onnx.serving.BundleDescription;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rectangle of token positions. Sides count from 0, ends are without themselves.
 *
 * @param top first row
 * @param bottom row behind the last; negative for all
 * @param left first column
 * @param right column behind the last; negative for all
 */
public record TokenMask(int top, int bottom, int left, int right) {

  private static final Pattern FORM =
      Pattern.compile("(\\d{0,6}):(\\d{0,6}),(\\d{0,6}):(\\d{0,6})");

  /**
   * Reads {@code R0:R1,C0:C1}, of which each number may be missing.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static TokenMask parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "mask '%s' is not R0:R1,C0:C1, such as 4:12,4:12 for rows and columns 4 to 11"
              .formatted(text));
    }
    return new TokenMask(
        number(form.group(1), 0),
        number(form.group(2), -1),
        number(form.group(3), 0),
        number(form.group(4), -1));
  }

  private static int number(String digits, int missing) {
    return digits.isEmpty() ? missing : Integer.parseInt(digits);
  }

  /**
   * Marks the positions in the grids of all codebooks.
   *
   * @param masked {@code [codebooks * rows * columns]}
   * @throws IllegalArgumentException if the rectangle is empty or not within the grid
   */
  void mark(BundleDescription.Grid grid, boolean[] masked) {
    int height = grid.rows() / grid.codebooks();
    int end = bottom < 0 ? height : bottom;
    int side = right < 0 ? grid.columns() : right;
    if (top >= end || left >= side || end > height || side > grid.columns()) {
      throw new IllegalArgumentException(
          "mask %d:%d,%d:%d is empty or not within the grid of %d x %d"
              .formatted(top, end, left, side, height, grid.columns()));
    }
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = left; column < side; column++) {
        if (row % height >= top && row % height < end) {
          masked[row * grid.columns() + column] = true;
        }
      }
    }
  }
}
