package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.bench.TrainBenchmark;
import io.github.ideal4j.torch.Precision;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal bench train}. */
@Command(
    name = "train",
    description = {
      "Time steps of a training, and those of PyTorch beside it: the same modules, "
          + "batch, threads, losses and optimizer, in turns.",
      "Says where the time goes, and whether memory grows."
    },
    footer = {
      "",
      "Examples:",
      "  ideal bench train --python .venv/bin/python",
      "  ideal bench train --models tokenizer --steps 2000 --rounds 1",
      "  ideal bench train --models tokenizer256,priorb --device cuda --bfloat16 \\",
      "      --python .venv/bin/python"
    })
final class BenchTrainCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin DeviceOption where;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Option(
      names = "--models",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "TOKENIZER,PRIOR6,PRIOR12",
      description = {
        "tokenizer (of the preset tiny), prior6 and prior12 (layers of LlamaGen's GPT);",
        "tokenizer256 (256 pixels, width 768, batch 64) and priorb (preset b, batch 64) for a GPU.",
        "Default: the first three."
      })
  List<TrainBenchmark.Model> models;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description = "Steps in a round. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int steps;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds of each. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rounds;

  @Option(
      names = "--bfloat16",
      description = "Products in bfloat16 instead of float32; autocast is PyTorch's side of it.")
  boolean bfloat16;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python with torch, to compare with.")
  String python;

  @Override
  public Integer call() throws Exception {
    TrainBenchmark.Result result =
        TrainBenchmark.run(
            new TrainBenchmark.Request(
                models,
                steps,
                rounds,
                processor.threads,
                where.device,
                bfloat16 ? Precision.BFLOAT16 : Precision.FLOAT32,
                Optional.ofNullable(python)),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
