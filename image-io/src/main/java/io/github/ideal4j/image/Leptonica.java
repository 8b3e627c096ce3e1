package io.github.ideal4j.image;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door to the Leptonica library, an optional dependency: whether it is on the class path with
 * natives for this machine is found out once, at the first question.
 */
final class Leptonica {

  private static final Logger LOG = LoggerFactory.getLogger(Leptonica.class);

  private Leptonica() {}

  /** Whether images can be decoded with it here. */
  static boolean isThere() {
    return Probe.THERE;
  }

  /**
   * Decodes a file whose header has passed.
   *
   * @throws IllegalStateException if the library is not there
   */
  static RgbImage decode(byte[] bytes, String name, ImageHeader header)
      throws ImageFormatException {
    if (!isThere()) {
      throw new IllegalStateException(
          "Leptonica is not on the class path: add org.bytedeco:leptonica with natives for this machine, build the command with -Pleptonica, or decode with the JDK");
    }
    RgbImage image = LeptonicaPixels.decode(bytes, name, header.format());
    if (image.width() != header.width() || image.height() != header.height()) {
      throw new ImageFormatException(
          name, "damaged %s: its size changes on the way".formatted(header.format().title()));
    }
    return image;
  }

  private static final class Probe {

    static final boolean THERE = probe();

    private static boolean probe() {
      try {
        LeptonicaPixels.load();
        return true;
      } catch (ReflectiveOperationException | LinkageError e) {
        LOG.debug("No Leptonica", e);
        return false;
      }
    }
  }
}
