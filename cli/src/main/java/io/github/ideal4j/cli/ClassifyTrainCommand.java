package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.tribuo.ClassifierEvaluation;
import io.github.ideal4j.tribuo.FeatureSpec;
import io.github.ideal4j.tribuo.TokenClassifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal classify train}. */
@Command(
    name = "train",
    description = "Train a logistic regression on the labeled rows of a token file.",
    footer = {
      "",
      "Example:",
      "  ideal classify train --tokens train.arrow --test test.arrow --features pyramid \\",
      "      --out model.tribuo"
    })
final class ClassifyTrainCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE|DIR",
      description = "Tokens with labels.")
  Path tokens;

  @Option(
      names = "--test",
      paramLabel = "FILE|DIR",
      description = "Other tokens with labels to measure the accuracy on.")
  Path test;

  @Option(
      names = "--features",
      paramLabel = "SPEC",
      defaultValue = FeatureSpec.DEFAULT,
      description = {
        "What is made of the tokens: boc (histogram of codes; boc:l2, boc:count ...),",
        "pyramid (histograms of the whole and of its quarters), pooled (mean code; needs",
        "--codebook), or several joined with +. Default: ${DEFAULT-VALUE}."
      })
  String features;

  @Option(
      names = "--codebook",
      paramLabel = "FILE",
      description = "codebook.safetensors of the bundle, for pooled features.")
  Path codebook;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Order of the examples. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL.tribuo",
      description = "The model to write, in Tribuo's own format.")
  Path out;

  @Override
  public Integer call() throws Exception {
    TokenClassifier classifier =
        TokenClassifier.train(
            tokens,
            FeatureSpec.parse(features),
            Optional.ofNullable(codebook),
            seed,
            ConsoleProgress.detect());
    classifier.save(out);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", out.toString());
    result.put("features", classifier.spec());
    result.put("classes", classifier.classes().size());
    String text = "%d classes by %s: %s".formatted(classifier.classes().size(), features, out);
    if (test != null) {
      try (TokenDataset dataset = TokenDataset.open(test)) {
        ClassifierEvaluation evaluation = classifier.evaluate(dataset);
        result.put("test", evaluation);
        text += "%n%s".formatted(evaluation);
      }
    }
    output.print(result, text);
    return 0;
  }
}
