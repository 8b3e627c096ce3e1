package io.github.ideal4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;

/** The committed images, by name. */
final class GoldenImages {

  static final Path FOLDER = Path.of("src/test/resources/golden/pillow");

  /** All that the golden set needs: every format, 16-bit PNG included. */
  static final DecodingOptions EVERYTHING =
      DecodingOptions.standard()
          .withFormats(EnumSet.allOf(ImageFormat.class))
          .withWideSamples(true);

  private GoldenImages() {}

  static byte[] read(String name) {
    try {
      return Files.readAllBytes(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
