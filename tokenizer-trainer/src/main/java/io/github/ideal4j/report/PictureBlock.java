package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import java.util.List;
import java.util.Optional;

/** A piece of a section that is made of pictures which answer to the reader's hand. */
public sealed interface PictureBlock extends Block {

  /**
   * Pairs of pictures, one over the other, with a slider between them.
   *
   * @param first what the left side of the slider shows: {@code "photograph"}
   * @param second what its right side shows: {@code "reconstruction"}
   */
  record Comparisons(String caption, String first, String second, List<Pair> pairs)
      implements PictureBlock {

    /** Two pictures of one size. */
    public record Pair(String label, RgbImage first, RgbImage second) {
      public Pair {
        if (first.width() != second.width() || first.height() != second.height()) {
          throw new IllegalArgumentException(
              "pair '%s' has pictures of %d x %d and %d x %d"
                  .formatted(
                      label, first.width(), first.height(), second.width(), second.height()));
        }
      }
    }

    public Comparisons {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * Coarse coloured grids over photographs, as opaque as the reader likes: token maps, attention.
   *
   * @param cover what lies over the photographs: {@code "tokens"}
   */
  record Overlays(String caption, String cover, List<Overlay> overlays) implements PictureBlock {

    /**
     * One photograph.
     *
     * @param photograph below
     * @param cover above it, a pixel a cell; stretched over the photograph with sharp edges
     * @param mark the cell to frame, if there is one
     */
    public record Overlay(String label, RgbImage photograph, RgbImage cover, Optional<Cell> mark) {
      public Overlay {
        if (mark.isPresent()
            && (mark.get().row() >= cover.height() || mark.get().column() >= cover.width())) {
          throw new IllegalArgumentException(
              "%s is outside of the %d x %d cells of overlay '%s'"
                  .formatted(mark.get(), cover.height(), cover.width(), label));
        }
      }
    }

    /** A cell of a grid, from the top left; both count from 0. */
    public record Cell(int row, int column) {
      public Cell {
        if (row < 0 || column < 0) {
          throw new IllegalArgumentException("there is no cell %d, %d".formatted(row, column));
        }
      }
    }

    public Overlays {
      overlays = List.copyOf(overlays);
    }
  }

  /** What single codes stand for: the parts of photographs that became them. */
  record Atlas(String caption, List<Entry> entries) implements PictureBlock {

    /**
     * One code.
     *
     * @param code its number
     * @param share of all tokens that are this code, 0 to 1
     * @param patches parts of photographs, all of one size, at least one
     */
    public record Entry(int code, double share, List<RgbImage> patches) {
      public Entry {
        patches = List.copyOf(patches);
        if (patches.isEmpty()) {
          throw new IllegalArgumentException("code %d has no patch to show".formatted(code));
        }
      }
    }

    public Atlas {
      entries = List.copyOf(entries);
    }
  }

  /**
   * The same pictures at several times of a training, one time after the other.
   *
   * @param reference what they should become
   * @param frames by time, at least one
   */
  record Timeline(String caption, Frame reference, List<Frame> frames) implements PictureBlock {

    /** A picture, or several in one, and when it was made. */
    public record Frame(String label, RgbImage image) {}

    public Timeline {
      frames = List.copyOf(frames);
      if (frames.isEmpty()) {
        throw new IllegalArgumentException("a timeline needs at least one frame");
      }
    }
  }

  /**
   * Rows of pictures with real ones beside made ones: samples by class.
   *
   * @param real what stands to the left
   * @param made what stands to the right
   */
  record ClassRows(String caption, String real, String made, List<Row> rows)
      implements PictureBlock {

    /** One class. */
    public record Row(String label, List<RgbImage> real, List<RgbImage> made) {
      public Row {
        real = List.copyOf(real);
        made = List.copyOf(made);
      }
    }

    public ClassRows {
      rows = List.copyOf(rows);
    }
  }
}
