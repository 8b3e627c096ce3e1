package io.github.ideal4j.report;

import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.Resize;
import io.github.ideal4j.image.ResizeFilter;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.PictureBlock.Timeline;
import io.github.ideal4j.training.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same few validation photographs as a tokenizer reconstructs them in the course of its
 * training, in the run's folder {@code samples}: {@code photographs.png} has them side by side, and
 * {@code step-0002500.png} what they were after 2,500 steps.
 */
public final class ValidationStrips {

  /** How many photographs a strip holds. */
  public static final int PHOTOGRAPHS = 8;

  private static final int WIDEST = 128;
  private static final int MOST_FRAMES = 16;
  private static final String ORIGINALS = "photographs.png";
  private static final Pattern STEP = Pattern.compile("step-(\\d+)\\.png");

  private final Path folder;

  /** The strips of a run. */
  public ValidationStrips(RunFolder run) {
    folder = run.samples();
  }

  /**
   * Keeps the reconstructions after a step, replacing earlier ones of that step.
   *
   * @param photographs the same at each call
   * @param reconstructions as many
   */
  public void add(long step, List<RgbImage> photographs, List<RgbImage> reconstructions)
      throws IOException {
    if (!photographs.isEmpty()) {
      PngFile.write(strip(photographs), folder.resolve(ORIGINALS));
      PngFile.write(
          strip(reconstructions),
          folder.resolve(String.format(Locale.ROOT, "step-%07d.png", step)));
    }
  }

  private static RgbImage strip(List<RgbImage> images) {
    return Mosaic.of(images.stream().map(ValidationStrips::small).toList(), images.size());
  }

  private static RgbImage small(RgbImage image) {
    int width = Math.min(WIDEST, image.width());
    int height = Math.max(1, image.height() * width / image.width());
    return Resize.resize(image, width, height, ResizeFilter.LANCZOS);
  }

  /**
   * The strips up to a step, evenly chosen where there are many; the last one is always shown.
   *
   * @param lastStep later strips are of a training that was begun again from an earlier step
   */
  Optional<Timeline> timeline(long lastStep) throws IOException {
    if (!Files.isRegularFile(folder.resolve(ORIGINALS))) {
      return Optional.empty();
    }
    List<Path> strips = strips(lastStep);
    List<Timeline.Frame> frames = new ArrayList<>();
    int count = Math.min(MOST_FRAMES, strips.size());
    for (int i = 1; i <= count; i++) {
      Path strip = strips.get(i * strips.size() / count - 1);
      frames.add(frame(String.format(Locale.ROOT, "after %,d steps", step(strip)), strip));
    }
    return frames.isEmpty()
        ? Optional.empty()
        : Optional.of(new Timeline("", frame("photographs", folder.resolve(ORIGINALS)), frames));
  }

  private List<Path> strips(long lastStep) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> STEP.matcher(file.getFileName().toString()).matches())
          .filter(file -> step(file) <= lastStep)
          .sorted()
          .toList();
    }
  }

  private static long step(Path strip) {
    Matcher name = STEP.matcher(strip.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException("%s is no strip".formatted(strip));
    }
    return Long.parseLong(name.group(1));
  }

  private static Timeline.Frame frame(String label, Path png) throws IOException {
    return new Timeline.Frame(label, ImageDecoder.decode(Files.readAllBytes(png), png.toString()));
  }
}
