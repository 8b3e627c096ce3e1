package io.github.ideal4j.cli;

import ai.onnxruntime.OrtEnvironment;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.PhotographSurvey;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ProviderExamination;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.bench.ServerExamination;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal doctor}. */
@Command(
    name = "doctor",
    description = "Say what this machine and this checkout have: engines, GPUs, files.",
    footer = {
      "",
      "Examples:",
      "  ideal doctor --images photos/",
      "  ideal doctor --provider cuda",
      "  ideal doctor --url http://127.0.0.1:8080"
    })
final class DoctorCommand implements Callable<Integer> {

  private static final long MEBIBYTE = 1 << 20;

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = {
        "Sample a source of photographs and tell what tokenizing will do with it: formats,"
            + " sizes, orientation, what is refused, estimated time."
      })
  Path images;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "500",
      description = "Photographs to read for --images. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int sample;

  @Mixin DecodingFlags decoding;

  @Option(
      names = "--provider",
      paramLabel = "WHERE",
      description = {
        "Run the graphs of a bundle there: cpu, cuda or cuda:N. Tells how long one image takes"
            + " and which nodes ran elsewhere."
      })
  String provider;

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = "Of --provider. Default: models/tiny, which comes with the project.")
  Path bundle;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Examine a server of the Open Inference Protocol instead of this machine.")
  URI url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Its first line is sent to the server as a bearer token.")
  Path tokenFile;

  @Override
  public Integer call() throws Exception {
    if (bundle != null && provider == null) {
      throw new ParameterException(spec.commandLine(), "--bundle needs --provider");
    }
    if (url != null) {
      Optional<String> token =
          tokenFile == null ? Optional.empty() : Optional.of(ServeCommand.firstLine(tokenFile));
      Map<String, Object> found = ServerExamination.of(url, token);
      output.print(found, Facts.lines(found));
      return 0;
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("ideal4j", new Version().getVersion()[0]);
    facts.put("Java", "%s %s".formatted(System.getProperty("java.vendor"), Runtime.version()));
    facts.put(
        "machine",
        "%s %s, %d processors, %,d MiB heap"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() / MEBIBYTE));
    torch(facts);
    facts.put("ONNX Runtime", OrtEnvironment.getEnvironment().getVersion());
    facts.put("ONNX Runtime providers", OrtEnvironment.getAvailableProviders().toString());
    shipped(facts);
    boolean sound = provider == null || examineProvider(facts);
    if (images != null) {
      look(facts);
    }
    output.print(facts, Facts.lines(facts));
    return sound ? 0 : 1;
  }

  /** A doctor whose patient is ill tells the rest as well. */
  private boolean examineProvider(Map<String, Object> facts) {
    SessionSettings settings = new SessionSettings(Provider.parse(provider), processor.threads);
    try {
      ProviderExamination.of(bundle == null ? BundleOption.shipped(spec) : bundle, settings)
          .forEach(
              (graph, placement) ->
                  facts.put(
                      "%s on %s".formatted(graph, settings.provider()),
                      output.json ? placement : placement.toString()));
      return true;
    } catch (IOException e) {
      facts.put(settings.provider().toString(), e.getMessage());
      return false;
    }
  }

  /** What serves needs no PyTorch; a machine without it is examined all the same. */
  private void torch(Map<String, Object> facts) {
    try {
      facts.putAll(TorchEngine.start(processor.threads).facts());
    } catch (RuntimeException | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      facts.put("DJL engine", "does not start: %s".formatted(cause.getMessage()));
    }
  }

  private static void shipped(Map<String, Object> facts) {
    try {
      ShippedFiles files = ShippedFiles.locate();
      facts.put("project", files.home().toString());
      facts.put("models/tiny", files.bundle().isPresent() ? "there" : "not in this checkout");
    } catch (IllegalStateException e) {
      facts.put("project", e.getMessage());
    }
  }

  private void look(Map<String, Object> facts) throws IOException {
    PhotographSurvey.Result result =
        PhotographSurvey.run(
            new PhotographSurvey.Request(
                new Photographs(images, ImageSelection.all(), false, decoding.options()),
                sample,
                ShippedFiles.locate().bundle(),
                processor.threads),
            ConsoleProgress.detect());
    facts.putAll(output.json ? Map.of("images", result) : result.facts());
  }
}
