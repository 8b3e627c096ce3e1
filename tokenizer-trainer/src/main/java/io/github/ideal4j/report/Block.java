package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import java.util.List;
import java.util.Locale;

/** A piece of a section. Texts are plain: the page escapes them. */
public sealed interface Block
    permits Block.LineChart,
        Block.ImageStacks,
        Block.ImageRows,
        Block.Table,
        Block.Bars,
        Block.Facts,
        Block.Notes,
        Block.Commands,
        Block.CodeUsage,
        Block.Confusion,
        PictureBlock {

  /** What stands below or above the piece, to say what is seen. May be empty. */
  String caption();

  /**
   * Lines over a common axis, such as losses over steps. Neighbouring charts share a row.
   *
   * @param xLabel what the horizontal axis counts
   * @param series at least one line; those without points are not drawn
   */
  record LineChart(String caption, String xLabel, List<Series> series) implements Block {
    public LineChart {
      series = List.copyOf(series);
    }
  }

  /**
   * Small columns of images that belong together, such as an original above its reconstruction.
   *
   * @param layers what the images of each column are, from top to bottom
   * @param stacks the columns
   */
  record ImageStacks(String caption, List<String> layers, List<Stack> stacks) implements Block {

    /** One column: an image for each layer. */
    public record Stack(String label, List<RgbImage> images) {
      public Stack {
        images = List.copyOf(images);
      }
    }

    public ImageStacks {
      layers = List.copyOf(layers);
      stacks = List.copyOf(stacks);
      for (Stack stack : stacks) {
        if (stack.images().size() != layers.size()) {
          throw new IllegalArgumentException(
              "stack '%s' has %d images for %d layers %s"
                  .formatted(stack.label(), stack.images().size(), layers.size(), layers));
        }
      }
    }
  }

  /** Rows of images, each with a name: samples by class. */
  record ImageRows(String caption, List<Row> rows) implements Block {

    /** One row. */
    public record Row(String label, List<RgbImage> images) {
      public Row {
        images = List.copyOf(images);
      }
    }

    public ImageRows {
      rows = List.copyOf(rows);
    }
  }

  /**
   * A table. The first column names the row; the others hold numbers and stand to the right.
   *
   * @param header one text a column
   * @param rows as long as the header, each
   */
  record Table(String caption, List<String> header, List<List<String>> rows) implements Block {
    public Table {
      header = List.copyOf(header);
      rows = rows.stream().map(List::copyOf).toList();
      for (List<String> row : rows) {
        if (row.size() != header.size()) {
          throw new IllegalArgumentException(
              "row %s does not fit the %d columns %s".formatted(row, header.size(), header));
        }
      }
    }
  }

  /**
   * Values as lengths, one below the other: accuracies, times.
   *
   * @param bars from top to bottom; the longest fills the width
   */
  record Bars(String caption, List<Bar> bars) implements Block {

    /**
     * One bar.
     *
     * @param length not negative, on the scale of its neighbours
     * @param value as it is shown
     * @param note a remark beside the label; may be empty
     * @param ours whether it shows a result of this run, and not something to compare with
     */
    public record Bar(String label, double length, String value, String note, boolean ours) {
      public Bar {
        if (!(length >= 0) || Double.isInfinite(length)) {
          throw new IllegalArgumentException("bar '%s' cannot be %s long".formatted(label, length));
        }
      }

      /** A share from 0 to 1, such as an accuracy, shown in per cent. */
      public static Bar share(String label, double share, String note, boolean ours) {
        return new Bar(
            label, share, String.format(Locale.ROOT, "%.1f %%", 100 * share), note, ours);
      }
    }

    public Bars {
      bars = List.copyOf(bars);
    }
  }

  /** Names and their values, such as a provenance: versions, sums, seeds. */
  record Facts(String caption, List<Fact> facts) implements Block {

    /** One name and its value. */
    public record Fact(String name, String value) {}

    public Facts {
      facts = List.copyOf(facts);
    }
  }

  /** Sentences, one a point: what was left out, what to try next. */
  record Notes(String caption, List<String> notes) implements Block {
    public Notes {
      notes = List.copyOf(notes);
    }
  }

  /** Commands to copy. */
  record Commands(String caption, List<String> lines) implements Block {
    public Commands {
      lines = List.copyOf(lines);
    }
  }

  /**
   * How often each code of a codebook was used, as a histogram from the most to the least frequent.
   *
   * @param counts how often, by code; none negative
   */
  record CodeUsage(String caption, List<Long> counts) implements Block {
    public CodeUsage {
      counts = List.copyOf(counts);
      for (long count : counts) {
        if (count < 0) {
          throw new IllegalArgumentException("a code cannot be used %d times".formatted(count));
        }
      }
    }
  }

  /**
   * A confusion matrix: a row for each true class, a column for each class that was said.
   *
   * @param classes names, in the order of rows and columns
   * @param counts {@code [classes][classes]}, how many images of the row's class were given the
   *     column's
   */
  record Confusion(String caption, List<String> classes, List<List<Integer>> counts)
      implements Block {
    public Confusion {
      classes = List.copyOf(classes);
      counts = counts.stream().map(List::copyOf).toList();
      for (List<Integer> row : counts) {
        if (counts.size() != classes.size() || row.size() != classes.size()) {
          throw new IllegalArgumentException(
              "%d rows, one of %d counts, are no square of %d classes"
                  .formatted(counts.size(), row.size(), classes.size()));
        }
      }
    }
  }
}
