package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.ImageSampler;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Classes to new images. */
public final class Sampling {

  private static final int COLUMNS = 8;

  /** Files of a begun image beside those that are drawn. */
  private static final List<String> BEFORE = List.of("before", "given");

  private Sampling() {}

  /**
   * What to draw.
   *
   * @param bundle folder, with a prior
   * @param labels names or numbers of classes; empty for all in turn
   * @param begun images that are there in part; without them whole images are drawn
   * @param count images of each given class or of each begun image, or with neither, images in all
   * @param seed all chance follows from it
   * @param options how tokens are drawn
   * @param out a {@code .png} for one sheet, or a folder of pictures
   * @param beside photographs of the same classes, put above the drawn ones on a sheet
   * @param tokensOut a token file of what was drawn, if wanted
   * @param settings of the runtime
   */
  public record Request(
      Path bundle,
      List<String> labels,
      Optional<BegunImages> begun,
      int count,
      long seed,
      SamplingOptions options,
      Path out,
      Optional<Path> beside,
      Optional<Path> tokensOut,
      SessionSettings settings) {

    public Request {
      labels = List.copyOf(labels);
      if (count < 1) {
        throw new IllegalArgumentException("at least 1 image is needed, got " + count);
      }
      if (beside.isPresent() && (begun.isPresent() || !isSheet(out))) {
        throw new IllegalArgumentException(
            "photographs beside are for a sheet (--out NAME.png) of whole images");
      }
    }
  }

  /**
   * What was drawn.
   *
   * @param out sheet or folder
   * @param images how many
   * @param seconds of drawing tokens
   * @param byLabel images by the name of their class; of begun images by their name, first what was
   *     there, what stays of it, and then the drawn ones
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

  /**
   * What is drawn.
   *
   * @param labels class of each image
   * @param given tokens that stay, or null
   * @param names of each image, for people
   * @param begun images that are there in part, by their name
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Plan(
      int[] labels, int[][] given, List<String> names, Map<String, BegunImages.Begun> begun) {}

  /** Draws tokens, decodes them and writes the pictures. */
  public static Result run(Request request, Progress progress) throws IOException {
    Bundle bundle = Bundle.open(request.bundle());
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, request.settings())) {
      Plan plan = plan(bundle, tokenizer, request);
      long start = System.nanoTime();
      int[][] tokens = draw(bundle, plan, request, progress);
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, List<RgbImage>> byLabel = pictures(bundle, tokenizer, plan, tokens);
      Map<String, List<RgbImage>> photographs =
          request.beside().isPresent()
              ? photographs(request.beside().get(), byLabel.keySet(), bundle)
              : Map.of();
      write(byLabel, photographs, plan, request.out());
      if (request.tokensOut().isPresent()) {
        writeTokens(bundle, plan.labels(), tokens, request.tokensOut().get());
      }
      return new Result(request.out(), tokens.length, seconds, byLabel);
    }
  }

  private static Plan plan(Bundle bundle, ImageTokenizer tokenizer, Request request)
      throws IOException {
    List<Integer> asked = request.labels().stream().map(bundle::label).toList();
    List<Integer> labels = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<int[]> given = new ArrayList<>();
    Map<String, BegunImages.Begun> begun = new LinkedHashMap<>();
    if (request.begun().isPresent()) {
      for (BegunImages.Begun image : request.begun().get().of(bundle, tokenizer, asked)) {
        begun.put(image.name(), image);
        labels.addAll(Collections.nCopies(request.count(), image.label()));
        names.addAll(Collections.nCopies(request.count(), image.name()));
        given.addAll(Collections.nCopies(request.count(), image.given()));
      }
    } else {
      int classes = bundle.labels().size();
      for (int i = 0; i < Math.max(1, asked.size()) * request.count(); i++) {
        int turn = classes == 0 ? 0 : i % classes;
        labels.add(asked.isEmpty() ? turn : asked.get(i / request.count()));
        names.add(classes == 0 ? "" : bundle.labels().get(labels.get(i)));
      }
    }
    return new Plan(
        labels.stream().mapToInt(label -> label).toArray(),
        given.isEmpty() ? null : given.toArray(int[][]::new),
        names,
        begun);
  }

  private static int[][] draw(Bundle bundle, Plan plan, Request request, Progress progress)
      throws IOException {
    int images = plan.labels().length;
    int[][] tokens = new int[images][];
    try (ImageSampler sampler = ImageSampler.open(bundle, request.settings());
        Progress.Stage stage = progress.start("Sampling", images, "images")) {
      for (int from = 0; from < images; from += ImageSampler.DEFAULT_BATCH) {
        int to = Math.min(images, from + ImageSampler.DEFAULT_BATCH);
        int[][] drawn =
            sampler.sample(
                Arrays.copyOfRange(plan.labels(), from, to),
                plan.given() == null ? null : Arrays.copyOfRange(plan.given(), from, to),
                request.options(),
                request.seed(),
                from);
        System.arraycopy(drawn, 0, tokens, from, drawn.length);
        stage.advance(drawn.length);
      }
    }
    return tokens;
  }

  private static Map<String, List<RgbImage>> pictures(
      Bundle bundle, ImageTokenizer tokenizer, Plan plan, int[][] tokens) {
    Map<String, List<RgbImage>> byName = new LinkedHashMap<>();
    for (BegunImages.Begun image : plan.begun().values()) {
      RgbImage before = tokenizer.decode(new int[][] {image.original()}).images().get(0);
      RgbImage gaps = image.withGaps(before, bundle.description().grid());
      byName.put(image.name(), new ArrayList<>(List.of(before, gaps)));
    }
    List<RgbImage> drawn = tokenizer.decode(tokens).images();
    for (int i = 0; i < tokens.length; i++) {
      byName.computeIfAbsent(plan.names().get(i), name -> new ArrayList<>()).add(drawn.get(i));
    }
    return byName;
  }

  /** The first photographs of each class, as many as a row holds. */
  private static Map<String, List<RgbImage>> photographs(
      Path source, Set<String> labels, Bundle bundle) throws IOException {
    Map<String, List<RgbImage>> byLabel = new LinkedHashMap<>();
    int size = bundle.description().image().width();
    try (ImageSource opened = ImageSource.open(source)) {
      for (ImageEntry entry : opened.entries()) {
        String label = entry.label();
        if (label != null && labels.contains(label)) {
          List<RgbImage> own = byLabel.computeIfAbsent(label, name -> new ArrayList<>());
          if (own.size() < COLUMNS) {
            RgbImage whole = ImageDecoder.decode(opened.read(entry), entry.path());
            own.add(CenterCrop.adm(whole, size));
          }
        }
      }
    }
    return byLabel;
  }

  private static boolean isSheet(Path out) {
    return out.toString().toLowerCase(Locale.ROOT).endsWith(".png");
  }

  private static void write(
      Map<String, List<RgbImage>> byLabel,
      Map<String, List<RgbImage>> photographs,
      Plan plan,
      Path out)
      throws IOException {
    if (isSheet(out)) {
      ContactSheet sheet = new ContactSheet(COLUMNS);
      String what = plan.begun().isEmpty() ? "" : ": before, what stays, drawn";
      byLabel.forEach(
          (name, images) -> {
            List<RgbImage> real = photographs.getOrDefault(name, List.of());
            if (!real.isEmpty()) {
              sheet.row(name + ": photographs", real);
            }
            sheet.row(name + (real.isEmpty() ? what : ": drawn"), images);
          });
      sheet.write(out);
      return;
    }
    for (Map.Entry<String, List<RgbImage>> label : byLabel.entrySet()) {
      int first = plan.begun().isEmpty() ? 0 : BEFORE.size();
      for (int i = 0; i < label.getValue().size(); i++) {
        String name = i < first ? BEFORE.get(i) : "%04d".formatted(i - first);
        PngFile.write(label.getValue().get(i), out.resolve(label.getKey()).resolve(name + ".png"));
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
                .withLabel(
                    labels[i] < bundle.labels().size() ? bundle.labels().get(labels[i]) : null));
      }
      writer.finish();
    }
  }
}
