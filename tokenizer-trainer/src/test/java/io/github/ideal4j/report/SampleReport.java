package io.github.ideal4j.report;

import io.github.ideal4j.evaluation.StageTiming;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.image.Resize;
import io.github.ideal4j.image.ResizeFilter;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.Block.Bars.Bar;
import io.github.ideal4j.report.Block.Facts.Fact;
import io.github.ideal4j.report.Block.ImageRows;
import io.github.ideal4j.report.Block.ImageStacks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A report with every kind of piece, from made-up numbers and images. */
final class SampleReport {

  private static final int SIZE = 64;
  private static final int GRID = 8;
  private static final int CODES = 40;

  private SampleReport() {}

  /** Discs, and the same blurred by large pixels; tokens are their brightness. */
  private static Reconstructed reconstructed() {
    List<RgbImage> photographs = TinyPhotographs.of(24, SIZE, 1);
    List<String> labels = new ArrayList<>();
    List<RgbImage> blurred = new ArrayList<>();
    List<int[]> grids = new ArrayList<>();
    List<Double> distances = new ArrayList<>();
    for (int i = 0; i < photographs.size(); i++) {
      labels.add("disc " + i);
      blurred.add(blur(photographs.get(i), 4));
      grids.add(tokens(photographs.get(i)));
      distances.add((i * 7 % 24) / 30.0);
    }
    return new Reconstructed(labels, photographs, blurred, grids, distances, GRID, GRID);
  }

  private static RgbImage blur(RgbImage image, int factor) {
    int small = SIZE / factor;
    RgbImage coarse = Resize.resize(image, small, small, ResizeFilter.BILINEAR);
    return Resize.resize(coarse, SIZE, SIZE, ResizeFilter.BILINEAR);
  }

  private static int[] tokens(RgbImage image) {
    RgbImage coarse = Resize.resize(image, GRID, GRID, ResizeFilter.BILINEAR);
    int[] tokens = new int[GRID * GRID];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = coarse.sample(i % GRID, i / GRID, 1) * (CODES - 8) / 256;
    }
    return tokens;
  }

  private static float[] codebook() {
    Random random = new Random(3);
    float[] values = new float[CODES * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] attention(int seed) {
    Random random = new Random(seed);
    float[] weights = new float[GRID * GRID * GRID * GRID];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextFloat();
    }
    return weights;
  }

  private static RgbImage strip(Reconstructed shown, int factor) {
    return Mosaic.of(
        shown.photographs().subList(0, 8).stream().map(image -> blur(image, factor)).toList(), 8);
  }

  static Report report(List<RgbImage> images) {
    return builder(images).build();
  }

  static ReportBuilder builder(List<RgbImage> images) {
    SeriesReader series = SeriesReader.of(lines());
    ReportBuilder report =
        new ReportBuilder(
            "IDEAL quickstart",
            "A dual-aligned image tokenizer, an autoregressive prior and a classifier, trained from 2,096 photographs in 14 min 12 s on 2 cores.");
    report
        .figure("PSNR", "20.0 dB", "flat colour 13.0 dB")
        .figure("LPIPS", "0.173", "lower is better")
        .figure("Codebook used", "100 %", "perplexity 922 of 1,024")
        .figure("Accuracy from tokens", "71.4 %", "teacher 87.1 %")
        .figure("Tokenizing", "41 /s", "photographs, 2 threads");
    Reconstructed reconstructed = reconstructed();
    new TokenizerPictures(reconstructed, CODES)
        .sections(TokenColours.of(codebook(), 4))
        .forEach(report::section);
    report.section(
        "Attention of the fusion",
        "",
        AttentionMaps.of(
            reconstructed.labels().subList(0, 2),
            reconstructed.photographs().subList(0, 2),
            List.of(attention(0), attention(1)),
            GRID,
            GRID));
    report.section(
        "Over time",
        "",
        new PictureBlock.Timeline(
            "",
            new PictureBlock.Timeline.Frame("photographs", strip(reconstructed, 1)),
            List.of(
                new PictureBlock.Timeline.Frame("after 500 steps", strip(reconstructed, 6)),
                new PictureBlock.Timeline.Frame("after 1,000 steps", strip(reconstructed, 3)),
                new PictureBlock.Timeline.Frame("after 1,900 steps", strip(reconstructed, 2)))));
    report.section(
        "Beside real ones",
        "",
        new PictureBlock.ClassRows(
            "",
            "photographs",
            "drawn",
            List.of(
                new PictureBlock.ClassRows.Row(
                    "watch",
                    reconstructed.photographs().subList(0, 4),
                    reconstructed.reconstructions().subList(0, 8)))));
    report.section(
        "Confusion",
        "",
        new Block.Confusion(
            "",
            List.of("ant", "bass & bream", "crab"),
            List.of(List.of(8, 1, 0), List.of(2, 5, 1), List.of(0, 0, 9))));
    List<ImageStacks.Stack> pairs = new ArrayList<>();
    List<ImageRows.Row> rows = new ArrayList<>();
    for (int i = 0; i + 1 < images.size(); i += 2) {
      pairs.add(new ImageStacks.Stack("class <%d>".formatted(i), images.subList(i, i + 2)));
    }
    for (int i = 0; i < 4; i++) {
      rows.add(
          new ImageRows.Row(
              List.of("airplanes", "Motorbikes", "watch", "car_side").get(i),
              images.subList(i, i + 8)));
    }
    report
        .section(
            "Originals and reconstructions",
            "Photographs of the test split, which training never saw. Each becomes 256 tokens and comes back from them.",
            new ImageStacks("", List.of("original", "reconstruction"), pairs))
        .section(
            "Samples by class",
            "Drawn from the prior, guidance 2. A few minutes of training give palette and layout, no objects.",
            new ImageRows("", rows))
        .section(
            "Quality",
            "",
            new MetricTable("this run", "models/tiny", "only flat colour")
                .add("PSNR ↑", "%.2f dB", 20.04, 20.68, 12.96)
                .add("SSIM ↑", "%.3f", 0.639, 0.676, Double.NaN)
                .add("LPIPS ↓", "%.3f", 0.173, 0.128, Double.NaN)
                .add("Codebook usage", "%.1f %%", 100, 100, Double.NaN)
                .add("Perplexity (of 1,024)", "%,.0f", 922, 953, Double.NaN)
                .add("Cosine, deep", "%.3f", 0.637, 0.686, Double.NaN)
                .build("On 381 test photographs."))
        .section(
            "What the tokens know",
            "A linear classifier on each kind of feature, accuracy on the test split.",
            new Block.Bars(
                "",
                List.of(
                    new Bar("Majority class", 0.105, "10.5 %", "", false),
                    new Bar("Raw pixels", 0.326, "32.6 %", "8 x 8 RGB", false),
                    new Bar("Token histogram", 0.701, "70.1 %", "1,024 bins", true),
                    new Bar("Token pyramid", 0.714, "71.4 %", "1 + 4 cells", true),
                    Bar.share("Teacher", 0.871, "the backbone's own features", false))))
        .section(
            "Training",
            "",
            new Block.LineChart(
                "Tokenizer loss",
                "steps",
                List.of(series.noisy("total", "total"), series.noisy("pixel", "pixel"))),
            new Block.LineChart(
                "Prior, cross entropy",
                "steps",
                List.of(series.line("test", "test"), series.line("train", "training"))),
            new Block.LineChart("Nothing", "steps", List.of(series.line("none", "none"))))
        .section(
            "Time",
            "",
            Timings.bars(
                "",
                List.of(
                    new StageTiming(
                        "Backbone features", 2477, "photographs", Duration.ofSeconds(101)),
                    new StageTiming("Training tokenizer", 1900, "steps", Duration.ofSeconds(261)),
                    new StageTiming("Exporting", 2, "graphs", Duration.ofMillis(8400)),
                    new StageTiming("Tokenizing", 2477, "photographs", Duration.ofSeconds(62)),
                    new StageTiming("Training prior", 500, "steps", Duration.ofSeconds(240)))))
        .section(
            "Left out",
            "",
            new Block.Notes(
                "",
                List.of(
                    "Mirrored views: the budget was 15 minutes.",
                    "LPIPS <b>with</b> & \"quotes\".")))
        .section(
            "Next",
            "",
            new Block.Commands(
                "",
                List.of(
                    "./ideal sample --bundle out/bundle --label watch --count 16 --seed 1 --out watch.png")))
        .section(
            "Provenance",
            "",
            new Block.Facts(
                "",
                List.of(
                    new Fact("seed", "0"),
                    new Fact(
                        "data", "a88df4ebfa95f3bdb8cf5f60e7ecf4ac8b96cf86098f1fa46cd25da4c3d9dacc"),
                    new Fact("machine", "Linux amd64, 2 processors"))));
    return report;
  }

  private static List<Map<String, Double>> lines() {
    Random random = new Random(0);
    List<Map<String, Double>> lines = new ArrayList<>();
    for (int step = 1; step <= 1900; step += 2) {
      Map<String, Double> line = new LinkedHashMap<>();
      line.put("step", (double) step);
      double falling = 3 * Math.exp(-step / 300.0);
      line.put("total", 1.6 + falling + 0.15 * random.nextGaussian());
      line.put("pixel", 0.5 + falling / 4 + 0.08 * random.nextGaussian());
      if (step % 100 == 1) {
        line.put("test", 4.5 + 2.3 * Math.exp(-step / 400.0));
        line.put("train", 4.4 + 2.4 * Math.exp(-step / 350.0));
      }
      lines.add(line);
    }
    return lines;
  }
}
