package io.github.ideal4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.cli.IdealCommand;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.training.BatchFeed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of source feeds a training while it runs, and need not fit into memory. */
class TrainingSourcesTest {

  private static final int PATIENCE_SECONDS = 120;
  private static final int MANY = 90;
  private static final int BATCH = 10;
  private static final int SIZE = 32;
  private static final long HEAP = 24L << 20;

  @TempDir Path folder;

  private static byte[] photograph(int number, int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    SplittableRandom random = new SplittableRandom(number);
    int[] corner = random.ints(3, 0, 120).toArray();
    for (int i = 0; i < pixels.length; i++) {
      int column = i / 3 % width;
      int row = i / 3 / width;
      pixels[i] = (byte) (corner[i % 3] + 60 * column / width + 70 * row / height);
    }
    return ArchivedPhotographs.png(new RgbImage(width, height, pixels));
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR", "HUGGING_FACE"})
  void aTrainingReadsCropsAndMirrorsAsItGoes(ArchivedPhotographs kind) throws IOException {
    Path data = kind.write(folder.resolve("data"), 8, i -> photograph(i, 90, 70));
    StringWriter said = new StringWriter();
    String line =
        "train tokenizer --data "
            + data
            + " --threads 2 --device cpu --strict --set training.steps=2 --set training.batch=2"
            + " --set model.grid=8 --set backbone.inputSize=128"
            + " --set data.cacheFeatures=false --set data.smallestCrop=0.8 --set data.mirror=true"
            + " --set data.standardizeFrom=2 --set model.codebook.size=32 --set loss.lpips=0"
            + " --set model.codebook.kmeansIterations=1 --feature-cache "
            + folder.resolve("features")
            + " --out "
            + folder.resolve("run");
    PrintWriter out = new PrintWriter(said, true);
    assertThat(IdealCommand.execute(out, line.split(" "))).as(said.toString()).isZero();
    assertThat(said.toString()).contains("2 steps on 8 photographs");
    assertThat(folder.resolve("run/checkpoints/step-0000002/ema.safetensors")).exists();
  }

  @ParameterizedTest
  @EnumSource
  void aSourceMayBeLargerThanTheMemory(ArchivedPhotographs kind) throws Exception {
    Path data = kind.write(folder.resolve("data"), MANY, i -> photograph(i, 600, 400));
    assertThat(bytes(data)).isGreaterThan(2 * HEAP);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path log = folder.resolve("child.log");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP,
                "-cp",
                classPath,
                Child.class.getName(),
                data.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      child.destroyForcibly();
    }
    assertThat(Files.readString(log).strip()).isEqualTo("%d crops".formatted(MANY));
  }

  private static long bytes(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Reads an epoch, as a training does, and prints how many different crops it has seen. */
  static final class Child {

    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Photographs photographs = Photographs.all(Path.of(arguments[0]));
      Set<Integer> crops = new HashSet<>();
      try (SourceReader reader = SourceReader.open(photographs, SIZE, 0.8);
          BatchFeed feed = new BatchFeed(reader, new BatchFeed.Settings(BATCH, 1, true, 2, 4))) {
        for (int batch = 0; batch < MANY / BATCH; batch++) {
          for (RgbImage image : feed.images(batch)) {
            crops.add(Arrays.hashCode(image.pixels()));
          }
        }
      }
      System.out.printf("%d crops%n", crops.size());
    }
  }
}
