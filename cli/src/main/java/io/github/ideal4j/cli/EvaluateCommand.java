package io.github.ideal4j.cli;

import io.github.ideal4j.evaluation.EvaluationProtocol;
import io.github.ideal4j.evaluation.StageTiming;
import io.github.ideal4j.evaluation.bundle.Measurements;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.evaluation.Evaluating;
import io.github.ideal4j.pipeline.evaluation.EvaluationPage;
import io.github.ideal4j.pipeline.evaluation.EvaluationSettings;
import io.github.ideal4j.pipeline.evaluation.EvaluationTable;
import io.github.ideal4j.pipeline.evaluation.Metric;
import io.github.ideal4j.pipeline.evaluation.SelfTest;
import io.github.ideal4j.pipeline.evaluation.SetComparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Measure a bundle on photographs, or compare two sets of images (--reference).",
      "Every table says protocol, numbers of images and what they were compared with."
    },
    footer = {
      "",
      "Examples:",
      "  ideal evaluate --bundle models/tiny --split test",
      "  ideal evaluate --split test --metrics all --peer vqvae --peer taef2 \\",
      "      --peer jpeg --report evaluation.html",
      "  ideal evaluate --reference photos/ --images samples/ \\",
      "      --protocol torch-fidelity --metrics kid,fid768,precision",
      "  ideal evaluate --self-test"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;
  @Mixin ImageOptions images;

  @Option(
      names = "--reference",
      paramLabel = "SRC",
      description = {
        "Real images: compares --images with them instead of measuring a bundle.",
        "Where both have the same names, also one by one."
      })
  Path reference;

  @Option(
      names = "--reference-split",
      paramLabel = "NAME",
      description = "Only reference images of this split.")
  String referenceSplit;

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "default",
      description = {
        "default (psnr, ssim, lpips, usage, cosine), all that can be had, or some of psnr, ssim,",
        "ms-ssim, lpips, lpips-alex, lpips-vgg, fid64, fid192, fid768, fid2048, sfid, kid,",
        "precision, is, usage, cosine, sensitivity, probe, prior."
      })
  List<String> metrics;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = {
        "native (crop to the bundle's size), adm256 (the literature's crop to 256 x 256), or",
        "torch-fidelity (images as they are). Default: native; torch-fidelity with --reference."
      })
  String protocol;

  @Option(
      names = "--peer",
      paramLabel = "CODEC",
      description = {
        "Also measure this codec on the same photographs: jpeg, webp, vqvae[:FILE], taef2[:FILE],",
        "or bundle:DIR. May be given often."
      })
  List<String> peers = new ArrayList<>();

  @Option(
      names = "--probe-split",
      paramLabel = "NAME",
      defaultValue = "train",
      description = "What probes learn from. Default: ${DEFAULT-VALUE}.")
  String probeSplit;

  @Option(
      names = "--backbone",
      paramLabel = "DIR|FILE",
      description = {
        "The backbone of the bundle, for cosines and probes; 'none' leaves them out.",
        "Default: the one that comes with the project."
      })
  String backbone;

  @Option(
      names = "--inception",
      paramLabel = "FILE",
      description = {
        "Inception's weights as safetensors; complete ones give fid2048 and is.",
        "Default: those that come with the project, for up to 768 features."
      })
  Path inception;

  @Option(
      names = "--lpips-alex",
      paramLabel = "FILE",
      description = "torchvision's AlexNet as safetensors.")
  Path alex;

  @Option(
      names = "--lpips-vgg",
      paramLabel = "FILE",
      description = "torchvision's VGG16 as safetensors.")
  Path vgg;

  @Option(
      names = "--feature-cache",
      paramLabel = "DIR",
      description = "Folder of cached backbone features. Default: .ideal/features.")
  Path features;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write a page with tables, pictures and provenance, too.")
  Path report;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "All draws follow from it. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--device",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description = "Where networks that are not served run: auto, cpu, cuda or cuda:N.")
  String device;

  @Option(
      names = "--self-test",
      description = "Compute known cases, print the differences, and fail if one is too large.")
  boolean selfTest;

  @Override
  public Integer call() throws Exception {
    if (selfTest) {
      SelfTest.Result result = SelfTest.run(processor.threads);
      output.print(result.checks(), result.text());
      return result.passed() ? 0 : 1;
    }
    return reference == null ? evaluate() : compare();
  }

  private int evaluate() throws Exception {
    Path folder = bundle.bundle(spec);
    EvaluationSettings settings = settings(EvaluationProtocol.NATIVE);
    Evaluating.Result result =
        Evaluating.run(
            new Evaluating.Request(
                folder, images.photographs(), settings, report == null ? 0 : EvaluationPage.SHOWN),
            ConsoleProgress.detect());
    if (report != null) {
      EvaluationPage.write(report, folder, settings, result, command());
    }
    print(settings, result.metrics(), result.peers(), result.timings(), originals(result));
    return 0;
  }

  private Map<String, Object> originals(Evaluating.Result result) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("bundle", bundle.bundle(spec).toString());
    facts.put("photographs", result.originals().images());
    facts.put("photographsSha256", result.originals().sha256());
    facts.put("skipped", result.skipped());
    return facts;
  }

  private int compare() throws Exception {
    if (bundle.bundle != null || !peers.isEmpty() || report != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--reference compares two sets of images; --bundle, --peer and --report measure a bundle");
    }
    EvaluationSettings settings = settings(EvaluationProtocol.TORCH_FIDELITY);
    Photographs real =
        new Photographs(reference, new ImageSelection(referenceSplit, 1), images.strict);
    SetComparison.Result result =
        SetComparison.run(
            new SetComparison.Request(real, images.photographs(), settings),
            ConsoleProgress.detect());
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("reference", reference.toString());
    facts.put("references", result.reference().images());
    facts.put("referenceSha256", result.reference().sha256());
    facts.put("images", result.images().images());
    facts.put("imagesSha256", result.images().sha256());
    facts.put("paired", result.paired());
    facts.put("skipped", result.skipped());
    print(settings, result.metrics(), Map.of(), result.timings(), facts);
    return 0;
  }

  private void print(
      EvaluationSettings settings,
      Measurements numbers,
      Map<String, Measurements> peerNumbers,
      List<StageTiming> timings,
      Map<String, Object> facts)
      throws Exception {
    Map<String, Object> all = new LinkedHashMap<>();
    Map<String, Object> conditions = new LinkedHashMap<>();
    conditions.put("protocol", settings.protocol() + " (" + settings.protocol().crop() + ")");
    conditions.put("inceptionResize", "TensorFlow 1 bilinear to 299 x 299");
    conditions.putAll(facts);
    all.put("conditions", conditions);
    all.put("metrics", numbers.byName());
    Map<String, Object> columns = new LinkedHashMap<>();
    peerNumbers.forEach((name, column) -> columns.put(name, column.byName()));
    all.put("peers", columns);
    all.put("notes", numbers.notes());
    Map<String, Double> seconds = new LinkedHashMap<>();
    timings.forEach(timing -> seconds.put(timing.stage(), timing.seconds()));
    all.put("seconds", seconds);
    output.print(all, text(conditions, numbers, peerNumbers, timings));
  }

  private static String text(
      Map<String, Object> conditions,
      Measurements numbers,
      Map<String, Measurements> peers,
      List<StageTiming> timings) {
    StringBuilder text = new StringBuilder(Facts.lines(conditions)).append('\n');
    text.append(EvaluationTable.of(numbers, peers).text()).append('\n');
    numbers.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    EvaluationTable.peerNotes(numbers, peers)
        .forEach(note -> text.append("- ").append(note).append('\n'));
    double all = timings.stream().mapToDouble(StageTiming::seconds).sum();
    long count = timings.isEmpty() ? 0 : timings.get(0).units();
    text.append(String.format(Locale.ROOT, "%n%.1f images/s:", count / all));
    for (StageTiming timing : timings) {
      text.append(
          String.format(
              Locale.ROOT,
              " %s %.0f %%,",
              timing.stage().toLowerCase(Locale.ROOT),
              100 * timing.seconds() / all));
    }
    text.setLength(text.length() - 1);
    return text.append('\n').toString();
  }

  private EvaluationSettings settings(EvaluationProtocol otherwise) {
    boolean named = !metrics.contains("default") && !metrics.contains("all");
    return new EvaluationSettings(
        Metric.parse(metrics),
        named,
        protocol == null ? otherwise : EvaluationProtocol.parse(protocol),
        new EvaluationSettings.Files(
            backboneFile(),
            features == null ? ShippedFiles.cache() : features,
            Optional.of(inception == null ? ShippedFiles.locate().inception() : inception),
            Optional.ofNullable(alex),
            Optional.ofNullable(vgg)),
        peers,
        probeSplit,
        seed,
        device,
        processor.threads,
        bundle.settings(processor.threads));
  }

  private String command() {
    return "ideal " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }

  private Optional<Path> backboneFile() {
    if (backbone == null) {
      return Optional.of(ShippedFiles.locate().backbone());
    }
    return backbone.equals("none") ? Optional.empty() : Optional.of(Path.of(backbone));
  }
}
