package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.names.NearNames;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much the class counts at each step of a generation: the scale e(t) in {@code logits = none +
 * e(t) * (class - none)} (classifier-free guidance, arXiv 2207.12598). All published rules are one
 * formula,
 *
 * <pre>e(t) = from + (to - from) * curve(progress(t))</pre>
 *
 * with what differs in the table of {@link #names()}. Names with a dot are those of a release,
 * whose scale may mean another thing: what {@code maskgit} calls 3 is 4 here.
 *
 * @param name one of {@link #names()}
 * @param scale s, in the sense of the rule
 * @param parameter of the curve: the power of a cosine, the last guided step of an interval, the
 *     tokens of {@code maskgen_kl.linear}; not used by the others
 */
public record GuidanceSchedule(String name, double scale, double parameter) {

  private static final Map<String, Rule> RULES = new LinkedHashMap<>();

  private interface Curve {
    /** The part of the way from start to end. */
    double at(double progress, double parameter);
  }

  private interface Progress {
    /** The part of the generation that is done, at step t of n. */
    double at(int t, int n, double parameter);
  }

  private interface End {
    double of(double scale);
  }

  /**
   * A rule.
   *
   * @param parameter what a name without one means; NaN if there must be one
   */
  private record Rule(End from, End to, Curve curve, Progress progress, double parameter) {}

  private static final Curve ALL = (progress, unused) -> 1;
  private static final Curve LINEAR = (progress, unused) -> progress;
  private static final Curve COSINE =
      (progress, power) -> (1 - Math.cos(Math.PI * Math.pow(progress, power))) / 2;

  /** Steps done before this one. */
  private static final Progress BEFORE = (t, n, unused) -> (double) t / n;

  /** Steps done with this one. */
  private static final Progress WITH = (t, n, unused) -> (t + 1.0) / n;

  /** Steps as they are. */
  private static final Progress STEPS = (t, n, unused) -> t;

  /** Tokens known with this step, where a cosine says how many are still hidden. */
  private static final Progress KNOWN =
      (t, n, tokens) ->
          1 - Math.max(1, Math.floor(tokens * Math.cos(Math.PI / 2 * (t + 1) / n))) / tokens;

  private static final End ONE = s -> 1;
  private static final End TWO = s -> 2;
  private static final End SCALE = s -> s;
  private static final End MORE = s -> s + 1;

  static {
    rule("constant", SCALE, SCALE, ALL, BEFORE, 0);
    rule("linear", ONE, SCALE, LINEAR, BEFORE, 0);
    rule("cosine", ONE, SCALE, COSINE, BEFORE, 1);
    rule("power-cosine", ONE, SCALE, COSINE, BEFORE, Double.NaN);
    rule("interval", ONE, SCALE, (t, last) -> t <= last ? 1 : 0, STEPS, Double.NaN);
    End llamagen = s -> s <= 1 ? 1 : s;
    rule("llamagen.constant", ONE, llamagen, ALL, BEFORE, 0);
    // The release does not count the first token.
    rule("llamagen.interval", ONE, llamagen, (t, c) -> t <= c + 1 ? 1 : 0, STEPS, Double.NaN);
    End rar = s -> s == 0 ? 1 : s;
    rule("rar.constant", ONE, rar, ALL, BEFORE, 0);
    rule("rar.cosine", ONE, rar, COSINE, BEFORE, 1);
    rule("rar.power_cosine", ONE, rar, COSINE, BEFORE, Double.NaN);
    rule("maskgit.constant", ONE, MORE, ALL, BEFORE, 0);
    rule("maskgit.linear", ONE, MORE, LINEAR, BEFORE, 0);
    rule("maskgit.power_cosine", ONE, SCALE, COSINE, BEFORE, Double.NaN);
    rule("maskgen.none", ONE, MORE, ALL, WITH, 0);
    rule("maskgen.linear", TWO, MORE, LINEAR, WITH, 0);
    rule("maskgen.cosine", TWO, MORE, COSINE, WITH, 1);
    // As released, without the shift of the cosine by one half: below 0 at the end for s above 5.
    rule("maskgen.flippedcosine", s -> (s + 3) / 2, s -> (5 - s) / 2, COSINE, WITH, 1);
    rule("maskgen_kl.linear", ONE, SCALE, LINEAR, KNOWN, Double.NaN);
    rule("maskgen_kl.constant", ONE, SCALE, ALL, WITH, 0);
  }

  private static void rule(
      String name, End from, End to, Curve curve, Progress progress, double parameter) {
    RULES.put(name, new Rule(from, to, curve, progress, parameter));
  }

  /** Checks name and numbers. */
  public GuidanceSchedule {
    if (!RULES.containsKey(name)) {
      throw new IllegalArgumentException(
          "unknown guidance '%s'; valid are %s%s"
              .formatted(name, RULES.keySet(), NearNames.hint(name, RULES.keySet())));
    }
    if (!(scale >= 0 && scale <= 100)) {
      throw new IllegalArgumentException("guidance must be in [0, 100], got %s".formatted(scale));
    }
    if (!(parameter >= 0 && parameter <= 1e6)) {
      throw new IllegalArgumentException(
          "guidance '%s' needs a second number of at least 0, as in %s:%s:2"
              .formatted(name, name, number(scale)));
    }
  }

  /** The names of all rules: five of our own, then those of releases. */
  public static List<String> names() {
    return List.copyOf(RULES.keySet());
  }

  /** The same scale at every step; 1 is without guidance. */
  public static GuidanceSchedule constant(double scale) {
    return new GuidanceSchedule("constant", scale, 0);
  }

  /** From 1 to a scale along half a cosine, the later the larger the power. */
  public static GuidanceSchedule powerCosine(double scale, double power) {
    return new GuidanceSchedule("power-cosine", scale, power);
  }

  /** A rule by its name, with the parameter that it has where none is said. */
  public static GuidanceSchedule named(String name, double scale) {
    Rule rule = RULES.get(name);
    return new GuidanceSchedule(name, scale, rule == null ? 0 : rule.parameter());
  }

  /**
   * Reads {@code SCALE}, {@code NAME:SCALE} or {@code NAME:SCALE:PARAMETER}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static GuidanceSchedule parse(String text) {
    List<String> parts = Arrays.asList(text.split(":", -1));
    try {
      return switch (parts.size()) {
        case 1 -> constant(Double.parseDouble(text));
        case 2 -> named(parts.get(0), Double.parseDouble(parts.get(1)));
        case 3 ->
            new GuidanceSchedule(
                parts.get(0), Double.parseDouble(parts.get(1)), Double.parseDouble(parts.get(2)));
        default -> throw new NumberFormatException();
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "guidance '%s' is neither a number nor NAME:SCALE[:PARAMETER], such as power-cosine:16:2.75"
              .formatted(text),
          e);
    }
  }

  /** e(0) to e(steps - 1). */
  public float[] scales(int steps) {
    Rule rule = RULES.get(name);
    double from = rule.from().of(scale);
    double to = rule.to().of(scale);
    float[] scales = new float[steps];
    for (int t = 0; t < steps; t++) {
      double progress = rule.progress().at(t, steps, parameter);
      scales[t] = (float) (from + (to - from) * rule.curve().at(progress, parameter));
    }
    return scales;
  }

  /** Whether every step has the scale 1, so that no second pass without the class is needed. */
  public boolean isOff(int steps) {
    for (float scaleOfStep : scales(steps)) {
      if (scaleOfStep != 1) {
        return false;
      }
    }
    return true;
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    if (name.equals("constant")) {
      return number(scale);
    }
    String plain = "%s:%s".formatted(name, number(scale));
    return parameter == RULES.get(name).parameter() ? plain : plain + ":" + number(parameter);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
