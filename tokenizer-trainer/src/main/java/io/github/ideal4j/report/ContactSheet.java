package io.github.ideal4j.report;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Many small images as one picture: rows with a name each, such as the samples of a class.
 *
 * <p>Names stand above their row. They need fonts: on a machine that has none, the sheet comes
 * without names.
 */
public final class ContactSheet {

  private static final int GAP = 4;
  private static final int MARGIN = 12;
  private static final int LABEL_HEIGHT = 20;
  private static final int SMALLEST_CELL = 96;
  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x4B5563);

  private final List<Row> rows = new ArrayList<>();
  private final int columns;

  private record Row(String label, List<RgbImage> images) {}

  /**
   * An empty sheet.
   *
   * @param columns images beside each other; longer rows wrap
   */
  public ContactSheet(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException("a sheet has at least one column, got " + columns);
    }
    this.columns = columns;
  }

  /**
   * Adds images under a name, which may be empty. They all have the size of the sheet's first one.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public ContactSheet row(String label, List<RgbImage> images) {
    for (RgbImage image : images) {
      RgbImage first = rows.isEmpty() ? images.get(0) : rows.get(0).images().get(0);
      if (image.width() != first.width() || image.height() != first.height()) {
        throw new IllegalArgumentException(
            "a sheet of %d x %d images cannot hold one of %d x %d"
                .formatted(first.width(), first.height(), image.width(), image.height()));
      }
    }
    for (int from = 0; from < images.size(); from += columns) {
      List<RgbImage> part = images.subList(from, Math.min(images.size(), from + columns));
      rows.add(new Row(from == 0 ? label : "", List.copyOf(part)));
    }
    return this;
  }

  /** Writes the picture as PNG and moves it into place. */
  public void write(Path target) throws IOException {
    AtomicFile.write(target, beside -> Files.write(beside, Png.bytes(image())));
  }

  /** The picture. Small images are enlarged by whole factors, so that their pixels stay sharp. */
  BufferedImage image() {
    if (rows.isEmpty()) {
      throw new IllegalStateException("the sheet has no images");
    }
    RgbImage first = rows.get(0).images().get(0);
    int factor = Math.max(1, (SMALLEST_CELL + first.width() - 1) / first.width());
    int cellWidth = first.width() * factor;
    int cellHeight = first.height() * factor;
    int widest = rows.stream().mapToInt(row -> row.images().size()).max().orElse(1);
    int labels = (int) rows.stream().filter(row -> !row.label().isEmpty()).count();
    BufferedImage sheet =
        new BufferedImage(
            2 * MARGIN + widest * (cellWidth + GAP) - GAP,
            2 * MARGIN + rows.size() * (cellHeight + GAP) - GAP + labels * LABEL_HEIGHT,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(PAPER);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    int y = MARGIN;
    for (Row row : rows) {
      if (!row.label().isEmpty()) {
        label(graphics, row.label(), y);
        y += LABEL_HEIGHT;
      }
      int x = MARGIN;
      for (RgbImage image : row.images()) {
        graphics.drawImage(Png.image(image), x, y, cellWidth, cellHeight, null);
        x += cellWidth + GAP;
      }
      y += cellHeight + GAP;
    }
    graphics.dispose();
    return sheet;
  }

  private static void label(Graphics2D graphics, String text, int y) {
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
      graphics.setColor(INK);
      FontMetrics metrics = graphics.getFontMetrics();
      graphics.drawString(text, MARGIN, y + LABEL_HEIGHT - 4 - metrics.getDescent() / 2);
    } catch (RuntimeException | LinkageError | InternalError e) {
      // No fonts here: the images matter more.
      return;
    }
  }
}
