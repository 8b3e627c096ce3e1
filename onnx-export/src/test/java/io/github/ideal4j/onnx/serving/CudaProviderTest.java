package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds on the processor holds on an NVIDIA GPU. Built with {@code -Pcuda}, where one is. */
class CudaProviderTest {

  private static final SessionSettings CPU = SessionSettings.cpu().withThreads(1);
  private static final SessionSettings CUDA =
      new SessionSettings(new Provider(Provider.Kind.CUDA, 0), 1);

  /** Of the driver's own bookkeeping; a graph's arena alone is larger. */
  private static final long MEBIBYTES = 64;

  @TempDir Path folder;
  private Bundle bundle;

  @BeforeAll
  static void requireDevice() {
    assumeTrue(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime has no CUDA; -Pcuda builds with one that has");
    assumeTrue(usedMebibytes() >= 0, "there is no NVIDIA GPU");
  }

  @BeforeEach
  void write() throws IOException {
    bundle = TinyBundle.withPrior(folder.resolve("bundle"));
  }

  private static List<RgbImage> images(int count) {
    return IntStream.range(0, count).mapToObj(TinyBundle::image).toList();
  }

  @Test
  void tokensAndImagesAreThoseOfTheProcessor() throws IOException {
    int[][] expected = images(11).stream().map(TinyBundle::tokens).toArray(int[][]::new);
    for (SessionSettings settings :
        List.of(CUDA, CUDA.withArena(false), CUDA.withMemoryLimit(256 << 20))) {
      try (ImageTokenizer onGpu = ImageTokenizer.open(bundle, settings, 4).warmUp();
          ImageTokenizer onCpu = ImageTokenizer.open(bundle, CPU, 4)) {
        assertThat(onGpu.encode(images(11))).as("%s", settings).isDeepEqualTo(expected);
        DecodedImages there = onGpu.decode(expected);
        DecodedImages here = onCpu.decode(expected);
        for (int i = 0; i < expected.length; i++) {
          assertThat(there.images().get(i).pixels()).isEqualTo(here.images().get(i).pixels());
          assertThat(there.deep().get(i)).isEqualTo(here.deep().get(i));
        }
      }
    }
  }

  @Test
  void equalSeedsGiveTheTokensOfTheProcessor() throws IOException {
    int[] labels = {0, 1, 2, 1, 0};
    try (ImageSampler onGpu = ImageSampler.open(bundle, CUDA, 2);
        ImageSampler onCpu = ImageSampler.open(bundle, CPU, 5)) {
      assertThat(onGpu.sample(labels, SamplingOptions.PLAIN, 7))
          .isDeepEqualTo(onCpu.sample(labels, SamplingOptions.PLAIN, 7));
    }
  }

  @Test
  void manyThreadsGetTheirOwnTokens() throws IOException {
    List<RgbImage> images = images(32);
    int[][] expected = images.stream().map(TinyBundle::tokens).toArray(int[][]::new);
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, CUDA, 4)) {
      IntStream.range(0, 32)
          .parallel()
          .forEach(
              i ->
                  assertThat(tokenizer.encode(images.subList(i, 32)))
                      .isDeepEqualTo(java.util.Arrays.copyOfRange(expected, i, 32)));
    }
  }

  @Test
  void deviceThatIsNotThereIsOneLine() {
    SessionSettings none = new SessionSettings(Provider.parse("cuda:99"), 1);
    assertThatThrownBy(() -> ImageTokenizer.open(bundle, none))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("encoder.onnx does not load on cuda:99: ")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("hostname");
  }

  @Test
  void memoryThatDoesNotSufficeIsOneLine() {
    assertThatThrownBy(
            () -> ImageTokenizer.open(bundle, CUDA.withMemoryLimit(1), 64).warmUp().close())
        .hasMessageContaining("encoder.onnx")
        .hasMessageNotContaining("\n")
        .hasMessageContaining("llocate");
  }

  @Test
  @Timeout(120)
  void closingGivesTheDevicesMemoryBack() throws IOException {
    ImageTokenizer.open(bundle, CUDA).warmUp().close(); // the context stays
    long before = usedMebibytes();
    for (int i = 0; i < 20; i++) {
      ImageTokenizer.open(bundle, CUDA, 64).warmUp().close();
      ImageSampler.open(bundle, CUDA).close();
    }
    assertThat(usedMebibytes() - before).isLessThan(MEBIBYTES);
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, CUDA, 4).warmUp()) {
      long open = usedMebibytes();
      for (int i = 0; i < 1000; i++) {
        tokenizer.decode(tokenizer.encode(images(1 + i % 4)));
      }
      assertThat(usedMebibytes() - open).isLessThan(MEBIBYTES);
    }
  }

  /** Memory in use on device 0 by everybody; -1 where nothing says. */
  private static long usedMebibytes() {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=memory.used",
                  "--format=csv,noheader,nounits",
                  "-i",
                  "0")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(20, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? Long.parseLong(said.strip()) : -1;
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
