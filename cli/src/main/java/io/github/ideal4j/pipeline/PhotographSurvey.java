package io.github.ideal4j.pipeline;

import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageHeader;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Looks at a sample of a data set and tells what tokenizing will make of it. */
public final class PhotographSurvey {

  private static final int MOST_REASONS = 5;
  private static final int TIMED_BATCHES = 4;

  private PhotographSurvey() {}

  /**
   * What to look at.
   *
   * @param photographs the data set
   * @param sample photographs to read, by chance with a fixed seed; all if there are fewer
   * @param bundle to tokenize with, for the estimated time
   * @param threads of decoding and encoding
   */
  public record Request(Photographs photographs, int sample, Optional<Path> bundle, int threads) {}

  /**
   * What was seen.
   *
   * @param photographs listed
   * @param classes of them
   * @param sampled that were read
   * @param refused of these
   * @param reasons why, some of them
   * @param formats of those whose header is fine
   * @param smallest width and height by pixels
   * @param median the same
   * @param largest the same
   * @param turned with an EXIF orientation other than upright
   * @param bytes of a file in the mean
   * @param decodesPerSecond with all threads
   * @param encodesPerSecond with all threads; 0 without a bundle
   * @param hours for all, the slower of both deciding
   * @param orientation what will be done about it
   * @param decoder who decodes
   */
  public record Result(
      int photographs,
      int classes,
      int sampled,
      int refused,
      List<String> reasons,
      Map<String, Integer> formats,
      String smallest,
      String median,
      String largest,
      int turned,
      long bytes,
      double decodesPerSecond,
      double encodesPerSecond,
      double hours,
      String orientation,
      String decoder) {

    /** Copies the collections. */
    public Result {
      reasons = List.copyOf(reasons);
      formats = Collections.unmodifiableMap(new TreeMap<>(formats));
    }

    /** Facts by name, for people. */
    public Map<String, Object> facts() {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("photographs", "%,d in %,d classes".formatted(photographs, classes));
      facts.put("sampled", "%,d, of which %,d are refused".formatted(sampled, refused));
      for (int i = 0; i < reasons.size(); i++) {
        facts.put("refused, example " + (i + 1), reasons.get(i));
      }
      facts.put("formats", formats.toString());
      facts.put(
          "sizes",
          "%s to %s, median %s; %,d bytes a file".formatted(smallest, largest, median, bytes));
      facts.put(
          "EXIF orientation",
          turned == 0
              ? "all upright"
              : "%,d of the sample are not upright; policy: %s".formatted(turned, orientation));
      facts.put(
          "decoding", String.format(Locale.ROOT, "%,.0f/s with %s", decodesPerSecond, decoder));
      facts.put(
          "encoding",
          encodesPerSecond == 0
              ? "not timed: no bundle"
              : String.format(Locale.ROOT, "%,.1f/s", encodesPerSecond));
      facts.put("estimated time", time(hours));
      return facts;
    }

    private static String time(double hours) {
      return hours < 1
          ? String.format(Locale.ROOT, "%.1f minutes", 60 * hours)
          : String.format(Locale.ROOT, "%.1f hours", hours);
    }
  }

  /** Looks. */
  public static Result run(Request request, Progress progress) throws IOException {
    try (ImageSource source = ImageSource.open(request.photographs().source())) {
      return new Survey(request, source).run(progress);
    }
  }

  private static final class Survey {

    private final Request request;
    private final ImageSource source;
    private final DecodingOptions options;
    private final Map<String, Integer> formats = new TreeMap<>();
    private final List<String> reasons = new ArrayList<>();
    private final List<ImageHeader> headers = new ArrayList<>();
    private int refused;
    private int turned;
    private long bytes;
    private long decodeNanos;
    private int decoded;

    Survey(Request request, ImageSource source) {
      this.request = request;
      this.source = source;
      DecodingOptions asked = request.photographs().decoding();
      options = asked.withDecoder(asked.decoder().resolved());
    }

    Result run(Progress progress) throws IOException {
      List<ImageEntry> all = request.photographs().selection().of(source);
      List<ImageEntry> sample = new ArrayList<>(all);
      Collections.shuffle(sample, new Random(1));
      sample = sample.subList(0, Math.min(request.sample(), sample.size()));
      Optional<Bundle> bundle =
          request.bundle().isPresent()
              ? Optional.of(Bundle.open(request.bundle().get()))
              : Optional.empty();
      int side = bundle.map(b -> b.description().image().height()).orElse(256);
      try (Progress.Stage stage = progress.start("Sampling", sample.size(), "photographs")) {
        for (ImageEntry entry : sample) {
          look(entry, side);
          stage.advance(1);
        }
      }
      double encodes = bundle.isPresent() ? encodesPerSecond(bundle.get()) : 0;
      double decodes = decoded == 0 ? 0 : request.threads() * decoded / (decodeNanos / 1e9);
      double slower = encodes == 0 ? decodes : Math.min(encodes, decodes);
      return result(all.size(), sample.size(), decodes, encodes, all.size() / slower / 3600);
    }

    private void look(ImageEntry entry, int side) {
      try {
        byte[] file = source.read(entry);
        bytes += file.length;
        ImageHeader header = ImageHeader.read(file, entry.path(), options);
        headers.add(header);
        formats.merge(header.format().title(), 1, Integer::sum);
        turned += header.orientation() == 1 ? 0 : 1;
        long start = System.nanoTime();
        ImageDecoder.decode(file, entry.path(), options, image -> CenterCrop.adm(image, side));
        if (headers.size() > 1) { // the first one loads classes
          decodeNanos += System.nanoTime() - start;
          decoded++;
        }
      } catch (IOException e) {
        refused++;
        if (reasons.size() < MOST_REASONS) {
          reasons.add(e.getMessage());
        }
      }
    }

    private double encodesPerSecond(Bundle bundle) throws IOException {
      SessionSettings settings = SessionSettings.cpu().withThreads(request.threads());
      try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings, 8)) {
        int side = bundle.description().image().height();
        RgbImage black = new RgbImage(side, side, new byte[3 * side * side]);
        List<RgbImage> batch = Collections.nCopies(8, black);
        tokenizer.encode(batch);
        long start = System.nanoTime();
        for (int i = 0; i < TIMED_BATCHES; i++) {
          tokenizer.encode(batch);
        }
        return 8 * TIMED_BATCHES / ((System.nanoTime() - start) / 1e9);
      }
    }

    private Result result(int all, int sampled, double decodes, double encodes, double hours) {
      headers.sort(java.util.Comparator.comparingLong(h -> (long) h.width() * h.height()));
      return new Result(
          all,
          source.classes().size(),
          sampled,
          refused,
          reasons,
          formats,
          size(0),
          size(headers.size() / 2),
          size(headers.size() - 1),
          turned,
          sampled == 0 ? 0 : bytes / sampled,
          decodes,
          encodes,
          Double.isFinite(hours) ? hours : 0,
          options.orientation().toString().toLowerCase(Locale.ROOT),
          options.decoder().toString().toLowerCase(Locale.ROOT));
    }

    private String size(int place) {
      return headers.isEmpty()
          ? "none"
          : "%d x %d".formatted(headers.get(place).width(), headers.get(place).height());
    }
  }
}
