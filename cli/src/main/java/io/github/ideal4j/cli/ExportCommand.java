package io.github.ideal4j.cli;

import io.github.ideal4j.export.GraphForm;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.pipeline.Deploying;
import io.github.ideal4j.pipeline.Exporting;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ideal export}. */
@Command(
    name = "export",
    description = {
      "Make a bundle of a trained tokenizer: ONNX files that any runtime can serve.",
      "Each graph is compared with the trained model; nothing is written where they "
          + "differ. A finished bundle can be given instead of a run, to write it for a "
          + "server."
    },
    footer = {
      "",
      "Examples:",
      "  ideal export runs/tokenizer --out bundles/mine",
      "  ideal export runs/tokenizer --prior runs/prior --out bundles/mine",
      "  ideal export models/tiny --prior runs/prior --out bundles/other",
      "  ideal export models/tiny --triton model-repository --djl djl-models",
      "  ideal export inspect models/tiny/encoder.onnx"
    },
    subcommands = ExportInspectCommand.class)
final class ExportCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  // Checked below: picocli would ask for these before a subcommand, too.
  @Parameters(
      paramLabel = "RUN|BUNDLE",
      arity = "0..1",
      description = "Run folder of a tokenizer, or a finished bundle.")
  Path run;

  @Option(
      names = "--prior",
      paramLabel = "RUN",
      description = "Run folder of a prior that was trained on this tokenizer's tokens.")
  Path prior;

  @Option(
      names = "--checkpoint",
      paramLabel = "last|best|N",
      defaultValue = "last",
      description = {
        "Which checkpoint of the tokenizer: the last, the best by the run's training.keepBest, or",
        "the one after N steps. Default: ${DEFAULT-VALUE}."
      })
  String checkpoint;

  @Option(
      names = "--out",
      paramLabel = "BUNDLE",
      description = "The folder to write; an earlier bundle there is replaced. Needed for a run.")
  Path out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the tokenizer. Default: the name of the folder.")
  String name;

  @Option(
      names = "--backbone",
      paramLabel = "DIR|FILE",
      description = {
        "The backbone that the run was trained with.",
        "Default: the one that comes with the project."
      })
  Path backbone;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = {"Photographs to compare on. Default: those that come with the project."})
  Path images;

  @Option(
      names = "--precision",
      paramLabel = "fp32|fp16|int8",
      defaultValue = "FP32",
      description = {
        "fp16 halves the size of encoder and decoder, int8 quarters it; both move tokens, and how",
        "many is printed. Neither is faster on a processor.",
        "Default: fp32."
      })
  GraphForm.Precision precision;

  @Option(
      names = "--flavor",
      paramLabel = "portable|ort",
      defaultValue = "PORTABLE",
      description = {
        "ort uses operators of ONNX Runtime's own for attention and norms: faster, there only.",
        "Default: portable, standard operators only."
      })
  GraphForm.Flavor flavor;

  @Option(
      names = "--triton",
      paramLabel = "DIR",
      description = {
        "Also add the models to this model repository of NVIDIA's Triton Inference Server,",
        "as the next version where they are there already."
      })
  Path triton;

  @Option(
      names = "--djl",
      paramLabel = "DIR",
      description = {
        "Also write folders that DJL's Criteria and DJL Serving load with the engine OnnxRuntime:",
        "encoder takes a photograph and gives tokens, decoder takes tokens and gives a PNG file."
      })
  Path djl;

  @Override
  public Integer call() throws Exception {
    if (run == null) {
      throw new ParameterException(spec.commandLine(), "which run? give its folder, or a bundle");
    }
    boolean finished = Files.isRegularFile(run.resolve(BundleFiles.MANIFEST));
    if (finished ? triton == null && djl == null && prior == null : out == null) {
      throw new ParameterException(
          spec.commandLine(),
          finished
              ? "%s is a bundle already; give --prior, --triton or --djl".formatted(run)
              : "where to? give --out");
    }
    boolean asked =
        (out == null) != (prior == null) || (prior == null && !checkpoint.equals("last"));
    if (finished && (asked || !form().equals(GraphForm.STANDARD))) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is a bundle already: with --prior and --out a copy gets another prior; --checkpoint, --precision and --flavor need its run"
              .formatted(run));
    }
    if (prior != null && !form().equals(GraphForm.STANDARD)) {
      throw new ParameterException(
          spec.commandLine(),
          "--prior needs the standard form, on whose tokens it was trained; leave --precision and --flavor out");
    }
    Map<String, Object> results = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    if (finished && prior != null) {
      String compared = Exporting.withPrior(run, prior, out, processor.threads);
      results.put("export", Map.of("bundle", out, "prior", compared));
      lines.add("%s%nPrior: %s".formatted(out, compared));
    }
    if (!finished) {
      Exporting.Result exported = Exporting.run(request(), ConsoleProgress.detect());
      results.put("export", exported);
      lines.add(exported.text());
    }
    if (triton != null || djl != null) {
      Deploying.Result deployed =
          Deploying.write(
              out == null ? run : out, Optional.ofNullable(triton), Optional.ofNullable(djl));
      results.put("servers", deployed);
      lines.add(deployed.text());
    }
    // One result is printed as it is, two as an object of both.
    Object result = results.size() == 1 ? results.values().iterator().next() : results;
    output.print(result, String.join(System.lineSeparator(), lines));
    return 0;
  }

  private Exporting.Request request() throws IOException {
    return new Exporting.Request(
        run,
        Optional.ofNullable(prior),
        out,
        name == null ? out.toAbsolutePath().normalize().getFileName().toString() : name,
        backbone == null ? ShippedFiles.locate().backbone() : backbone,
        images == null ? ShippedFiles.locate().photographs() : images,
        form(),
        checkpoint,
        processor.threads);
  }

  private GraphForm form() {
    return new GraphForm(precision, flavor);
  }
}
