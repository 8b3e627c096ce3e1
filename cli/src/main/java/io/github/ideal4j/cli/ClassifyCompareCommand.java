package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.comparison.ClassifierComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal classify compare}. */
@Command(
    name = "compare",
    description = "Which features pay for which model: a table with seeds and learning curves.",
    footer = {
      "",
      "Examples:",
      "  ideal classify compare --tokens train.arrow --test test.arrow \\",
      "      --bundle models/tiny --features 'boc;pyramid;decoded' \\",
      "      --trainers logistic,knn --per-class 5,10,0 --out DIR"
    })
final class ClassifyCompareCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin FamilyOptions families;
  @Mixin SeedsOption seeds;

  @Option(
      names = "--test",
      required = true,
      paramLabel = "FILE|DIR",
      description = "Other tokens with labels to measure on.")
  Path test;

  @Option(
      names = "--trainers",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "logistic",
      description = {
        "logistic, liblinear, fm, random-forest (100 trees on features that ten images have;",
        "random-forest:20 has 20 trees), knn.",
        "Default: ${DEFAULT-VALUE}."
      })
  List<String> trainers;

  @Option(
      names = "--per-class",
      split = ",",
      paramLabel = "N",
      defaultValue = "0",
      description = "Images a class to train on; 0 takes all. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  List<Integer> perClass;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for runs.csv and report.html.")
  Path out;

  @Override
  public Integer call() throws Exception {
    ClassifierComparison.Result result =
        ClassifierComparison.run(
            new ClassifierComparison.Request(
                families.sources(test, processor.threads),
                families.features,
                trainers,
                perClass,
                seeds.seeds,
                processor.threads,
                out),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
