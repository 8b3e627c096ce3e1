package io.github.ideal4j.pipeline.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Linux's account of this process; -1 elsewhere. */
final class ProcessMemory {

  private ProcessMemory() {}

  /** What is in memory now. */
  static double residentMegabytes() {
    return status("VmRSS:");
  }

  /** The most that ever was. */
  static double highestMegabytes() {
    return status("VmHWM:");
  }

  private static double status(String name) {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return -1;
    }
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(name)) {
          return Double.parseDouble(line.replaceAll("\\D", "")) / 1000;
        }
      }
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
