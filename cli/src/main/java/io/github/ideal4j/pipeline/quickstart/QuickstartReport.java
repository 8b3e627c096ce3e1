package io.github.ideal4j.pipeline.quickstart;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.evaluation.bundle.KeptImages;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.evaluation.EvaluationFile;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.Block.Bars;
import io.github.ideal4j.report.Block.ImageStacks;
import io.github.ideal4j.report.PictureBlock;
import io.github.ideal4j.report.ProvenanceFacts;
import io.github.ideal4j.report.Reconstructed;
import io.github.ideal4j.report.ReportBuilder;
import io.github.ideal4j.report.ReportWriter;
import io.github.ideal4j.report.SeriesReader;
import io.github.ideal4j.report.Timings;
import io.github.ideal4j.report.TokenColours;
import io.github.ideal4j.report.TokenizerPictures;
import io.github.ideal4j.report.TokenizerTable;
import io.github.ideal4j.report.TrainingCurves;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.tokenizer.TokenizerReport;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.RunFolder;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.model.ClassifierEvaluation;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tribuo.classification.Label;

/** The page that the quickstart ends with. */
final class QuickstartReport {

  private static final int SHOWN = 8;
  private static final int REAL = 4;
  private static final String REFERENCE = "models/tiny";

  private final Quickstart.Request request;
  private final Quickstart.Result result;
  private final Map<String, Double> metrics;

  private QuickstartReport(Quickstart.Request request, Quickstart.Result result) {
    this.request = request;
    this.result = result;
    metrics = result.evaluation().metrics().byName();
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
    pictures(report);
    report.section(
        "New images",
        "Drawn by the prior, a class a row, beside photographs of the class. They have a class's"
            + " colours and layout, but no objects: minutes of training are not enough for those.",
        samples());
    report.section("Quality", "On the test photographs.", quality());
    report.section(
        "Classification",
        "The same logistic regression on different descriptions of a photograph, on test"
            + " photographs.",
        accuracies(),
        accuracyTable(),
        confusion());
    report.section("Curves", "Drag over a chart to zoom in; names switch their lines.", curves());
    report.section("Time", "", Timings.bars("", result.timings()));
    report.section("Left out, and next", "", leftOut(), next());
    report.section(
        "Provenance",
        "",
        again(),
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

  /** All that is seen of the tokenizer, and the same photographs through the shipped bundle. */
  private void pictures(ReportBuilder report) throws IOException {
    KeptImages kept = result.evaluation().kept();
    List<RgbImage> photographs = kept.originals().stream().map(LoadedImage::image).toList();
    List<String> labels = kept.originals().stream().map(image -> image.entry().label()).toList();
    Bundle bundle = Bundle.open(request.out().resolve("bundle"));
    BundleDescription.Grid grid = bundle.description().grid();
    try (NDManager manager = TorchEngine.start(request.threads()).newManager(Device.cpu())) {
      Reconstructed all =
          new Reconstructed(
              labels,
              photographs,
              kept.images(),
              kept.tokens(),
              result.evaluation().distances(),
              grid.rows(),
              grid.columns());
      int codes = bundle.description().codebook().size();
      new TokenizerPictures(all, codes).sections(colours(bundle)).forEach(report::section);
      if (request.reference().isPresent()) {
        report.section("Beside models/tiny", "", beside(all.some(SHOWN)));
      }
      TokenizerRun run = TokenizerRun.open(request.out().resolve("tokenizer"));
      report.section(
          new TokenizerReport(run, request.backbone(), manager).attention(labels, photographs));
    }
  }

  private ImageStacks beside(Reconstructed shown) throws IOException {
    List<RgbImage> reference = reference(shown.photographs());
    List<ImageStacks.Stack> stacks = new ArrayList<>();
    for (int i = 0; i < shown.photographs().size(); i++) {
      stacks.add(
          new ImageStacks.Stack(
              shown.labels().get(i),
              List.of(
                  shown.photographs().get(i), shown.reconstructions().get(i), reference.get(i))));
    }
    return new ImageStacks(
        "What the tokenizer that comes with the project makes of the same photographs.",
        List.of("photograph", "this run", REFERENCE),
        stacks);
  }

  /** The same photographs through the bundle that comes with the project. */
  private List<RgbImage> reference(List<RgbImage> originals) throws IOException {
    Bundle bundle = Bundle.open(request.reference().orElseThrow());
    SessionSettings settings = SessionSettings.cpu().withThreads(request.threads());
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      return tokenizer.decode(tokenizer.encode(originals)).images();
    }
  }

  private static TokenColours colours(Bundle bundle) throws IOException {
    try (SafetensorsFile codebook = SafetensorsFile.open(bundle.file(BundleFiles.CODEBOOK))) {
      long[] shape = codebook.shape("codebook");
      return TokenColours.of(codebook.floats("codebook"), (int) shape[1]);
    }
  }

  private PictureBlock.ClassRows samples() throws IOException {
    int size = Bundle.open(request.out().resolve("bundle")).description().image().height();
    List<LoadedImage> train =
        Photographs.all(request.data())
            .select("train", result.plan().trainEvery())
            .load(size)
            .images();
    List<PictureBlock.ClassRows.Row> rows = new ArrayList<>();
    result
        .samples()
        .byLabel()
        .forEach(
            (label, made) -> {
              List<RgbImage> real =
                  train.stream()
                      .filter(image -> label.equals(image.entry().label()))
                      .limit(REAL)
                      .map(LoadedImage::image)
                      .toList();
              rows.add(new PictureBlock.ClassRows.Row(label, real, made));
            });
    return new PictureBlock.ClassRows("", "photographs", "drawn, guidance 2", rows);
  }

  private Block quality() throws IOException {
    Map<String, Map<String, Double>> columns = new LinkedHashMap<>();
    columns.put("this run", metrics);
    if (request.reference().isPresent()) {
      Path file = request.reference().get().resolveSibling("tiny-evaluation.json");
      if (Files.exists(file)) {
        columns.put(REFERENCE, EvaluationFile.metrics(file));
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

  private Block.Table accuracyTable() {
    List<List<String>> rows = new ArrayList<>();
    result
        .accuracies()
        .forEach(
            (name, evaluation) ->
                rows.add(
                    List.of(
                        name,
                        format("%.1f %%", 100 * evaluation.accuracy()),
                        format("%.1f %%", 100 * evaluation.classMeanAccuracy()),
                        format("%,d", evaluation.images()))));
    return new Block.Table(
        "The mean over classes counts each class alike, however many photographs it has.",
        List.of("description", "accuracy", "mean over classes", "photographs"),
        rows);
  }

  /** What the pyramid's classifier says of the test photographs. */
  private Block confusion() throws IOException {
    Path model = request.out().resolve("classifier-pyramid.tribuo");
    TokenModel<Label> classifier =
        TokenModel.load(model, Optional.of(request.out().resolve("bundle"))).castTo(Label.class);
    try (TokenDataset test = TokenDataset.open(request.out().resolve("tokens/test.arrow"))) {
      return ConfusionBlock.of(
          "Code pyramid: rows are the true classes, columns what was said.",
          classifier.predict(test, TokenOutputs.labels().onlyLabeled()));
    }
  }

  private Block again() {
    return new Block.Commands(
        "To make it again",
        List.of(
            QuickstartSummary.ideal()
                + format(" quickstart --budget %s", result.plan().minutes())
                + " --full --seed %d --data %s --out NEW_FOLDER"
                    .formatted(request.seed(), request.data())));
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

  private static String format(String pattern, Object value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
