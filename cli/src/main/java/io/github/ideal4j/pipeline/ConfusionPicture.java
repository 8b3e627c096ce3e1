package io.github.ideal4j.pipeline;

import io.github.ideal4j.files.AtomicFile;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * A confusion matrix as a picture: a row for each true class, a column for each class that was
 * said, darker where more of the row's images are.
 */
final class ConfusionPicture {

  private static final Color INK = new Color(0x1F2430);
  private static final Color PALE = new Color(0x6B7280);
  private static final Color GRID = new Color(0xE7E8EB);
  private static final Color RIGHT = new Color(0x3B5BDB);
  private static final Color WRONG = new Color(0xE8590C);
  private static final int SCALE = 2;
  private static final int EDGE = 24;

  private final List<String> classes;
  private final double[][] shares; // of the row's images
  private final int cell;
  private final int font;

  private ConfusionPicture(List<String> classes, double[][] shares) {
    this.classes = classes;
    this.shares = shares;
    cell = Math.max(9, Math.min(42, 1000 / Math.max(1, classes.size())));
    font = Math.max(7, Math.min(13, cell - 1));
  }

  /** Writes the PNG of some predictions whose examples know the truth. */
  static void write(List<Prediction<Label>> predictions, Path file) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (Prediction<Label> row : predictions) {
      String truth = row.getExample().getOutput().getLabel();
      String said = row.getOutput().getLabel();
      names.add(truth);
      names.add(said);
      counts.computeIfAbsent(truth, key -> new TreeMap<>()).merge(said, 1, Integer::sum);
    }
    List<String> classes = List.copyOf(names);
    double[][] shares = new double[classes.size()][classes.size()];
    for (int i = 0; i < shares.length; i++) {
      Map<String, Integer> row = counts.getOrDefault(classes.get(i), Map.of());
      double all = row.values().stream().mapToInt(Integer::intValue).sum();
      for (int j = 0; all > 0 && j < shares.length; j++) {
        shares[i][j] = row.getOrDefault(classes.get(j), 0) / all;
      }
    }
    BufferedImage picture = new ConfusionPicture(classes, shares).paint();
    AtomicFile.write(file, beside -> ImageIO.write(picture, "png", beside.toFile()));
  }

  private BufferedImage paint() {
    Font text = new Font(Font.SANS_SERIF, Font.PLAIN, font);
    BufferedImage probe = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    FontMetrics metrics = probe.createGraphics().getFontMetrics(text);
    int names = classes.stream().mapToInt(metrics::stringWidth).max().orElse(0) + 8;
    int side = cell * classes.size();
    int left = EDGE + names;
    int top = EDGE + names + 18;
    int width = left + side + EDGE;
    int height = top + side + EDGE;
    BufferedImage picture =
        new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setFont(text);
    cells(graphics, left, top);
    names(graphics, left, top);
    graphics.setColor(PALE);
    graphics.drawString("rows: the true class, columns: what was said", EDGE, EDGE);
    graphics.dispose();
    return picture;
  }

  private void cells(Graphics2D graphics, int left, int top) {
    for (int i = 0; i < shares.length; i++) {
      for (int j = 0; j < shares.length; j++) {
        int x = left + j * cell;
        int y = top + i * cell;
        graphics.setColor(blend(i == j ? RIGHT : WRONG, shares[i][j]));
        graphics.fillRect(x, y, cell, cell);
        graphics.setColor(GRID);
        graphics.drawRect(x, y, cell, cell);
        if (cell >= 28 && shares[i][j] >= 0.005) {
          graphics.setColor(shares[i][j] > 0.5 ? Color.WHITE : INK);
          String share = String.format(Locale.ROOT, "%.0f", 100 * shares[i][j]);
          int wide = graphics.getFontMetrics().stringWidth(share);
          graphics.drawString(share, x + (cell - wide) / 2, y + cell / 2 + font / 2 - 1);
        }
      }
    }
  }

  private void names(Graphics2D graphics, int left, int top) {
    graphics.setColor(INK);
    for (int i = 0; i < classes.size(); i++) {
      int middle = i * cell + cell / 2 + font / 2 - 1;
      String name = classes.get(i);
      int wide = graphics.getFontMetrics().stringWidth(name);
      graphics.drawString(name, left - wide - 6, top + middle);
      AffineTransform before = graphics.getTransform();
      graphics.translate(left + middle, top - 6);
      graphics.rotate(-Math.PI / 2);
      graphics.drawString(name, 0, 0);
      graphics.setTransform(before);
    }
  }

  private static Color blend(Color full, double share) {
    double amount = Math.sqrt(share); // small shares are seen too
    return new Color(
        mix(full.getRed(), amount), mix(full.getGreen(), amount), mix(full.getBlue(), amount));
  }

  private static int mix(int value, double amount) {
    return (int) Math.round(255 + (value - 255) * amount);
  }
}
