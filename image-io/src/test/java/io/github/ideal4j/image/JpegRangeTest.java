package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JpegRangeTest {

  static List<String> soundFiles() throws IOException {
    try (Stream<Path> files = Files.list(GoldenImages.FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          // One has the coarsest steps already.
          .filter(name -> name.endsWith(".jpg") && !name.equals("low_quality.jpg"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("soundFiles")
  void soundFilesAreSafeAndThoseWithCoarserStepsAreNot(String name) {
    byte[] file = GoldenImages.read(name);
    assertThat(JpegRange.isSafe(file)).isTrue();
    assertThat(JpegRange.isSafe(withCoarserSteps(file))).isFalse();
  }

  /** Every coefficient means as much as it can: all but the flattest blocks leave the range. */
  private static byte[] withCoarserSteps(byte[] file) {
    byte[] coarse = file.clone();
    int at = 2;
    while ((coarse[at + 1] & 0xFF) != 0xDA) {
      int length = ((coarse[at + 2] & 0xFF) << 8) | (coarse[at + 3] & 0xFF);
      if ((coarse[at + 1] & 0xFF) == 0xDB) {
        for (int i = at + 5; i < at + 2 + length; i++) {
          boolean tableNumber = (i - at - 4) % 65 == 0;
          coarse[i] = tableNumber ? coarse[i] : (byte) 0xFF;
        }
      }
      at += 2 + length;
    }
    return coarse;
  }
}
