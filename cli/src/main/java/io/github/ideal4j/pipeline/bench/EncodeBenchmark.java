package io.github.ideal4j.pipeline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageViews;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.Tokenizing;
import io.github.ideal4j.progress.Progress;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * The whole way from JPEG files to a token file, timed by stage, and the same in Python beside it:
 * both run the same {@code encoder.onnx} with equal threads and batches, in turns.
 */
public final class EncodeBenchmark {

  private static final int SHARPEST = 256; // pixels of what is enlarged

  private EncodeBenchmark() {}

  /**
   * What to measure.
   *
   * @param bundle folder of the tokenizer
   * @param source of the photographs; they are written anew at each side
   * @param count how many
   * @param sides shorter sides of the JPEG files, in pixels
   * @param settings of the encoder
   * @param batch photographs in one run
   * @param rounds of each; the median is shown
   * @param python an interpreter with Pillow, numpy, onnxruntime and pyarrow
   */
  public record Request(
      Path bundle,
      Path source,
      int count,
      List<Integer> sides,
      SessionSettings settings,
      int batch,
      int rounds,
      Optional<String> python) {

    /** Copies the list. */
    public Request {
      sides = List.copyOf(sides);
      PeerScript.requireProcessor(python, settings);
    }
  }

  /**
   * One way at one size.
   *
   * @param side shorter side of the files
   * @param way who did it
   * @param photographsPerSecond over the median round
   * @param encoderShare part of that round in which ONNX Runtime computed
   */
  public record Row(int side, String way, double photographsPerSecond, double encoderShare) {}

  /**
   * The table.
   *
   * @param request what was measured
   * @param rows ours before Python's, for each side
   */
  public record Result(Request request, List<Row> rows) {

    /** Copies the list. */
    public Result {
      rows = List.copyOf(rows);
    }

    /** A table. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(
          "%d JPEG files to a token file, %s, %d threads, batch %d, median of %d rounds%n"
              .formatted(
                  request.count(),
                  request.settings().provider(),
                  request.settings().threads(),
                  request.batch(),
                  request.rounds()));
      text.append("%6s  %-8s  %10s  %8s%n".formatted("side", "way", "images/s", "encoder"));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%6d  %-8s  %10.2f  %6.1f %%%n",
                row.side(),
                row.way(),
                row.photographsPerSecond(),
                100 * row.encoderShare()));
      }
      return text.toString();
    }
  }

  /** Measures. */
  public static Result run(Request request, Progress progress) throws IOException {
    Path folder = Files.createTempDirectory("ideal-bench");
    try (Progress.Stage stage =
        progress.start("Encoding", (long) request.sides().size() * request.rounds(), "rounds")) {
      List<Row> rows = new ArrayList<>();
      for (int side : request.sides()) {
        Path photographs = folder.resolve("side-" + side);
        int written = writePhotographs(request, side, photographs);
        rows.addAll(measure(request, side, written, photographs, folder, stage));
      }
      return new Result(request, rows);
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  private static int writePhotographs(Request request, int side, Path folder) throws IOException {
    Photographs all = Photographs.all(request.source());
    List<LoadedImage> images =
        new Photographs(all.source(), ImageSelection.all(), false)
            .load(Math.min(side, SHARPEST))
            .images();
    Files.createDirectories(folder);
    int count = Math.min(request.count(), images.size());
    int every = Math.max(1, images.size() / count);
    for (int i = 0; i < count; i++) {
      BufferedImage picture = enlarged(images.get(i * every).image(), side);
      ImageIO.write(picture, "jpg", folder.resolve("%06d.jpg".formatted(i)).toFile());
    }
    return count;
  }

  /** Three to two, as photographs are, unless it is of the model's own size. */
  private static BufferedImage enlarged(RgbImage image, int side) {
    int width = side > SHARPEST ? side * 3 / 2 : side;
    BufferedImage picture = new BufferedImage(width, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < width; x++) {
        int fromX = (int) ((long) x * image.width() / width);
        int fromY = (int) ((long) y * image.height() / side);
        int colour =
            image.sample(fromX, fromY, 0) << 16
                | image.sample(fromX, fromY, 1) << 8
                | image.sample(fromX, fromY, 2);
        picture.setRGB(x, y, colour);
      }
    }
    return picture;
  }

  /** A round, in seconds. */
  private record Round(double seconds, double encoder) {}

  private static List<Row> measure(
      Request request, int side, int count, Path photographs, Path folder, Progress.Stage stage)
      throws IOException {
    List<Round> ours = new ArrayList<>();
    List<Round> theirs = new ArrayList<>();
    our(request, photographs, folder);
    for (int round = 0; round < request.rounds(); round++) {
      ours.add(our(request, photographs, folder));
      if (request.python().isPresent()) {
        // The first round of a process sets things up, as ours did before.
        theirs.add(python(request, photographs, folder).get(1));
      }
      stage.advance(1);
    }
    List<Row> rows = new ArrayList<>();
    rows.add(row(side, "ideal4j", count, ours));
    if (!theirs.isEmpty()) {
      rows.add(row(side, "Python", count, theirs));
    }
    return rows;
  }

  private static Row row(int side, String way, int count, List<Round> rounds) {
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort(java.util.Comparator.comparingDouble(Round::seconds));
    Round median = sorted.get(sorted.size() / 2);
    return new Row(side, way, count / median.seconds(), median.encoder() / median.seconds());
  }

  private static Round our(Request request, Path photographs, Path folder) throws IOException {
    Tokenizing.Request tokenizing =
        new Tokenizing.Request(
            request.bundle(),
            Photographs.all(photographs),
            ImageViews.PLAIN,
            folder.resolve("ours.arrow"),
            1,
            request.batch(),
            false,
            request.settings(),
            request.settings().threads());
    Tokenizing.Result result = Tokenizing.run(tokenizing, Progress.silent());
    return new Round(result.workSeconds(), result.encoderSeconds());
  }

  private static List<Round> python(Request request, Path photographs, Path folder)
      throws IOException {
    List<JsonNode> said =
        PeerScript.run(
            request.python().orElseThrow(),
            "encode.py",
            request.settings().threads(),
            List.of(
                request.bundle().toString(),
                photographs.toString(),
                folder.resolve("theirs.arrow").toString(),
                Integer.toString(request.settings().threads()),
                Integer.toString(request.batch()),
                "2"));
    return said.stream()
        .map(round -> new Round(round.get("seconds").asDouble(), round.get("encoder").asDouble()))
        .toList();
  }
}
