package io.github.ideal4j.pipeline;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.names.NearNames;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.Report;
import io.github.ideal4j.report.ReportBuilder;
import io.github.ideal4j.report.ReportWriter;
import io.github.ideal4j.report.Series;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.training.RunFolder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The same tokenizer trained with parts of the method taken away, with equal photographs, steps and
 * seeds (IDEAL, arXiv 2606.11096, Table 7).
 */
public final class Ablation {

  private static final List<String> NO_ALIGNMENT =
      List.of("loss.deepMse=0", "loss.deepCosine=0", "loss.shallowMse=0", "loss.shallowCosine=0");

  private Ablation() {}

  /** What of a validation is compared, by its name there. */
  public enum Measure {
    PSNR("validationPsnr", "PSNR, dB", true),
    SSIM("validationSsim", "SSIM", true),
    LPIPS("validationLpips", "LPIPS", false),
    DEEP("validationCosineDeep", "deep cosine", true),
    SHALLOW("validationCosineShallow", "shallow cosine", true),
    USAGE("validationUsage", "usage", true),
    PERPLEXITY("validationPerplexity", "perplexity", true);

    private final String key;
    private final String title;
    private final boolean largerIsBetter;

    Measure(String key, String title, boolean largerIsBetter) {
      this.key = key;
      this.title = title;
      this.largerIsBetter = largerIsBetter;
    }

    /** Name for people, with the direction. */
    public String title() {
      return title + (largerIsBetter ? " ↑" : " ↓");
    }
  }

  /**
   * A variant.
   *
   * @param name of it
   * @param settings assignments that make it out of the preset
   */
  public record Variant(String name, List<String> settings) {

    private static final Map<String, List<String>> NAMED = named();

    public Variant {
      settings = List.copyOf(settings);
    }

    private static Map<String, List<String>> named() {
      Map<String, List<String>> named = new LinkedHashMap<>();
      named.put("full", List.of("model.fusion=ATTENTION"));
      named.put(
          "no-shallow",
          List.of("model.fusion=ATTENTION", "loss.shallowMse=0", "loss.shallowCosine=0"));
      named.put("skip-fusion", List.of("model.fusion=ATTENTION_SKIP"));
      named.put("linear-fusion", List.of("model.fusion=LINEAR"));
      named.put("no-fusion", List.of("model.fusion=NONE"));
      List<String> unaligned = new ArrayList<>(List.of("model.fusion=ATTENTION"));
      unaligned.addAll(NO_ALIGNMENT);
      named.put("no-alignment", List.copyOf(unaligned));
      return named;
    }

    /** The names that {@link #of} knows by themselves. */
    public static List<String> names() {
      return List.copyOf(NAMED.keySet());
    }

    /**
     * A known variant, or one of its own making.
     *
     * @param text {@code linear-fusion}, or {@code name:key=value;key=value}
     */
    public static Variant of(String text) {
      int colon = text.indexOf(':');
      if (colon > 0) {
        return new Variant(
            text.substring(0, colon), Arrays.asList(text.substring(colon + 1).split(";")));
      }
      List<String> settings = NAMED.get(text);
      if (settings == null) {
        throw new IllegalArgumentException(
            "unknown variant '%s'; valid are %s, or your own as name:key=value;key=value%s"
                .formatted(text, names(), NearNames.hint(text, NAMED.keySet())));
      }
      return new Variant(text, settings);
    }
  }

  /**
   * What to compare.
   *
   * @param base what all trainings share; its {@code out} is the folder of all runs
   * @param preset of the configuration
   * @param settings assignments for all variants
   * @param variants in the order of the table
   * @param seeds each variant is trained with each of them
   */
  public record Request(
      Shared base, String preset, List<String> settings, List<Variant> variants, List<Long> seeds) {

    public Request {
      settings = List.copyOf(settings);
      variants = List.copyOf(variants);
      seeds = List.copyOf(seeds);
      if (variants.isEmpty() || seeds.isEmpty()) {
        throw new IllegalArgumentException("at least one variant and one seed are needed");
      }
    }
  }

  /**
   * What all trainings share.
   *
   * @param train photographs to learn from
   * @param validation photographs to measure on
   * @param backbone the frozen backbone
   * @param features folder of cached features
   * @param out folder of runs, table and report
   * @param device auto, cpu, cuda or cuda:n
   * @param threads of the processor
   */
  public record Shared(
      Photographs train,
      Photographs validation,
      Path backbone,
      Path features,
      Path out,
      String device,
      int threads) {}

  /**
   * One training.
   *
   * @param variant what was trained
   * @param seed of it
   * @param measures of the last validation
   * @param seconds of training
   */
  public record Run(String variant, long seed, Map<Measure, Double> measures, double seconds) {
    public Run {
      measures = new TreeMap<>(measures);
    }
  }

  /**
   * All trainings.
   *
   * @param runs variant by variant, seed by seed
   * @param steps of each
   * @param photographs that each was trained on
   * @param out folder of the files
   */
  public record Result(List<Run> runs, int steps, int photographs, Path out) {

    public Result {
      runs = List.copyOf(runs);
    }

    /** Mean and deviation over seeds, a line for each variant. */
    public String text() {
      StringBuilder text = new StringBuilder();
      for (List<String> row : table()) {
        text.append(String.format("%-16s", row.get(0)));
        row.subList(1, row.size()).forEach(cell -> text.append(String.format("  %-16s", cell)));
        text.append('\n');
      }
      return text
          + String.format(
              Locale.ROOT,
              "%,d steps on %,d photographs each; mean and deviation over %d seeds; %s",
              steps,
              photographs,
              runs.stream().map(Run::seed).distinct().count(),
              out.resolve("report.html"));
    }

    List<String> variants() {
      return runs.stream().map(Run::variant).distinct().toList();
    }

    double[] values(String variant, Measure measure) {
      return runs.stream()
          .filter(run -> run.variant().equals(variant))
          .mapToDouble(run -> run.measures().getOrDefault(measure, Double.NaN))
          .toArray();
    }

    List<List<String>> table() {
      List<List<String>> rows = new ArrayList<>();
      List<String> head = new ArrayList<>(List.of("variant"));
      Arrays.stream(Measure.values()).forEach(measure -> head.add(measure.title()));
      rows.add(head);
      for (String variant : variants()) {
        List<String> row = new ArrayList<>(List.of(variant));
        for (Measure measure : Measure.values()) {
          row.add(spread(values(variant, measure)));
        }
        rows.add(row);
      }
      return rows;
    }

    /** Variants from worst to best by one measure. */
    String order(Measure measure) {
      Comparator<String> byMean =
          Comparator.comparingDouble(variant -> mean(values(variant, measure)));
      return String.join(
          " < ",
          variants().stream().sorted(measure.largerIsBetter ? byMean : byMean.reversed()).toList());
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
  }

  private static String spread(double[] values) {
    double mean = mean(values);
    if (Double.isNaN(mean)) {
      return "-";
    }
    String format = mean >= 100 ? "%.0f ± %.0f" : mean >= 10 ? "%.2f ± %.2f" : "%.3f ± %.3f";
    return String.format(Locale.ROOT, format, mean, deviation(values));
  }

  /**
   * Trains all of it. Runs that are finished are not trained again, others go on, and new ones
   * compute linear layers in the form that the first run of the folder began with, whichever is the
   * faster today.
   */
  public static Result run(Request request, Progress progress) throws IOException {
    List<TokenizerTrainingConfig> configs = new ArrayList<>();
    for (Variant variant : request.variants()) {
      configs.add(config(request, variant, request.seeds().get(0)));
    }
    List<Run> runs = new ArrayList<>();
    int photographs = 0;
    for (Variant variant : request.variants()) {
      for (long seed : request.seeds()) {
        Path folder = request.base().out().resolve(variant.name() + "-" + seed);
        Optional<RunFolder> first = firstRun(request.base().out());
        if (first.isPresent()) {
          first.get().computeAlike();
        }
        TokenizerTraining.Result result =
            TokenizerTraining.run(training(request, variant, seed, folder), progress);
        if (!result.finished()) {
          throw new IOException(
              "stopped in %s after %,d steps; the same line goes on"
                  .formatted(folder, result.steps()));
        }
        photographs = result.photographs();
        runs.add(measured(variant, seed, folder));
      }
    }
    Result result =
        new Result(runs, configs.get(0).training().steps(), photographs, request.base().out());
    write(result, request);
    return result;
  }

  /** The run of a folder that was started first. */
  private static Optional<RunFolder> firstRun(Path out) throws IOException {
    if (!Files.isDirectory(out)) {
      return Optional.empty();
    }
    TreeMap<String, RunFolder> byStart = new TreeMap<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(out)) {
      for (Path child : children) {
        if (Files.isRegularFile(child.resolve("config.yaml"))) {
          RunFolder run = RunFolder.open(child);
          byStart.put(run.provenance().started() + " " + child.getFileName(), run);
        }
      }
    }
    return Optional.ofNullable(byStart.firstEntry()).map(Map.Entry::getValue);
  }

  private static TokenizerTraining.Request training(
      Request request, Variant variant, long seed, Path folder) {
    Shared base = request.base();
    return new TokenizerTraining.Request(
        base.train(),
        Optional.of(base.validation()),
        base.backbone(),
        config(request, variant, seed),
        base.features(),
        FeatureCache.Precision.FLOAT16,
        folder,
        true,
        base.device(),
        base.threads());
  }

  private static TokenizerTrainingConfig config(Request request, Variant variant, long seed) {
    List<String> settings = new ArrayList<>(request.settings());
    settings.addAll(variant.settings());
    settings.add("training.seed=" + seed);
    return TokenizerTrainingConfig.PRESETS.load(request.preset(), settings);
  }

  /** What the last validation of a run says. */
  private static Run measured(Variant variant, long seed, Path folder) throws IOException {
    Map<Measure, Double> found = new TreeMap<>();
    double seconds = 0;
    for (Map<String, Double> line : RunFolder.open(folder).metrics().read()) {
      seconds = line.get("seconds");
      for (Measure measure : Measure.values()) {
        if (line.containsKey(measure.key)) {
          found.put(measure, line.get(measure.key));
        }
      }
    }
    return new Run(variant.name(), seed, found, seconds);
  }

  private static void write(Result result, Request request) throws IOException {
    Files.createDirectories(result.out());
    AtomicFile.write(
        result.out().resolve("runs.csv"),
        beside -> {
          try (BufferedWriter writer = Files.newBufferedWriter(beside);
              CSVPrinter csv = new CSVPrinter(writer, CSVFormat.DEFAULT)) {
            List<String> head = new ArrayList<>(List.of("variant", "seed", "steps", "seconds"));
            Arrays.stream(Measure.values())
                .forEach(measure -> head.add(measure.name().toLowerCase(Locale.ROOT)));
            csv.printRecord(head);
            for (Run run : result.runs()) {
              List<Object> row = new ArrayList<>();
              row.addAll(List.of(run.variant(), run.seed(), result.steps()));
              row.add(String.format(Locale.ROOT, "%.1f", run.seconds()));
              for (Measure measure : Measure.values()) {
                row.add(
                    String.format(
                        Locale.ROOT, "%.5f", run.measures().getOrDefault(measure, Double.NaN)));
              }
              csv.printRecord(row);
            }
          }
        });
    ReportWriter.write(report(result, request), result.out().resolve("report.html"));
  }

  private static Report report(Result result, Request request) throws IOException {
    List<List<String>> rows = result.table();
    List<Block> charts = new ArrayList<>();
    for (Measure measure : List.of(Measure.PSNR, Measure.LPIPS, Measure.SHALLOW, Measure.DEEP)) {
      List<Series> series = new ArrayList<>();
      for (Variant variant : request.variants()) {
        series.add(curve(result, request, variant.name(), measure));
      }
      charts.add(new Block.LineChart(measure.title() + ", mean over seeds", "steps", series));
    }
    List<Block> spreads = new ArrayList<>();
    for (Measure measure : List.of(Measure.PSNR, Measure.LPIPS)) {
      List<Block.Bars.Bar> bars = new ArrayList<>();
      for (String variant : result.variants()) {
        double[] values = result.values(variant, measure);
        bars.add(
            new Block.Bars.Bar(
                variant,
                Math.max(0, mean(values)),
                spread(values),
                range(values),
                variant.equals("full")));
      }
      spreads.add(new Block.Bars(measure.title() + ": mean, deviation, and every seed", bars));
    }
    List<String> orders = new ArrayList<>();
    for (Measure measure : List.of(Measure.PSNR, Measure.SSIM, Measure.LPIPS, Measure.SHALLOW)) {
      orders.add(measure.title() + ", from worst to best: " + result.order(measure));
    }
    return new ReportBuilder(
            "Ablation",
            "%,d steps on %,d photographs each, %d seeds"
                .formatted(result.steps(), result.photographs(), request.seeds().size()))
        .section(
            "Variants",
            "Mean and standard deviation over seeds, measured on the same held-out photographs.",
            new Block.Table(
                "Validation after the last step", rows.get(0), rows.subList(1, rows.size())),
            new Block.Notes(
                "Order of the means; a difference below the deviations says nothing.", orders))
        .section("Spread", "", spreads)
        .section("On the way", "", charts)
        .build();
  }

  private static String range(double[] values) {
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      text.append(text.isEmpty() ? "" : ", ").append(String.format(Locale.ROOT, "%.3f", value));
    }
    return text.toString();
  }

  private static Series curve(Result result, Request request, String variant, Measure measure)
      throws IOException {
    TreeMap<Double, List<Double>> bySteps = new TreeMap<>();
    for (long seed : request.seeds()) {
      RunFolder folder = RunFolder.open(result.out().resolve(variant + "-" + seed));
      for (Map<String, Double> line : folder.metrics().read()) {
        if (line.containsKey(measure.key)) {
          bySteps
              .computeIfAbsent(line.get("step"), step -> new ArrayList<>())
              .add(line.get(measure.key));
        }
      }
    }
    List<Series.Point> points = new ArrayList<>();
    bySteps.forEach(
        (step, values) ->
            points.add(
                new Series.Point(
                    step, mean(values.stream().mapToDouble(Double::doubleValue).toArray()))));
    return new Series(variant, points, false);
  }
}
