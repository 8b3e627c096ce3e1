package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSamplerTest {

  private static final SessionSettings SETTINGS = SessionSettings.cpu().withThreads(1);
  private static final int[] LABELS = {0, 1, 2, 3, 1};

  @TempDir Path folder;
  private Bundle bundle;

  @BeforeEach
  void open() throws IOException {
    bundle = TinyBundle.withPrior(folder.resolve("bundle"));
  }

  private int[][] sample(int batch, long seed) throws IOException {
    try (ImageSampler sampler = ImageSampler.open(bundle, SETTINGS, batch)) {
      return sampler.sample(LABELS, SamplingOptions.PLAIN, seed);
    }
  }

  @Test
  void tokensFollowFromLabelAndUniforms() throws IOException {
    int[][] grids = sample(2, 42);
    for (int i = 0; i < LABELS.length; i++) {
      float[] uniforms = Uniforms.of(42, i, 6);
      for (int t = 0; t < 6; t++) {
        assertThat(grids[i][t]).isEqualTo(((int) (uniforms[t] * 16) + LABELS[i]) % 16);
      }
    }
  }

  @Test
  void equalSeedsGiveEqualTokensWhateverTheBatch() throws IOException {
    assertThat(sample(1, 7)).isDeepEqualTo(sample(5, 7));
    assertThat(Arrays.deepEquals(sample(5, 7), sample(5, 8))).isFalse();
    try (ImageSampler sampler = ImageSampler.open(bundle, SETTINGS)) {
      int[] last = {LABELS[3], LABELS[4]};
      assertThat(sampler.sample(last, SamplingOptions.PLAIN, 7, 3))
          .isDeepEqualTo(Arrays.copyOfRange(sample(5, 7), 3, 5));
    }
  }

  @Test
  void manyThreadsGetTheirOwnTokens() throws IOException {
    int[][] expected = sample(5, 7);
    try (ImageSampler sampler = ImageSampler.open(bundle, SETTINGS, 2)) {
      java.util.stream.IntStream.range(0, 64)
          .parallel()
          .forEach(
              i ->
                  assertThat(sampler.sample(LABELS, SamplingOptions.PLAIN, 7))
                      .isDeepEqualTo(expected));
    }
  }

  /** Computed with Python from the documented formula, so that other languages may rely on it. */
  @Test
  void uniformsAreTheDocumentedOnes() {
    assertThat(Uniforms.of(0, 0, 4)).containsExactly(numbers(14819496, 7239838, 443485, 16288696));
    assertThat(Uniforms.of(42, 0, 4)).containsExactly(numbers(10311963, 7551573, 3462685, 6708611));
    assertThat(Uniforms.of(42, 1, 4)).containsExactly(numbers(1666561, 16368320, 2037285, 6850887));
    assertThat(Uniforms.of(-1, 7, 4)).containsExactly(numbers(1102252, 6133587, 7996272, 9546844));
  }

  @Test
  void uniformsAreEven() {
    double sum = 0;
    double squares = 0;
    int images = 2000;
    for (int i = 0; i < images; i++) {
      for (float uniform : Uniforms.of(5, i, 16)) {
        assertThat(uniform).isGreaterThanOrEqualTo(0).isLessThan(1);
        sum += uniform;
        squares += uniform * uniform;
      }
    }
    int count = images * 16;
    // Five standard deviations of the mean of that many numbers.
    assertThat(sum / count).isBetween(0.5 - 0.0081, 0.5 + 0.0081);
    assertThat(squares / count).isBetween(1 / 3.0 - 0.0084, 1 / 3.0 + 0.0084);
  }

  @Test
  void theJdkGivesTheSameNumbers() {
    SplittableRandom zero = new SplittableRandom(0);
    float[] uniforms = Uniforms.of(0, 0, 3); // mix(mix(0) + 0) is 0
    for (float uniform : uniforms) {
      assertThat(uniform).isEqualTo((zero.nextLong() >>> 40) / (float) (1 << 24));
    }
  }

  @Test
  void wrongRequestsAreRefused() throws IOException {
    try (ImageSampler sampler = ImageSampler.open(bundle, SETTINGS)) {
      assertThatThrownBy(() -> sampler.sample(new int[] {4}, SamplingOptions.PLAIN, 0))
          .hasMessage("label 4 is unknown; valid are 0 to 2, and 3 for no class");
    }
    assertThatThrownBy(() -> new SamplingOptions(1, -1, 0, 1))
        .hasMessage("temperature must be in [0, 100], got -1.0");
    assertThatThrownBy(() -> new SamplingOptions(1, 1, 0, 1.5))
        .hasMessage("top-p must be in (0, 1], got 1.5");
    Bundle plain = TinyBundle.tokenizer().write(folder.resolve("plain"));
    assertThatThrownBy(() -> ImageSampler.open(plain, SETTINGS))
        .hasMessageEndingWith("has no prior and cannot sample; export it with one");
  }

  private static float[] numbers(int... bits) {
    float[] numbers = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      numbers[i] = bits[i] / (float) (1 << 24);
    }
    return numbers;
  }
}
