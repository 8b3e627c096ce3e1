package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process holds does not grow with the number of calls. It runs apart, with a heap of a
 * fixed size that is in memory from the start, so that what grows is native. {@code
 * -Dideal.calls=10000} for the long run.
 */
class NativeMemoryTest {

  private static final Path STATUS = Path.of("/proc/self/status");

  /**
   * Compiled code and the pieces that an allocator keeps; a lost buffer a call would be far more.
   */
  private static final long GROWTH = 8 << 20;

  @TempDir Path folder;

  /** What the other process runs; prints by how much it grew. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      Bundle bundle = Bundle.open(Path.of(arguments[1]));
      int times = Integer.parseInt(arguments[2]);
      Work work = arguments[0].equals("call") ? Program::call : Program::open;
      work.run(bundle, Math.max(20, times / 3));
      // A leak shows in every round; what the compiler of the JVM still takes does not.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 3; round++) {
        long before = resident();
        work.run(bundle, times);
        least = Math.min(least, resident() - before);
      }
      System.out.println(least);
    }

    private interface Work {
      void run(Bundle bundle, int times) throws IOException;
    }

    private static void open(Bundle bundle, int times) throws IOException {
      SessionSettings settings = SessionSettings.cpu().withThreads(1);
      for (int i = 0; i < times; i++) {
        ImageTokenizer.open(bundle, settings).warmUp().close();
        ImageSampler.open(bundle, settings).close();
      }
    }

    private static void call(Bundle bundle, int times) throws IOException {
      SessionSettings settings = SessionSettings.cpu().withThreads(1);
      List<RgbImage> images = IntStream.range(0, 4).mapToObj(TinyBundle::image).toList();
      try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings);
          ImageSampler sampler = ImageSampler.open(bundle, settings)) {
        for (int i = 0; i < times; i++) {
          tokenizer.decode(tokenizer.encode(images));
          sampler.sample(new int[] {i % 3}, SamplingOptions.PLAIN, i);
        }
      }
    }

    private static long resident() throws IOException {
      System.gc();
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void callsLeaveNothingBehind() throws Exception {
    assertThat(growth("call", Integer.getInteger("ideal.calls", 3000))).isLessThan(GROWTH);
  }

  @Test
  void closedTokenizersLeaveNothingBehind() throws Exception {
    assertThat(growth("open", 100)).isLessThan(GROWTH);
  }

  private long growth(String work, int times) throws Exception {
    assumeTrue(Files.exists(STATUS), "the memory of a process is read from /proc");
    Bundle bundle = TinyBundle.withPrior(folder.resolve("bundle"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
            java.toString(),
            "-Xms64m",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            Program.class.getName(),
            work,
            bundle.folder().toString(),
            Integer.toString(times));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output.strip()).matches("-?[0-9]+");
    return Long.parseLong(output.strip());
  }
}
