package io.github.ideal4j.evaluation.network;

import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The pictures of the golden set {@code networks}. */
final class NetworkPictures {

  private NetworkPictures() {}

  /** What stands between a beginning and an end in the names of tensors. */
  static List<String> of(SafetensorsFile file, String beginning, String end) {
    return file.names().stream()
        .filter(name -> name.startsWith(beginning) && name.endsWith(end))
        .map(name -> name.substring(beginning.length(), name.length() - end.length()))
        .toList();
  }

  static RgbImage read(GoldenSet set, String name) throws IOException {
    String file = name + ".png";
    return ImageDecoder.decode(Files.readAllBytes(set.file(file)), file);
  }

  /** A file of the set, or the test is skipped. */
  static SafetensorsFile open(GoldenSet set, String file) throws IOException {
    Assumptions.assumeTrue(Files.exists(set.file(file)), "the set has no " + file);
    return set.open(file);
  }
}
