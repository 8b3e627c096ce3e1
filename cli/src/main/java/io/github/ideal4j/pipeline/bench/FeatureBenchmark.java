package io.github.ideal4j.pipeline.bench;

import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.util.Merger;

/**
 * What examples cost: time, memory and features of each family, for grids of 16 x 16 tokens out of
 * 4,096 that are as unevenly frequent as words are; and the way beside it that a user of Tribuo
 * would go without us.
 */
public final class FeatureBenchmark {

  private static final int SIDE = 16;
  private static final int CODES = 4096;
  private static final int NAIVE = 2000; // examples, for it is slow

  private FeatureBenchmark() {}

  /**
   * What to measure.
   *
   * @param families specifications of features
   * @param bundle whose grid and codebook the tokens have; without one, 16 x 16 out of 4,096
   * @param images examples of each
   * @param rounds of each, the best of which is shown
   */
  public record Request(List<String> families, Optional<Path> bundle, int images, int rounds) {}

  /**
   * The costs of one family.
   *
   * @param buildMicros for an example, from a token file, with all processors
   * @param addMicros for an example to be added to a data set: Tribuo's own cost
   * @param bytes of heap for an example
   * @param features that an image has, on average
   * @param names different features that the images have
   */
  public record Row(
      String family,
      double buildMicros,
      double addMicros,
      double bytes,
      double features,
      int names) {}

  /** The table. */
  public record Result(TokenizerInfo tokenizer, int images, List<Row> rows) {

    /** The table in words. */
    public String text() {
      StringBuilder text =
          new StringBuilder(
              String.format(
                  "%-28s %10s %10s %10s %10s %10s%n",
                  "features", "build us", "add us", "bytes", "an image", "in all"));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-28s %10.1f %10.1f %10.0f %10.1f %,10d%n",
                row.family(),
                row.buildMicros(),
                row.addMicros(),
                row.bytes(),
                row.features(),
                row.names()));
      }
      return text
          + "%,d images of %d x %d tokens out of %,d"
              .formatted(images, tokenizer.rows(), tokenizer.columns(), tokenizer.codebookSize());
    }
  }

  /** Measures every family, and the naive way. */
  public static Result run(Request request, Progress progress) throws IOException {
    Path folder = Files.createTempDirectory("features");
    Path file = folder.resolve("tokens.arrow");
    TokenizerInfo tokenizer =
        request.bundle().isPresent()
            ? Bundle.open(request.bundle().get()).tokenizer()
            : new TokenizerInfo("bench", "", CODES, SIDE, SIDE, 0, 0);
    List<int[]> grids = grids(tokenizer, request.images());
    write(file, tokenizer, grids);
    List<Row> rows = new ArrayList<>();
    try (Progress.Stage stage =
        progress.start("Measuring", request.families().size() + 2L, "families")) {
      rows.add(best(request, "Tribuo, add() by token", () -> byToken(grids)));
      stage.advance(1);
      rows.add(best(request, "Tribuo, one list", () -> byList(grids)));
      stage.advance(1);
      for (String family : request.families()) {
        stage.note(family);
        rows.add(best(request, family, () -> ours(file, family, request.bundle())));
        stage.advance(1);
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
    return new Result(tokenizer, request.images(), rows);
  }

  private static List<Example<Label>> ours(Path file, String family, Optional<Path> bundle) {
    List<Example<Label>> examples = new ArrayList<>();
    new TokenDataSource<>(
            file,
            new LabelFactory(),
            FeatureSpec.parse(family).featurizers(new FeatureFiles(bundle, Optional.of(file))),
            TokenOutputs.none())
        .forEach(examples::add);
    return examples;
  }

  /** What stands in many a tutorial. */
  private static List<Example<Label>> byToken(List<int[]> grids) {
    List<Example<Label>> examples = new ArrayList<>();
    for (int[] grid : grids.subList(0, Math.min(NAIVE, grids.size()))) {
      ArrayExample<Label> example = new ArrayExample<>(LabelFactory.UNKNOWN_LABEL);
      for (int token : grid) {
        example.add("code-%04d".formatted(token), 1);
      }
      example.reduceByName(Merger.add());
      examples.add(example);
    }
    return examples;
  }

  private static List<Example<Label>> byList(List<int[]> grids) {
    List<Example<Label>> examples = new ArrayList<>();
    for (int[] grid : grids) {
      List<Feature> features = new ArrayList<>();
      for (int token : grid) {
        features.add(new Feature("code-%04d".formatted(token), 1));
      }
      ArrayExample<Label> example = new ArrayExample<>(LabelFactory.UNKNOWN_LABEL, features);
      example.reduceByName(Merger.add());
      examples.add(example);
    }
    return examples;
  }

  private static Row best(Request request, String name, Supplier<List<Example<Label>>> build) {
    double buildMicros = Double.POSITIVE_INFINITY;
    double addMicros = Double.POSITIVE_INFINITY;
    double bytes = 0;
    double features = 0;
    int names = 0;
    for (int round = 0; round < request.rounds(); round++) {
      long empty = heap();
      long before = System.nanoTime();
      List<Example<Label>> examples = build.get();
      buildMicros = Math.min(buildMicros, (System.nanoTime() - before) / 1e3 / examples.size());
      bytes = (double) (heap() - empty) / examples.size();
      features = examples.stream().mapToInt(Example::size).average().orElse(0);
      LabelFactory factory = new LabelFactory();
      MutableDataset<Label> data =
          new MutableDataset<>(new SimpleDataSourceProvenance("benchmark", factory), factory);
      before = System.nanoTime();
      examples.forEach(data::add);
      addMicros = Math.min(addMicros, (System.nanoTime() - before) / 1e3 / examples.size());
      names = data.getFeatureMap().size();
    }
    return new Row(name, buildMicros, addMicros, bytes, features, names);
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Frequencies by Zipf's law with exponent 1 and a flat head, most frequent codes first. */
  private static List<int[]> grids(TokenizerInfo tokenizer, int images) {
    double[] sums = new double[tokenizer.codebookSize()];
    double sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += 1.0 / (i + 10);
      sums[i] = sum;
    }
    SplittableRandom random = new SplittableRandom(1);
    List<int[]> grids = new ArrayList<>(images);
    for (int i = 0; i < images; i++) {
      int[] grid = new int[tokenizer.cells()];
      for (int cell = 0; cell < grid.length; cell++) {
        int found = Arrays.binarySearch(sums, random.nextDouble() * sum);
        grid[cell] = Math.min(sums.length - 1, found < 0 ? -found - 1 : found);
      }
      grids.add(grid);
    }
    return grids;
  }

  private static void write(Path file, TokenizerInfo tokenizer, List<int[]> grids)
      throws IOException {
    TokenFileInfo info = TokenFileInfo.toWrite(tokenizer, "ideal4j", List.of());
    try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      for (int i = 0; i < grids.size(); i++) {
        writer.append(
            TokenRow.of(i, new TokenGrid(tokenizer.rows(), tokenizer.columns(), grids.get(i))));
      }
      writer.finish();
    }
  }
}
