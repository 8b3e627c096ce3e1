package io.github.ideal4j.pipeline;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.Block.Bars;
import io.github.ideal4j.report.Block.ImageRows;
import io.github.ideal4j.report.Block.ImageStacks;
import io.github.ideal4j.report.ProvenanceFacts;
import io.github.ideal4j.report.ReportBuilder;
import io.github.ideal4j.report.ReportWriter;
import io.github.ideal4j.report.SeriesReader;
import io.github.ideal4j.report.Timings;
import io.github.ideal4j.report.TokenColours;
import io.github.ideal4j.report.TokenizerTable;
import io.github.ideal4j.report.TrainingCurves;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.training.RunFolder;
import io.github.ideal4j.tribuo.model.ClassifierEvaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page that the quickstart ends with. */
final class QuickstartReport {

  private static final int SHOWN = 16;
  private static final int CELL = 4;
  private static final String REFERENCE = "models/tiny";

  private final Quickstart.Request request;
  private final Quickstart.Result result;
  private final Map<String, Double> metrics;

  private QuickstartReport(Quickstart.Request request, Quickstart.Result result) {
    this.request = request;
    this.result = result;
    metrics = result.evaluation().evaluation().metrics().byName();
  }

  static void write(Quickstart.Request request, Quickstart.Result result) throws IOException {
    new QuickstartReport(request, result).write();
  }

  private void write() throws IOException {
    ReportBuilder report =
        new ReportBuilder(
            "IDEAL quickstart",
            String.format(
                Locale.ROOT,
                "%,d photographs, %,d tokenizer steps and %,d prior steps on %s",
                result.trainPhotographs(),
                result.plan().tokenizerSteps(),
                result.plan().priorSteps(),
                result.training().device()));
    figures(report);
    report.section(
        "Reconstructions",
        "Test photographs, their tokens (similar codes have similar colours), and what the tokens"
            + " decode to. They are soft: 256 tokens of 10 bits are 2,560 bits an image.",
        reconstructions());
    report.section(
        "New images",
        "Drawn by the prior, a class a row. They have a class's colours and layout, but no objects:"
            + " minutes of training are not enough for those.",
        samples());
    report.section("Quality", "On the test photographs.", quality());
    report.section(
        "Accuracy",
        "The same logistic regression on different descriptions of a photograph, on test"
            + " photographs.",
        accuracies());
    report.section("Curves", "", curves());
    report.section("Time", "", Timings.bars("", result.timings()));
    report.section("Left out, and next", "", leftOut(), next());
    report.section(
        "Provenance",
        "",
        ProvenanceFacts.of("Tokenizer", run("tokenizer").provenance()),
        ProvenanceFacts.of("Prior", run("prior").provenance()));
    ReportWriter.write(report.build(), result.report());
  }

  private void figures(ReportBuilder report) {
    report.figure("PSNR", format("%.2f dB", metrics.get("psnr")), "of reconstructions");
    report.figure("LPIPS", format("%.3f", metrics.get("lpips")), "lower is better");
    report.figure("codes in use", format("%.0f %%", 100 * metrics.get("usage")), "of 1,024");
    ClassifierEvaluation best = result.accuracies().get("code pyramid");
    report.figure(
        "accuracy from tokens",
        format("%.1f %%", 100 * best.accuracy()),
        format("guessing: %.1f %%", 100 * best.majorityBaseline()));
  }

  private RunFolder run(String name) throws IOException {
    return RunFolder.open(request.out().resolve(name));
  }

  private ImageStacks reconstructions() throws IOException {
    List<RgbImage> decoded = result.evaluation().evaluation().reconstructions();
    int count = Math.min(SHOWN, decoded.size());
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(i * decoded.size() / count);
    }
    List<RgbImage> originals =
        chosen.stream().map(i -> result.evaluation().photographs().get(i).image()).toList();
    List<RgbImage> reference = reference(originals);
    TokenColours colours = colours();
    List<ImageStacks.Stack> stacks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int place = chosen.get(i);
      int[] tokens = result.evaluation().evaluation().tokens().get(place);
      int side = (int) Math.round(Math.sqrt(tokens.length));
      List<RgbImage> images = new ArrayList<>();
      images.add(originals.get(i));
      images.add(colours.image(side, side, tokens, CELL));
      images.add(decoded.get(place));
      if (!reference.isEmpty()) {
        images.add(reference.get(i));
      }
      String label = result.evaluation().photographs().get(place).entry().label();
      stacks.add(new ImageStacks.Stack(label, images));
    }
    List<String> layers = new ArrayList<>(List.of("photograph", "tokens", "this run"));
    if (!reference.isEmpty()) {
      layers.add(REFERENCE);
    }
    return new ImageStacks("", layers, stacks);
  }

  /** The same photographs through the bundle that comes with the project. */
  private List<RgbImage> reference(List<RgbImage> originals) throws IOException {
    if (request.reference().isEmpty()) {
      return List.of();
    }
    Bundle bundle = Bundle.open(request.reference().get());
    SessionSettings settings = SessionSettings.cpu().withThreads(request.threads());
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      return tokenizer.decode(tokenizer.encode(originals)).images();
    }
  }

  private TokenColours colours() throws IOException {
    Path file = Bundle.open(request.out().resolve("bundle")).file(BundleFiles.CODEBOOK);
    try (SafetensorsFile codebook = SafetensorsFile.open(file)) {
      long[] shape = codebook.shape("codebook");
      return TokenColours.of(codebook.floats("codebook"), (int) shape[1]);
    }
  }

  private ImageRows samples() {
    List<ImageRows.Row> rows =
        result.samples().byLabel().entrySet().stream()
            .map(row -> new ImageRows.Row(row.getKey(), row.getValue()))
            .toList();
    return new ImageRows("Guidance 2", rows);
  }

  private Block quality() throws IOException {
    Map<String, Map<String, Double>> columns = new LinkedHashMap<>();
    columns.put("this run", metrics);
    if (request.reference().isPresent()) {
      Path file = request.reference().get().resolveSibling("tiny-evaluation.json");
      if (Files.exists(file)) {
        columns.put(
            REFERENCE,
            new ObjectMapper()
                .readValue(file.toFile(), new TypeReference<Map<String, Double>>() {}));
      }
    }
    return TokenizerTable.of("", columns);
  }

  private Bars accuracies() {
    List<Bars.Bar> bars = new ArrayList<>();
    ClassifierEvaluation any = result.accuracies().values().iterator().next();
    bars.add(bar("most frequent class", any.majorityBaseline(), false));
    result
        .accuracies()
        .forEach(
            (name, evaluation) ->
                bars.add(
                    bar(
                        name,
                        evaluation.accuracy(),
                        name.startsWith("code") || name.startsWith("decoded"))));
    return new Bars("", bars);
  }

  private static Bars.Bar bar(String name, double share, boolean ours) {
    return new Bars.Bar(name, share, format("%.1f %%", 100 * share), "", ours);
  }

  private List<Block> curves() throws IOException {
    List<Block> blocks =
        new ArrayList<>(TrainingCurves.of("Tokenizer", SeriesReader.of(run("tokenizer"))));
    blocks.addAll(TrainingCurves.of("Prior", SeriesReader.of(run("prior"))));
    return blocks;
  }

  private Block leftOut() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "Every %d. training and every %d. test photograph was used."
            .formatted(result.plan().trainEvery(), result.plan().testEvery()));
    notes.add("Mirrored photographs were left out, of tokenizer and prior, to save time.");
    if (result.plan().share() < 1) {
      notes.add(
          "This machine is too slow for all steps of %s minutes: %.0f %% of them were made (--full makes all)."
              .formatted(result.plan().minutes(), 100 * result.plan().share()));
    }
    if (result.evaluation().skipped() + result.training().skipped() > 0) {
      notes.add(
          "%d photographs could not be read."
              .formatted(result.evaluation().skipped() + result.training().skipped()));
    }
    notes.add("Exported graphs: %s.".formatted(result.export().comparison()));
    notes.add("Exported prior: %s.".formatted(result.export().priorComparison()));
    notes.add("Fused classifier: %s.".formatted(result.fused().text()));
    return new Block.Notes("", notes);
  }

  private Block next() {
    return new Block.Commands("Next", QuickstartSummary.next(request.out()));
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
