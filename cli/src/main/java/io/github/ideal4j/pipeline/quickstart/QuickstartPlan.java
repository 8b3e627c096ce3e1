package io.github.ideal4j.pipeline.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much the quickstart does in a given time. The photographs follow from the minutes alone; so
 * do the steps, unless the machine is too slow for them ({@link #fitted}). A plan is kept in the
 * folder of its results, so that what was stopped goes on with the same one.
 *
 * @param minutes that two ordinary cores need at most
 * @param trainEvery trains on every n-th photograph of the split train
 * @param testEvery measures on every n-th photograph of the split test
 * @param tokenizerSteps of training
 * @param priorSteps of training
 * @param share of the steps that these minutes are meant for, above 0, at most 1
 */
public record QuickstartPlan(
    double minutes,
    int trainEvery,
    int testEvery,
    int tokenizerSteps,
    int priorSteps,
    double share) {

  /** What is done unless something else is asked for. */
  public static final double STANDARD_MINUTES = 15;

  private static final String FILE = "plan.json";
  private static final int TOKENIZER_STEPS = 1900;
  private static final int PRIOR_STEPS = 500;
  private static final double TRAIN_EVERY = 3;
  private static final double TEST_EVERY = 4;

  // Measured on two cores of a Xeon with AVX-512, whose MachinePace is 1.
  private static final double SECONDS_A_TOKENIZER_STEP = 0.138;
  private static final double SECONDS_A_PRIOR_STEP = 0.4;
  private static final double SECONDS_A_PHOTOGRAPH = 0.065;

  /** What the estimate may be wrong by. */
  private static final double SAFETY = 0.95;

  private static final double GRAIN = 20;

  /**
   * The plan for some minutes.
   *
   * @param minutes 1 to 10,000
   */
  public static QuickstartPlan of(double minutes) {
    if (!(minutes >= 1 && minutes <= 10_000)) {
      throw new IllegalArgumentException(
          "the budget must be 1 to 10000 minutes, got %s".formatted(minutes));
    }
    double scale = minutes / STANDARD_MINUTES;
    return new QuickstartPlan(
        minutes,
        every(TRAIN_EVERY / scale),
        every(TEST_EVERY / scale),
        (int) Math.round(TOKENIZER_STEPS * scale),
        (int) Math.round(PRIOR_STEPS * scale),
        1);
  }

  private static int every(double share) {
    return (int) Math.max(1, Math.round(share));
  }

  /**
   * The same plan with fewer steps where this machine would not end in time; never with more. The
   * share is a multiple of 1/20, so that small differences of pace give the same plan.
   *
   * @param pace how many times longer this machine needs, see {@link MachinePace}
   * @param photographs of both splits together
   */
  public QuickstartPlan fitted(double pace, int photographs) {
    double given = SAFETY * 60 * minutes / pace - SECONDS_A_PHOTOGRAPH * photographs;
    double needed = SECONDS_A_TOKENIZER_STEP * tokenizerSteps + SECONDS_A_PRIOR_STEP * priorSteps;
    double fits = Math.floor(GRAIN * given / needed) / GRAIN;
    double kept = Math.max(1 / GRAIN, Math.min(1, fits));
    return new QuickstartPlan(
        minutes,
        trainEvery,
        testEvery,
        (int) Math.max(1, Math.round(kept * tokenizerSteps)),
        (int) Math.max(1, Math.round(kept * priorSteps)),
        kept);
  }

  /** The plan that was begun in a folder, or else this one, which is then written there. */
  QuickstartPlan keptIn(Path folder) throws IOException {
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      Files.createDirectories(folder);
      AtomicFile.write(file, beside -> json.writeValue(beside.toFile(), this));
      return this;
    }
    QuickstartPlan begun = json.readValue(file.toFile(), QuickstartPlan.class);
    if (begun.minutes != minutes) {
      throw new IllegalArgumentException(
          "%s was begun with --budget %s; give that one, or another --out"
              .formatted(folder, begun.minutes));
    }
    return begun;
  }

  /** Whether a folder holds a plan that was begun. */
  static boolean isKeptIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }
}
