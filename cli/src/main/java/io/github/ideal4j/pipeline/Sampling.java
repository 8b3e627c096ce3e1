package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.ImageSampler;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.report.ContactSheet;
import io.github.ideal4j.report.PngFile;
import io.github.ideal4j.training.ProvenanceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Classes to new images. */
public final class Sampling {

  private static final int COLUMNS = 8;

  private Sampling() {}

  /**
   * What to draw.
   *
   * @param bundle folder, with a prior
   * @param labels names or numbers of classes; empty for all in turn
   * @param count images of each given class, or with no class given, images in all
   * @param seed all chance follows from it
   * @param options how tokens are drawn
   * @param out a {@code .png} for one sheet, or a folder of pictures
   * @param tokensOut a token file of what was drawn, if wanted
   * @param settings of the runtime
   */
  public record Request(
      Path bundle,
      List<String> labels,
      int count,
      long seed,
      SamplingOptions options,
      Path out,
      Optional<Path> tokensOut,
      SessionSettings settings) {

    public Request {
      labels = List.copyOf(labels);
      if (count < 1) {
        throw new IllegalArgumentException("at least 1 image is needed, got " + count);
      }
    }
  }

  /**
   * What was drawn.
   *
   * @param out sheet or folder
   * @param images how many
   * @param seconds of drawing tokens
   * @param byLabel images by the name of their class
   */
  public record Result(
      Path out,
      int images,
      double seconds,
      @com.fasterxml.jackson.annotation.JsonIgnore Map<String, List<RgbImage>> byLabel) {

    /** The result in words. */
    public String text() {
      return "%,d images in %.1f s: %s".formatted(images, seconds, out);
    }
  }

  /** Draws tokens, decodes them and writes the pictures. */
  public static Result run(Request request, Progress progress) throws IOException {
    Bundle bundle = Bundle.open(request.bundle());
    int[] labels = labels(bundle, request);
    long start = System.nanoTime();
    int[][] tokens = draw(bundle, labels, request, progress);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<RgbImage> images = Decoding.images(bundle, tokens, request.settings());
    Map<String, List<RgbImage>> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i++) {
      byLabel
          .computeIfAbsent(bundle.labels().get(labels[i]), name -> new ArrayList<>())
          .add(images.get(i));
    }
    write(byLabel, request.out());
    if (request.tokensOut().isPresent()) {
      writeTokens(bundle, labels, tokens, request.tokensOut().get());
    }
    return new Result(request.out(), images.size(), seconds, byLabel);
  }

  private static int[] labels(Bundle bundle, Request request) {
    int[] labels;
    if (request.labels().isEmpty()) {
      labels = new int[request.count()];
      Arrays.setAll(labels, i -> i % bundle.labels().size());
      return labels;
    }
    labels = new int[request.labels().size() * request.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bundle.label(request.labels().get(i / request.count()));
    }
    return labels;
  }

  private static int[][] draw(Bundle bundle, int[] labels, Request request, Progress progress)
      throws IOException {
    int[][] tokens = new int[labels.length][];
    try (ImageSampler sampler = ImageSampler.open(bundle, request.settings());
        Progress.Stage stage = progress.start("Sampling", labels.length, "images")) {
      int batch = ImageSampler.DEFAULT_BATCH;
      for (int from = 0; from < labels.length; from += batch) {
        int[] part = Arrays.copyOfRange(labels, from, Math.min(labels.length, from + batch));
        int[][] drawn = sampler.sample(part, request.options(), request.seed(), from);
        System.arraycopy(drawn, 0, tokens, from, drawn.length);
        stage.advance(drawn.length);
      }
    }
    return tokens;
  }

  private static void write(Map<String, List<RgbImage>> byLabel, Path out) throws IOException {
    if (out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      ContactSheet sheet = new ContactSheet(COLUMNS);
      byLabel.forEach(sheet::row);
      sheet.write(out);
      return;
    }
    for (Map.Entry<String, List<RgbImage>> label : byLabel.entrySet()) {
      for (int i = 0; i < label.getValue().size(); i++) {
        Path file = out.resolve(label.getKey()).resolve("%04d.png".formatted(i));
        PngFile.write(label.getValue().get(i), file);
      }
    }
  }

  private static void writeTokens(Bundle bundle, int[] labels, int[][] tokens, Path file)
      throws IOException {
    TokenFileInfo info =
        TokenFileInfo.toWrite(
            bundle.tokenizer(),
            "ideal4j " + ProvenanceRecord.thisCodeVersion(),
            List.of(TokenColumn.LABEL));
    BundleDescription.Grid grid = bundle.description().grid();
    try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      for (int i = 0; i < tokens.length; i++) {
        writer.append(
            TokenRow.of(i, new TokenGrid(grid.rows(), grid.columns(), tokens[i]))
                .withLabel(bundle.labels().get(labels[i])));
      }
      writer.finish();
    }
  }
}
