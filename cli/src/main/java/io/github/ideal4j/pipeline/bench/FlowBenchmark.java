package io.github.ideal4j.pipeline.bench;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.ImageViews;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.Tokenizing;
import io.github.ideal4j.progress.Progress;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Tokenizes any number of synthetic photographs and tells how much memory it took. */
public final class FlowBenchmark {

  private static final int PICTURES = 64;

  private FlowBenchmark() {}

  /**
   * What to do.
   *
   * @param bundle folder of the tokenizer
   * @param count synthetic photographs, in one tar archive
   * @param side of them in pixels
   * @param threads of encoding and decoding
   * @param batch photographs in one run
   */
  public record Request(Path bundle, int count, int side, int threads, int batch) {}

  /**
   * What it took.
   *
   * @param photographs tokenized
   * @param photographsPerSecond over the whole run
   * @param maxHeapMebibytes that Java may take
   * @param liveHeapMebibytes most that was alive after a collection
   * @param peakResidentMebibytes most memory of the process, natives included; 0 where unknown
   * @param tokens how the run describes itself
   */
  public record Result(
      long photographs,
      double photographsPerSecond,
      long maxHeapMebibytes,
      long liveHeapMebibytes,
      long peakResidentMebibytes,
      Tokenizing.Result tokens) {

    /** The result in words. */
    public String text() {
      return String.format(
              Locale.ROOT,
              "%,d photographs, %.1f/s; heap at most %,d MiB, alive after collections at most %,d MiB; process at most %,d MiB%n",
              photographs,
              photographsPerSecond,
              maxHeapMebibytes,
              liveHeapMebibytes,
              peakResidentMebibytes)
          + tokens.text();
    }
  }

  /** Runs. */
  public static Result run(Request request, Progress progress) throws IOException {
    Path folder = Files.createTempDirectory("ideal-flow");
    try {
      Path tar = folder.resolve("photographs.tar");
      write(request, tar);
      Tokenizing.Request tokenizing =
          new Tokenizing.Request(
              request.bundle(),
              Photographs.all(tar),
              ImageViews.PLAIN,
              folder.resolve("tokens.arrow"),
              1,
              request.batch(),
              false,
              SessionSettings.cpu().withThreads(request.threads()),
              request.threads());
      Tokenizing.Result result = Tokenizing.run(tokenizing, progress);
      return new Result(
          result.rows(),
          result.rows() / result.workSeconds(),
          Runtime.getRuntime().maxMemory() >> 20,
          alive() >> 20,
          resident() >> 10,
          result);
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  private static void write(Request request, Path tar) throws IOException {
    byte[][] pictures = new byte[PICTURES][];
    for (int i = 0; i < PICTURES; i++) {
      pictures[i] = picture(request.side(), new SplittableRandom(i));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar));
        TarArchiveOutputStream to = new TarArchiveOutputStream(out)) {
      for (int i = 0; i < request.count(); i++) {
        byte[] picture = pictures[i % PICTURES];
        TarArchiveEntry entry = new TarArchiveEntry("%03d/%08d.jpg".formatted(i % 100, i));
        entry.setSize(picture.length);
        to.putArchiveEntry(entry);
        to.write(picture);
        to.closeArchiveEntry();
      }
    }
  }

  /** Soft spots of colour. */
  private static byte[] picture(int side, SplittableRandom random) throws IOException {
    BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    double[] waves = random.doubles(6, 0.02, 0.3).toArray();
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int red = (int) (127 + 120 * Math.sin(waves[0] * x + waves[1] * y));
        int green = (int) (127 + 120 * Math.sin(waves[2] * x - waves[3] * y));
        int blue = (int) (127 + 120 * Math.cos(waves[4] * x + waves[5] * y));
        picture.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", out);
    return out.toByteArray();
  }

  /** Most that was alive in the oldest pool after a collection, in bytes. */
  private static long alive() {
    long most = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null) {
        most += Math.max(0, pool.getCollectionUsage().getUsed());
      }
    }
    return most;
  }

  /** Most resident memory of this process in KiB, as Linux tells it. */
  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }
}
