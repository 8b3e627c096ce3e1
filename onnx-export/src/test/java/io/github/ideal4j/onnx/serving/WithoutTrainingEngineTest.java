package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.image.RgbImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Serving in a process whose class path has no DJL. */
class WithoutTrainingEngineTest {

  @TempDir Path folder;

  /** What the other process runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      boolean engine = true;
      try {
        Class.forName("ai.djl.ndarray.NDArray");
      } catch (ClassNotFoundException e) {
        engine = false;
      }
      Bundle bundle = Bundle.open(Path.of(arguments[0]));
      SessionSettings settings = SessionSettings.cpu().withThreads(1);
      try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings);
          ImageSampler sampler = ImageSampler.open(bundle, settings)) {
        RgbImage image = new RgbImage(6, 4, new byte[72]);
        int[][] tokens = tokenizer.encode(List.of(image));
        int[][] sampled = sampler.sample(new int[] {1}, SamplingOptions.PLAIN, 3);
        int images = tokenizer.decode(sampled).images().size();
        System.out.println(engine + " " + Arrays.toString(tokens[0]) + " " + images);
      }
    }
  }

  @Test
  void aProcessWithoutTheTrainingEngineEncodesSamplesAndDecodes() throws Exception {
    Path bundle = folder.resolve("bundle");
    TinyBundle.withPrior(bundle);
    assertThat(run(bundle)).isEqualTo("false [0, 0, 0, 0, 0, 0] 1");
  }

  private String run(Path bundle) throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("djl"))
            .collect(Collectors.joining(File.pathSeparator));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    File output = folder.resolve("output.txt").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(
            java.toString(),
            "--enable-native-access=ALL-UNNAMED",
            Program.class.getName(),
            bundle.toString());
    builder.environment().put("CLASSPATH", classPath);
    Process process = builder.redirectErrorStream(true).redirectOutput(output).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output.toPath()).strip();
  }
}
