package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.Block.ImageRows;
import io.github.ideal4j.report.Block.ImageStacks;
import io.github.ideal4j.report.PictureBlock.Atlas;
import io.github.ideal4j.report.PictureBlock.ClassRows;
import io.github.ideal4j.report.PictureBlock.Comparisons;
import io.github.ideal4j.report.PictureBlock.Overlays;
import io.github.ideal4j.report.PictureBlock.Overlays.Cell;
import io.github.ideal4j.report.PictureBlock.Timeline;
import java.util.List;
import java.util.Locale;

/**
 * Writes the pieces that are made of pictures. Each is complete without scripts; sliders say by
 * their attribute {@code data-slider} what the page's script turns.
 */
final class PictureWriter {

  // In the style sheet: smaller images are enlarged, and keep the edges of their pixels.
  private static final int SHOWN_WIDTH = 128;

  private final Html html;
  private int sliders;

  PictureWriter(Html html) {
    this.html = html;
  }

  void write(PictureBlock block) {
    if (block instanceof Comparisons comparisons) {
      comparisons(comparisons);
    } else if (block instanceof Overlays overlays) {
      overlays(overlays);
    } else if (block instanceof Atlas atlas) {
      atlas(atlas);
    } else if (block instanceof Timeline timeline) {
      timeline(timeline);
    } else if (block instanceof ClassRows rows) {
      classRows(rows);
    }
  }

  void stacks(ImageStacks stacks) {
    html.open("figure", "class", "stacks");
    html.open("figcaption").text(stacks.caption() + " From top to bottom: ");
    html.element("strong", String.join(", ", stacks.layers()) + ".");
    html.close("figcaption").open("div", "class", "grid");
    for (ImageStacks.Stack stack : stacks.stacks()) {
      html.open("div", "class", "stack");
      for (int i = 0; i < stack.images().size(); i++) {
        image(stack.images().get(i), stacks.layers().get(i) + ": " + stack.label(), "");
      }
      html.optional("span", stack.label()).close("div");
    }
    html.close("div").close("figure");
  }

  void rows(ImageRows rows) {
    html.open("figure", "class", "rows").optional("figcaption", rows.caption());
    for (ImageRows.Row row : rows.rows()) {
      html.open("div", "class", "row").element("span", row.label());
      strip(row.images(), row.label());
      html.close("div");
    }
    html.close("figure");
  }

  private void comparisons(Comparisons block) {
    html.open("figure", "class", "compare").optional("figcaption", block.caption());
    slider(
        "split",
        "left %s, right %s".formatted(block.first(), block.second()),
        100,
        50,
        block.second() + " in % of the width");
    html.open("div", "class", "pairs");
    for (Comparisons.Pair pair : block.pairs()) {
      html.open("div", "class", "pair").open("div", "class", "stage");
      image(pair.first(), block.first() + ": " + pair.label(), "");
      image(pair.second(), block.second() + ": " + pair.label(), "over");
      html.close("div").optional("span", pair.label()).close("div");
    }
    html.close("div").close("figure");
  }

  private void overlays(Overlays block) {
    html.open("figure", "class", "overlay").optional("figcaption", block.caption());
    slider("cover", block.cover() + " over the photograph", 100, 60, "opacity in %");
    html.open("div", "class", "pairs");
    for (Overlays.Overlay overlay : block.overlays()) {
      html.open("div", "class", "pair").open("div", "class", "stage");
      image(overlay.photograph(), "photograph: " + overlay.label(), "");
      image(overlay.cover(), block.cover() + ": " + overlay.label(), "cover");
      overlay.mark().ifPresent(cell -> mark(cell, overlay.cover()));
      html.close("div").optional("span", overlay.label()).close("div");
    }
    html.close("div").close("figure");
  }

  /** A frame around a cell. */
  private void mark(Cell cell, RgbImage grid) {
    String style =
        String.format(
            Locale.ROOT,
            "left:%.3f%%;top:%.3f%%;width:%.3f%%;height:%.3f%%",
            100.0 * cell.column() / grid.width(),
            100.0 * cell.row() / grid.height(),
            100.0 / grid.width(),
            100.0 / grid.height());
    html.open("i", "class", "mark", "style", style).close("i");
  }

  private void atlas(Atlas block) {
    html.open("figure", "class", "codes").optional("figcaption", block.caption());
    html.open("div", "class", "atlas");
    for (Atlas.Entry entry : block.entries()) {
      String share = String.format(Locale.ROOT, "%.2f %%", 100 * entry.share());
      html.open("div", "class", "code");
      int side = (int) Math.sqrt(entry.patches().size()); // a full square
      image(
          Mosaic.of(entry.patches().subList(0, side * side), side),
          "%d patches of code %d".formatted(side * side, entry.code()),
          "pixels");
      html.open("span").element("b", Integer.toString(entry.code())).text(" " + share);
      html.close("span").close("div");
    }
    html.close("div").close("figure");
  }

  private void timeline(Timeline block) {
    List<Timeline.Frame> frames = block.frames();
    html.open("figure", "class", "timeline").optional("figcaption", block.caption());
    int last = frames.size() - 1;
    slider("frame", "time", Math.max(1, last), last, "frame");
    html.open("div", "class", "moment").element("span", block.reference().label());
    image(block.reference().image(), block.reference().label(), "");
    html.close("div");
    for (Timeline.Frame frame : frames) {
      html.open("div", "class", "moment frame", "data-label", frame.label());
      html.element("span", frame.label());
      image(frame.image(), frame.label(), "");
      html.close("div");
    }
    html.close("figure");
  }

  private void classRows(ClassRows block) {
    html.open("figure", "class", "classes").optional("figcaption", block.caption());
    for (ClassRows.Row row : block.rows()) {
      html.open("div", "class", "row").element("span", row.label());
      html.open("div", "class", "beside");
      side(block.real(), row.real(), row.label());
      side(block.made(), row.made(), row.label());
      html.close("div").close("div");
    }
    html.close("figure");
  }

  private void side(String kind, List<RgbImage> images, String label) {
    // As wide as its images, up to the width at which a row of them is comfortable to look at.
    String style = "flex-grow:%d;max-width:%dpx".formatted(images.size(), 88 * images.size());
    html.open("div", "class", "side", "style", style).element("small", kind);
    strip(images, kind + ": " + label);
    html.close("div");
  }

  private void strip(List<RgbImage> images, String alt) {
    html.open("div", "class", "strip");
    images.forEach(image -> image(image, alt, ""));
    html.close("div");
  }

  /**
   * A slider with its label and value.
   *
   * @param kind what the script turns
   * @param unit what the value counts, for those who hear it
   */
  private void slider(String kind, String label, int max, int value, String unit) {
    String id = "%s-%d".formatted(kind, sliders++);
    html.open("div", "class", "control").element("label", label, "for", id);
    html.open(
        "input",
        "type",
        "range",
        "id",
        id,
        "data-slider",
        kind,
        "min",
        "0",
        "max",
        Integer.toString(max),
        "value",
        Integer.toString(value),
        "title",
        unit);
    html.element("output", "", "for", id).close("div");
  }

  private void image(RgbImage image, String alt, String style) {
    String pixels = image.width() < SHOWN_WIDTH ? "pixels" : "picture";
    html.open(
        "img",
        "class",
        (pixels + " " + style).strip(),
        "src",
        DataUri.of(image),
        "width",
        Integer.toString(image.width()),
        "height",
        Integer.toString(image.height()),
        "alt",
        alt);
  }
}
