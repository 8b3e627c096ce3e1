package io.github.ideal4j.pipeline.quickstart;

import io.github.ideal4j.evaluation.StageTiming;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What the quickstart says at its end. */
public final class QuickstartSummary {

  private QuickstartSummary() {}

  /** The command as its launcher was called. */
  static String ideal() {
    return Objects.requireNonNullElse(System.getenv("IDEAL_COMMAND"), "ideal");
  }

  /** Commands to try with what was made. */
  public static List<String> next(Path out) {
    String bundle = out.resolve("bundle").toString();
    return Stream.of(
            "sample --bundle %s --label sunflower --count 8 --out sunflowers.png".formatted(bundle),
            "tokenize --bundle %s --images YOUR_PHOTOS --out tokens.arrow".formatted(bundle),
            "tokens inspect %s".formatted(out.resolve("tokens/train.arrow")),
            "quickstart --budget 60")
        .map(words -> ideal() + " " + words)
        .toList();
  }

  /** All numbers by name, for {@code --json}. */
  public static Map<String, Object> numbers(Quickstart.Result result) {
    Map<String, Object> numbers = new LinkedHashMap<>(result.evaluation().metrics().byName());
    Map<String, Double> accuracies = new LinkedHashMap<>();
    result.accuracies().forEach((name, value) -> accuracies.put(name, value.accuracy()));
    numbers.put("accuracies", accuracies);
    Map<String, Double> seconds = new LinkedHashMap<>();
    result.timings().forEach(stage -> seconds.put(stage.stage(), stage.seconds()));
    numbers.put("seconds", seconds);
    numbers.put("equalTokens", result.export().comparison().equalTokens());
    numbers.put("report", result.report().toString());
    return numbers;
  }

  /** The table that is printed. */
  public static String text(Quickstart.Request request, Quickstart.Result result) {
    StringBuilder text = new StringBuilder();
    section(text, "Quality on test photographs");
    result
        .evaluation()
        .metrics()
        .byName()
        .forEach((name, value) -> line(text, name, String.format(Locale.ROOT, "%.3f", value)));
    section(text, "Accuracy on test photographs");
    line(text, "most frequent class", percent(first(result)));
    result.accuracies().forEach((name, value) -> line(text, name, percent(value.accuracy())));
    section(text, "Exported graphs against their originals");
    line(text, "tokenizer", result.export().comparison().toString());
    line(text, "prior", result.export().priorComparison());
    line(text, "classifier", result.fused().text());
    section(text, "Time");
    double total = 0;
    for (StageTiming stage : result.timings()) {
      line(
          text,
          stage.stage(),
          String.format(
              Locale.ROOT,
              "%6.1f s  %,d %s, %.1f/s",
              stage.seconds(),
              stage.units(),
              stage.unit(),
              stage.perSecond()));
      total += stage.seconds();
    }
    line(text, "all", String.format(Locale.ROOT, "%6.1f s", total));
    section(text, "Files");
    for (String name :
        List.of("report.html", "samples.png", "bundle", "tokens", "classifier.onnx")) {
      line(text, name, request.out().resolve(name).toString());
    }
    section(text, "Next");
    next(request.out()).forEach(command -> text.append("  ").append(command).append('\n'));
    return text.toString();
  }

  private static double first(Quickstart.Result result) {
    return result.accuracies().values().iterator().next().majorityBaseline();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static void section(StringBuilder text, String title) {
    text.append('\n').append(title).append('\n');
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-24s %s%n".formatted(name, value));
  }
}
