package io.github.ideal4j.cli;

import io.github.ideal4j.onnx.graph.ModelSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ideal export inspect}. */
@Command(
    name = "inspect",
    description = "Say what an ONNX file holds: inputs, outputs, operators, weights, metadata.",
    footer = {"", "Examples:", "  ideal export inspect models/tiny/encoder.onnx"})
final class ExportInspectCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "FILE", description = "An ONNX file, from here or from anywhere.")
  Path file;

  @Option(
      names = "--largest",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many of the largest weights to list. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  int largest;

  @Override
  public Integer call() throws Exception {
    if (Files.isDirectory(file)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is a folder; an ONNX file, such as encoder.onnx in a bundle, would be valid"
              .formatted(file));
    }
    ModelSummary summary = ModelSummary.of(file);
    output.print(summary, summary.text(largest));
    return 0;
  }
}
