package io.github.ideal4j.cost;

import io.github.ideal4j.cost.ModelPart.Kind;
import io.github.ideal4j.training.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a training costs, computed from its configuration.
 *
 * <p>FLOP are two for each multiply-accumulate pair of a matrix product or convolution. Memory is
 * what arrays take: weights, gradients and AdamW's two means in float32, the averaged weights, and
 * every result of every operator of a batch, for results live until the step ends. The engine's own
 * workspace and the JVM come on top.
 *
 * @param parts of everything that is in memory during a step
 * @param gradientNumbers what the backward pass holds at its peak for each image
 * @param featureBytes that a cache on the disk takes for each photograph; 0 without one
 * @param training batch, steps, checkpoints
 */
public record TrainingCost(
    List<ModelPart> parts, double gradientNumbers, double featureBytes, TrainingConfig training) {

  public TrainingCost {
    parts = List.copyOf(parts);
  }

  /** Numbers that learn by gradient, a discriminator not counted. */
  public long trainable() {
    return count(Kind.TRAINED);
  }

  /** Numbers that stay. */
  public long frozen() {
    return count(Kind.FROZEN);
  }

  private long count(Kind kind) {
    return parts.stream()
        .filter(part -> part.kind() == kind)
        .mapToLong(ModelPart::parameters)
        .sum();
  }

  /** FLOP of a forward pass of one image through all that learns. */
  public double forwardFlop() {
    return 2
        * parts.stream()
            .filter(part -> part.kind() == Kind.TRAINED)
            .mapToDouble(ModelPart::products)
            .sum();
  }

  /** FLOP of a training step for one image. */
  public double stepFlop() {
    return 2 * sum(part -> part.products() * part.passes());
  }

  /** FLOP of the whole training. */
  public double totalFlop() {
    return stepFlop() * training.batch() * training.accumulate() * training.steps();
  }

  /** What memory holds during a step. */
  public record Memory(
      double weights,
      double gradients,
      double optimizer,
      double averages,
      double activationsOfAnImage) {

    /** Bytes with so many images at a time. */
    public double total(int batch) {
      return fixed() + batch * activationsOfAnImage;
    }

    /** Bytes that do not depend on the batch. */
    public double fixed() {
      return weights + gradients + optimizer + averages;
    }

    /** The most images at a time that fit; 0 if not even one does. */
    public int largestBatch(double bytes) {
      return (int) Math.max(0, Math.min(1 << 20, (bytes - fixed()) / activationsOfAnImage));
    }
  }

  /** What memory holds during a step. */
  public Memory memory() {
    return new Memory(
        sum(ModelPart::weightBytes),
        sum(ModelPart::gradientBytes),
        sum(ModelPart::optimizerBytes),
        sum(ModelPart::averageBytes),
        Float.BYTES * (sum(ModelPart::numbers) + gradientNumbers));
  }

  /** Bytes of one checkpoint: weights, averages, optimizer. */
  public double checkpointBytes() {
    return memory().weights()
        - Float.BYTES * (double) frozen()
        + memory().averages()
        + memory().optimizer();
  }

  private double sum(ToDoubleFunction<ModelPart> of) {
    return parts.stream().mapToDouble(of).sum();
  }

  /**
   * What to do where a batch does not fit, such as {@code training.batch=32 training.accumulate=8};
   * empty where it fits.
   *
   * @param bytes of memory
   */
  public String advice(double bytes) {
    int largest = memory().largestBatch(bytes);
    if (training.batch() <= largest) {
      return "";
    }
    if (largest == 0) {
      return "not even one image fits";
    }
    int times = 1;
    while (training.batch() % times != 0 || training.batch() / times > largest) {
      times++;
    }
    return "training.batch=%d training.accumulate=%d has the same step"
        .formatted(training.batch() / times, training.accumulate() * times);
  }

  /**
   * The cost in words.
   *
   * @param machineBytes memory of this machine
   * @param gpu to estimate for
   */
  public String text(double machineBytes, Accelerator gpu) {
    List<String> lines = new ArrayList<>();
    lines.add(row("part", "parameters", "GFLOP forward", "GFLOP step", "MB an image"));
    for (ModelPart part : parts) {
      lines.add(
          row(
              part.name() + suffix(part.kind()),
              String.format(Locale.ROOT, "%,d", part.parameters()),
              giga(2 * part.products()),
              giga(2 * part.products() * part.passes()),
              mega(Float.BYTES * part.numbers())));
    }
    Memory memory = memory();
    int batch = training.batch();
    lines.add("");
    line(lines, "trainable", "%s M", million(trainable()));
    line(lines, "frozen", "%s M", million(frozen()));
    line(
        lines,
        "an image",
        "%s GFLOP forward through what learns, %s GFLOP in a training step",
        giga(forwardFlop()),
        giga(stepFlop()));
    line(
        lines,
        "memory",
        "%s: weights %s, gradients %s, optimizer %s, averages %s, activations %s (%d x %s)",
        bytes(memory.total(batch)),
        bytes(memory.weights()),
        bytes(memory.gradients()),
        bytes(memory.optimizer()),
        bytes(memory.averages()),
        bytes(batch * memory.activationsOfAnImage()),
        batch,
        bytes(memory.activationsOfAnImage()));
    line(lines, "this machine", "%s", fit(machineBytes));
    line(lines, gpu.name(), "%s", fit(gpu.bytes()));
    line(
        lines,
        "time",
        "%,d steps of %,d images, %.2g FLOP: %s on one %s in float32, %s in bfloat16, at %.0f %% of %.0f and %.0f %% of %.0f TFLOP/s",
        training.steps(),
        batch * training.accumulate(),
        totalFlop(),
        days(gpu.daysInFloat32(totalFlop())),
        gpu.name(),
        days(gpu.daysInBfloat16(totalFlop())),
        100 * gpu.ofFloat32(),
        gpu.float32() / 1e12,
        100 * gpu.ofBfloat16(),
        gpu.bfloat16() / 1e12);
    line(lines, "disk", "%s a checkpoint%s", bytes(checkpointBytes()), cache());
    return String.join(System.lineSeparator(), lines);
  }

  private String cache() {
    return featureBytes == 0
        ? ""
        : ", %s of cached features a photograph".formatted(bytes(featureBytes));
  }

  private String fit(double bytes) {
    String advice = advice(bytes);
    return advice.isEmpty()
        ? "fits into %s, up to %,d images at a time"
            .formatted(bytes(bytes), memory().largestBatch(bytes))
        : "does not fit into %s; %s".formatted(bytes(bytes), advice);
  }

  private static void line(List<String> lines, String name, String format, Object... values) {
    lines.add("%-13s ".formatted(name) + String.format(Locale.ROOT, format, values));
  }

  private static String row(String name, String... cells) {
    StringBuilder row = new StringBuilder("%-34s".formatted(name));
    for (String cell : cells) {
      row.append("%15s".formatted(cell));
    }
    return row.toString();
  }

  private static String suffix(Kind kind) {
    return switch (kind) {
      case TRAINED -> "";
      case FOLLOWING -> " (averages)";
      case JUDGING -> " (its own optimizer)";
      case FROZEN -> " (frozen)";
    };
  }

  private static String million(long count) {
    return String.format(Locale.ROOT, count >= 10_000_000 ? "%.1f" : "%.2f", count / 1e6);
  }

  private static String giga(double flop) {
    return String.format(Locale.ROOT, flop >= 1e10 ? "%.1f" : "%.3f", flop / 1e9);
  }

  private static String mega(double bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }

  private static String bytes(double count) {
    return count >= 1e9
        ? String.format(Locale.ROOT, count >= 1e10 ? "%.0f GB" : "%.1f GB", count / 1e9)
        : String.format(Locale.ROOT, count >= 1e7 ? "%.0f MB" : "%.1f MB", count / 1e6);
  }

  private static String days(double count) {
    double hours = 24 * count;
    if (hours < 1) {
      return String.format(Locale.ROOT, "%.2f minutes", 60 * hours);
    }
    return hours < 24
        ? String.format(Locale.ROOT, "%.1f hours", hours)
        : String.format(Locale.ROOT, count >= 10 ? "%.0f days" : "%.1f days", count);
  }
}
