package io.github.ideal4j.pipeline;

import io.github.ideal4j.onnx.serving.Bundle;
import java.io.IOException;
import java.nio.file.Path;

/** A trained prior into a bundle. */
final class PriorAdding {

  private PriorAdding() {}

  static String add(Bundle bundle, Path priorRun, Path out) throws IOException {
    throw new IOException("no prior export yet for %s".formatted(priorRun));
  }
}
