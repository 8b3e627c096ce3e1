package io.github.ideal4j.pipeline.evaluation;

import io.github.ideal4j.evaluation.bundle.Extremes;
import io.github.ideal4j.evaluation.bundle.KeptImages;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.PictureBlock.Comparisons;
import io.github.ideal4j.report.Reconstructed;
import io.github.ideal4j.report.ReportBuilder;
import io.github.ideal4j.report.ReportWriter;
import io.github.ideal4j.report.Series;
import io.github.ideal4j.report.Timings;
import io.github.ideal4j.report.TokenColours;
import io.github.ideal4j.report.TokenizerPictures;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The page of an evaluation: tables, pictures, provenance. */
public final class EvaluationPage {

  /** Photographs whose pictures are shown. */
  public static final int SHOWN = 400;

  private final Bundle bundle;
  private final EvaluationSettings settings;
  private final Evaluating.Result result;
  private final String command;

  private EvaluationPage(
      Bundle bundle, EvaluationSettings settings, Evaluating.Result result, String command) {
    this.bundle = bundle;
    this.settings = settings;
    this.result = result;
    this.command = command;
  }

  /**
   * Writes a page.
   *
   * @param file to write
   * @param bundle what was measured
   * @param command what makes it again
   */
  public static void write(
      Path file, Path bundle, EvaluationSettings settings, Evaluating.Result result, String command)
      throws IOException {
    new EvaluationPage(Bundle.open(bundle), settings, result, command).write(file);
  }

  private void write(Path file) throws IOException {
    ReportBuilder report =
        new ReportBuilder(
            "Evaluation of " + bundle.description().name(),
            String.format(
                Locale.ROOT,
                "%,d photographs, protocol %s",
                result.originals().images(),
                settings.protocol()));
    figures(report);
    EvaluationTable table = EvaluationTable.of(result.metrics(), result.peers());
    report.section(
        "Metrics",
        "Names as in docs/evaluation.md.",
        new Block.Table("", table.header(), table.rows()),
        new Block.Notes("", notes()));
    List<Block> rates = rates();
    if (!rates.isEmpty()) {
      report.section(
          "Rate and quality",
          "Bits of an image, and how near its reconstruction comes. JPEG and WebP were tried at"
              + " several sizes on the photographs that are shown.",
          rates);
    }
    pictures(report);
    report.section("Time", "", Timings.bars("", result.timings()));
    report.section("Provenance", "", provenance(), new Block.Commands("To make it again", again()));
    ReportWriter.write(report.build(), file);
  }

  private void figures(ReportBuilder report) {
    Map<String, Double> numbers = result.metrics().byName();
    figure(report, numbers, "psnr", "PSNR", "%.2f dB", "of reconstructions");
    figure(report, numbers, "lpips", "LPIPS", "%.3f", "lower is better");
    figure(report, numbers, "kid768", "KID (768)", "%.4f", "of reconstructions to photographs");
    figure(report, numbers, "bitsPerImage", "bits an image", "%,.0f", "as stored");
  }

  private static void figure(
      ReportBuilder report,
      Map<String, Double> numbers,
      String name,
      String label,
      String format,
      String note) {
    if (numbers.containsKey(name)) {
      report.figure(label, String.format(Locale.ROOT, format, numbers.get(name)), note);
    }
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>(result.metrics().notes());
    notes.addAll(EvaluationTable.peerNotes(result.metrics(), result.peers()));
    return notes;
  }

  private List<Block> rates() {
    List<Block> charts = new ArrayList<>();
    for (RateQuality.Curve curve : result.rates()) {
      List<Series> series = new ArrayList<>();
      curve.points().forEach((name, points) -> series.add(new Series(name, points, false)));
      charts.add(new Block.LineChart(curve.title(), "bits an image", series));
    }
    return charts;
  }

  private void pictures(ReportBuilder report) throws IOException {
    KeptImages kept = result.kept();
    BundleDescription.Grid grid = bundle.description().grid();
    Reconstructed shown =
        new Reconstructed(
            kept.originals().stream().map(EvaluationPage::label).toList(),
            kept.originals().stream().map(LoadedImage::image).toList(),
            kept.images(),
            kept.tokens(),
            List.of(),
            grid.rows(),
            grid.columns());
    TokenizerPictures pictures =
        new TokenizerPictures(shown, bundle.description().codebook().size());
    report.section(
        "Reconstructions",
        "Photographs and what their tokens decode to. Pull the slider, or move the pointer over a"
            + " picture.",
        pictures.comparisons());
    if (result.extremes().isPresent()) {
      report.section(
          "Worst and best",
          "Of all photographs, by LPIPS, a perceptual distance: lower is better.",
          pairs("Worst.", result.extremes().get().worst()),
          pairs("Best.", result.extremes().get().best()));
    }
    report.section(
        "Codebook",
        "Which codes the photographs use, and what they stand for.",
        result
            .histogram()
            .map(counts -> new Block.CodeUsage("", counts))
            .orElseGet(pictures::usage),
        pictures.atlas());
    report.section("Token maps", "", pictures.tokenMaps(colours()));
  }

  private static String label(LoadedImage image) {
    return Optional.ofNullable(image.entry().label()).orElse("");
  }

  private static Comparisons pairs(String caption, List<Extremes.Pair> pairs) {
    return new Comparisons(
        caption,
        "photograph",
        "reconstruction",
        pairs.stream()
            .map(
                pair ->
                    new Comparisons.Pair(
                        String.format(Locale.ROOT, "%s, LPIPS %.3f", pair.path(), pair.distance()),
                        pair.original(),
                        pair.image()))
            .toList());
  }

  private TokenColours colours() throws IOException {
    try (SafetensorsFile codebook = SafetensorsFile.open(bundle.file(BundleFiles.CODEBOOK))) {
      long[] shape = codebook.shape("codebook");
      return TokenColours.of(codebook.floats("codebook"), (int) shape[1]);
    }
  }

  private Block.Facts provenance() {
    List<Block.Facts.Fact> facts = new ArrayList<>();
    facts.add(new Block.Facts.Fact("bundle", bundle.folder().toString()));
    facts.add(new Block.Facts.Fact("tokenizer sha256", bundle.tokenizer().sha256()));
    facts.add(
        new Block.Facts.Fact(
            "protocol", settings.protocol() + ": " + settings.protocol().crop() + ", 8 bits"));
    facts.add(
        new Block.Facts.Fact("Inception's input", "TensorFlow 1 bilinear resize to 299 x 299"));
    facts.add(
        new Block.Facts.Fact(
            "photographs", String.format(Locale.ROOT, "%,d", result.originals().images())));
    facts.add(new Block.Facts.Fact("photographs sha256", result.originals().sha256()));
    facts.add(new Block.Facts.Fact("skipped", Integer.toString(result.skipped())));
    facts.add(new Block.Facts.Fact("seed", Long.toString(settings.seed())));
    return new Block.Facts("", facts);
  }

  private List<String> again() {
    return List.of(command);
  }
}
