package io.github.ideal4j.tokenizer;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.Uploads;
import io.github.ideal4j.training.StopSignal;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How often a training waits for the device. In a JVM of its own, DJL's binding is changed so that
 * it counts what brings values, or sizes that depend on values, to the host, and what brings
 * numbers to the device other than through pinned memory.
 */
public class HostReadsTest {

  private static final int PATIENCE_SECONDS = 120;
  private static final int STEPS = 10;
  private static final int EVERY = 5;

  /** What a GPU would have to be waited for. */
  private static final String[] READING = {
    "getByteBuffer", "contentEqual", "booleanMask", "booleanMaskSet", "nonZeros", "unique"
  };

  /** Also what an operation with a Java number does first. */
  private static final String CREATING = "createNdFromByteBuffer";

  @TempDir Path folder;

  /** With all losses on, dead codes restarted and the discriminator learning. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "data.cacheFeatures=true",
        "data.cacheFeatures=false training.accumulate=2 model.codebook.learning=GRADIENT model.codebook.entropyWeight=0.01"
      })
  void lossesAreReadWhenALineIsDueAndNothingElseIs(String given) throws Exception {
    new ByteBuddy()
        .redefine(JniUtils.class)
        .visit(Advice.to(Counting.class).on(namedOneOf(READING)))
        .visit(Advice.to(CountingUploads.class).on(named(CREATING)))
        .make()
        .saveIn(Files.createDirectories(folder.resolve("changed")).toFile());
    List<Long> reads = train(given);
    assertThat(reads).hasSize(STEPS);
    for (int step = 1; step <= STEPS; step++) {
      // what was read between the end of the step before and the end of this one
      boolean afterALine = step == EVERY + 1;
      assertThat(reads.get(step - 1) > 0).as("step %d of %s", step, reads).isEqualTo(afterALine);
    }
    assertThat(reads.get(EVERY)).as("a number for each loss").isBetween(9L, 30L);
  }

  private List<Long> train(String given) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path log = folder.resolve("child.log");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                folder.resolve("changed") + File.pathSeparator + classPath,
                Child.class.getName(),
                folder.toString(),
                given)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      child.destroyForcibly();
    }
    return Arrays.stream(Files.readString(folder.resolve("reads")).split(" "))
        .map(Long::valueOf)
        .toList();
  }

  /** What DJL's binding counts into; public for it. */
  public static final class Reads {
    public static final AtomicLong COUNT = new AtomicLong();

    private Reads() {}

    /** Counts an array that is made of Java's numbers, unless it is made to be uploaded. */
    public static void creation() {
      boolean uploaded =
          StackWalker.getInstance()
              .walk(frames -> frames.anyMatch(f -> f.getClassName().equals(UPLOADS)));
      if (!uploaded) {
        COUNT.incrementAndGet();
      }
    }
  }

  private static final String UPLOADS = Uploads.class.getName();

  /** Copied to the beginning of the methods that are counted. */
  static final class Counting {
    private Counting() {}

    @Advice.OnMethodEnter
    static void count() {
      Reads.COUNT.incrementAndGet();
    }
  }

  /** Copied to the beginning of the method that makes arrays of numbers. */
  static final class CountingUploads {
    private CountingUploads() {}

    @Advice.OnMethodEnter
    static void count() {
      Reads.creation();
    }
  }

  /** Trains and writes how much was read in each step. */
  static final class Child {

    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Path root = Path.of(arguments[0]);
      Path backbone = TinyVit.write(root.resolve("vit.safetensors"), 1);
      List<String> settings =
          new ArrayList<>(
              List.of(
                  "training.steps=" + STEPS,
                  "training.logEvery=" + EVERY,
                  "training.validateEvery=0",
                  "training.checkpointEvery=" + STEPS,
                  "model.codebook.restartEvery=3",
                  "loss.lpips=0.5",
                  "adversarial.weight=0.5",
                  "adversarial.network=PATCHES",
                  "adversarial.channels=8",
                  "adversarial.depth=1",
                  "adversarial.discriminatorStart=1",
                  "adversarial.generatorStart=2"));
      settings.addAll(List.of(arguments[1].split(" ")));
      StepReads reads = new StepReads();
      try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
        new TokenizerTrainer(
                TinyTokenizer.config(settings.toArray(new String[0])),
                manager,
                root.resolve("features"),
                (name, total, unit) ->
                    name.startsWith("Training")
                        ? reads.begun()
                        : Progress.silent().start(name, total, unit),
                new StopSignal())
            .train(
                new TokenizerTrainer.Photographs(
                    TinyPhotographs.of(16, TinyVit.INPUT_SIZE, 1), List.of(), Map.of()),
                backbone,
                root.resolve("run"),
                false);
      }
      Files.writeString(root.resolve("reads"), String.join(" ", reads.counts));
    }
  }

  /** Hears of every step. */
  private static final class StepReads implements Progress.Stage {
    private final List<String> counts = new ArrayList<>();
    private long before;

    StepReads begun() {
      before = Reads.COUNT.get();
      return this;
    }

    @Override
    public void skip(long units) {}

    @Override
    public void advance(long units) {
      counts.add(Long.toString(Reads.COUNT.get() - before));
      before = Reads.COUNT.get();
    }

    @Override
    public void note(String remark) {}

    @Override
    public void close() {}
  }
}
