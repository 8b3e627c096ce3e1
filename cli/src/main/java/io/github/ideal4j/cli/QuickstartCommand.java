package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.quickstart.Quickstart;
import io.github.ideal4j.pipeline.quickstart.QuickstartPlan;
import io.github.ideal4j.pipeline.quickstart.QuickstartSummary;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "Everything once, on real photographs: train a tokenizer, export it, tokenize, "
          + "train a prior, draw new images, classify, and write a report.",
      "At most 15 minutes on two cores. Stopped or killed, the same command goes on "
          + "where it was."
    },
    footer = {"", "Examples:", "  ideal quickstart --budget 30 --out runs/half-an-hour"})
final class QuickstartCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/quickstart",
      description = "Folder of everything that is made. Default: ${DEFAULT-VALUE}.")
  Path out;

  @Option(
      names = "--data",
      paramLabel = "SRC",
      description = {
        "Photographs with labels.csv and the splits train and test.",
        "Default: Caltech-101 at 64 x 64, which comes with the project."
      })
  Path data;

  @Option(
      names = "--budget",
      paramLabel = "MINUTES",
      defaultValue = "15",
      description = {
        "Scales photographs and training. Default: ${DEFAULT-VALUE}.",
        "On a slow machine training is shortened until it fits."
      })
  @Between(least = 1, most = 10000)
  double budget;

  @Option(
      names = "--full",
      description = "Train all the steps of the budget, however long this machine needs.")
  boolean full;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "All chance follows from it. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--device",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description = "Where training runs: auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String device;

  @Override
  public Integer call() throws Exception {
    ShippedFiles files = ShippedFiles.locate();
    Quickstart.Request request =
        new Quickstart.Request(
            data == null ? files.photographs() : data,
            files.backbone(),
            ShippedFiles.cache(),
            out,
            QuickstartPlan.of(budget),
            full,
            seed,
            device,
            processor.threads,
            files.bundle());
    Quickstart.Result result = Quickstart.run(request, ConsoleProgress.detect());
    output.print(QuickstartSummary.numbers(result), QuickstartSummary.text(request, result));
    return 0;
  }
}
