package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.PictureBlock.Overlays;
import io.github.ideal4j.report.PictureBlock.Overlays.Cell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where a cell's query looks among the cells of a photograph, as heat over the photograph. */
public final class AttentionMaps {

  /** Colours from no to most attention: black, violet, red, orange, pale yellow. */
  private static final int[][] RAMP = {
    {0, 0, 4}, {87, 16, 110}, {188, 55, 84}, {249, 142, 9}, {252, 255, 164}
  };

  private AttentionMaps() {}

  /**
   * Some query cells of each photograph: the middle, and two on a diagonal.
   *
   * @param labels one a photograph
   * @param attention {@code [rows * columns, rows * columns]} a photograph, queries first; the
   *     weights of a query add up to 1
   */
  public static Overlays of(
      List<String> labels,
      List<RgbImage> photographs,
      List<float[]> attention,
      int rows,
      int columns) {
    List<Cell> queries =
        List.of(
            new Cell(rows / 4, columns / 4),
            new Cell(rows / 2, columns / 2),
            new Cell(3 * rows / 4, 3 * columns / 4));
    List<Overlays.Overlay> overlays = new ArrayList<>();
    for (int i = 0; i < photographs.size(); i++) {
      requireSquare(attention.get(i), rows * columns);
      for (Cell query : queries) {
        int from = (query.row() * columns + query.column()) * rows * columns;
        float[] weights = Arrays.copyOfRange(attention.get(i), from, from + rows * columns);
        String label =
            "%s, from row %d, column %d"
                .formatted(labels.get(i), query.row() + 1, query.column() + 1);
        overlays.add(
            new Overlays.Overlay(
                label, photographs.get(i), heat(weights, rows, columns), Optional.of(query)));
      }
    }
    return new Overlays(
        "Mean over the heads; the brightest cell of each picture gets the most. The framed cell asks.",
        "attention",
        overlays);
  }

  private static void requireSquare(float[] attention, int cells) {
    if (attention.length != cells * cells) {
      throw new IllegalArgumentException(
          "attention between %d cells has %d weights, got %d"
              .formatted(cells, cells * cells, attention.length));
    }
  }

  /** Weights as colours, the largest at the end of the ramp. */
  static RgbImage heat(float[] weights, int rows, int columns) {
    float most = 0;
    for (float weight : weights) {
      most = Math.max(most, weight);
    }
    byte[] pixels = new byte[weights.length * RgbImage.CHANNELS];
    for (int i = 0; i < weights.length; i++) {
      double place = most == 0 ? 0 : weights[i] / most * (RAMP.length - 1);
      int low = Math.min(RAMP.length - 2, (int) place);
      for (int c = 0; c < RgbImage.CHANNELS; c++) {
        double value = RAMP[low][c] + (place - low) * (RAMP[low + 1][c] - RAMP[low][c]);
        pixels[i * RgbImage.CHANNELS + c] = (byte) Math.round(value);
      }
    }
    return new RgbImage(columns, rows, pixels);
  }
}
