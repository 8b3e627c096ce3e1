package io.github.ideal4j.evaluation.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QualitySearchTest {

  /** Sizes that grow but for a byte here and there, as those of real encoders do. */
  @ParameterizedTest(name = "{0} bits")
  @ValueSource(longs = {1, 100, 1_000, 2_345, 5_000, 8_000, 100_000})
  void nothingComesNearerThanWhatIsFound(long target) {
    byte[] found = QualitySearch.nearest(1, 100, target, QualitySearchTest::file);
    long nearest =
        IntStream.rangeClosed(1, 100)
            .mapToLong(quality -> Math.abs(file(quality).length * 8L - target))
            .min()
            .orElseThrow();
    assertThat(Math.abs(found.length * 8L - target)).isEqualTo(nearest);
  }

  private static byte[] file(int quality) {
    return new byte[50 + quality * 9 + quality * quality / 7 - (quality % 5 == 0 ? 12 : 0)];
  }
}
