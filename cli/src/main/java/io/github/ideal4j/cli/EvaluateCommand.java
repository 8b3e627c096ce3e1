package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.Evaluating;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Measure a bundle on photographs: PSNR (mean over images), SSIM (7x7 window, data range 1),",
      "LPIPS (SqueezeNet), use of the codebook, and cosines to the backbone's own features."
    },
    footer = {"", "Example:", "  ideal evaluate --bundle models/tiny --split test --json"})
final class EvaluateCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin Output output;
  @Mixin BundleOptions bundle;
  @Mixin ImageOptions images;

  @Option(
      names = "--backbone",
      paramLabel = "FILE",
      description = {
        "The backbone of the bundle, for the cosines; 'none' leaves them out.",
        "Default: the one that comes with the project."
      })
  String backbone;

  @Option(
      names = "--features",
      paramLabel = "DIR",
      description = "Folder of cached backbone features. Default: .ideal/features.")
  Path features;

  @Option(
      names = "--device",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description = "Where LPIPS and features run: auto, cpu, cuda or cuda:N.")
  String device;

  @Override
  public Integer call() throws Exception {
    Evaluating.Result result =
        Evaluating.run(
            new Evaluating.Request(
                bundle.bundle(spec),
                images.photographs(),
                backboneFile(),
                features == null ? ShippedFiles.cache() : features,
                device,
                common.threads,
                bundle.settings(common.threads)),
            ConsoleProgress.detect());
    Map<String, Double> numbers = result.evaluation().metrics().byName();
    Map<String, String> shown = new LinkedHashMap<>();
    numbers.forEach((name, value) -> shown.put(name, String.format(Locale.ROOT, "%.4f", value)));
    shown.put("skipped", Integer.toString(result.skipped()));
    output.print(numbers, Facts.lines(shown));
    return 0;
  }

  private Optional<Path> backboneFile() {
    if (backbone == null) {
      return Optional.of(ShippedFiles.locate().backbone());
    }
    return backbone.equals("none") ? Optional.empty() : Optional.of(Path.of(backbone));
  }
}
