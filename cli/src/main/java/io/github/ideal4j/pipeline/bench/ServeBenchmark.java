package io.github.ideal4j.pipeline.bench;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.trial.Latency;
import io.github.ideal4j.server.trial.ServerTrial;
import io.github.ideal4j.server.trial.ToyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** A server under load, with clients that are cut off, with damaged requests, for a long time. */
public final class ServeBenchmark {

  private static final double MEBIBYTE = 1 << 20;
  private static final int IMAGES = 64;
  private static final int WARM_UP = 20_000;

  private ServeBenchmark() {}

  /**
   * What to try; what is empty is left out.
   *
   * @param bundle folder of the bundle for the load; the other trials use one whose graphs cost
   *     nothing
   * @param photographs of the load
   * @param settings of ONNX Runtime
   * @param batching of the load
   * @param seconds of each load; empty for no load
   * @param rounds of the throughput
   */
  public record Request(
      Path bundle,
      Path photographs,
      SessionSettings settings,
      BatchingSettings batching,
      Optional<Double> seconds,
      int rounds,
      Optional<Integer> soak,
      Optional<Integer> cutOff,
      Optional<Integer> damage,
      long seed) {}

  /** What was found. */
  public record Result(
      Optional<ServerTrial.Load> load,
      Optional<ServerTrial.Soak> soak,
      Optional<ServerTrial.Aftermath> cutOff,
      Optional<ServerTrial.Aftermath> damage) {

    /** Whether everything was as it should be, speed aside. */
    public boolean good() {
      return load.map(one -> one.wrong() == 0).orElse(true)
          && soak.map(one -> one.wrong() == 0).orElse(true)
          && cutOff.map(Result::good).orElse(true)
          && damage.map(Result::good).orElse(true);
    }

    private static boolean good(ServerTrial.Aftermath after) {
      return after.failures().isEmpty()
          && after.memory() == 0
          && after.underWay() == 0
          && after.threadsAfter() == after.threadsBefore()
          && after.nextIsRight();
    }

    /** Tables. */
    public String text() {
      StringBuilder text = new StringBuilder();
      load.ifPresent(one -> text.append(text(one)));
      soak.ifPresent(one -> text.append(text(one)));
      cutOff.ifPresent(one -> text.append(text("clients cut off", one)));
      damage.ifPresent(one -> text.append(text("damaged requests", one)));
      return text.append(good() ? "All as it should be." : "NOT as it should be.").toString();
    }

    private static String text(ServerTrial.Load load) {
      StringBuilder text = new StringBuilder();
      text.append(
          line(
              "in process %.1f images/s, served to 8 clients %.1f (%.2fx, %.1f images a run,"
                  + " ONNX Runtime %.0f %% of the time), %d wrong%n",
              load.inProcess(),
              load.served(),
              load.served() / load.inProcess(),
              load.meanBatch(),
              100 * load.computing(),
              load.wrong()));
      text.append(
          line(
              "%8s %8s %8s %8s %6s %6s %9s %9s %9s %12s%n",
              "load",
              "sent/s",
              "accepted",
              "refused",
              "other",
              "wrong",
              "p50 ms",
              "p95 ms",
              "p99 ms",
              "503 p99 ms"));
      for (Latency one : load.latencies()) {
        text.append(
            line(
                "%8s %8.1f %8d %8d %6d %6d %9.1f %9.1f %9.1f %12.1f%n",
                one.load(),
                one.perSecond(),
                one.accepted(),
                one.refused(),
                one.other(),
                one.wrong(),
                one.p50(),
                one.p95(),
                one.p99(),
                one.refusedP99()));
      }
      return text.toString();
    }

    private static String text(ServerTrial.Soak soak) {
      StringBuilder text = new StringBuilder();
      text.append(
          line(
              "%,d requests, %.0f a second, %d wrong; after each tenth%n",
              soak.requests(), soak.perSecond(), soak.wrong()));
      text.append("  resident MiB ").append(mebibytes(soak.residentBytes())).append('\n');
      text.append("  heap MiB     ").append(mebibytes(soak.heapBytes())).append('\n');
      text.append("  threads      ");
      soak.threads().forEach(threads -> text.append(line("%8d", threads)));
      return text.append('\n').toString();
    }

    private static String mebibytes(List<Long> bytes) {
      StringBuilder text = new StringBuilder();
      bytes.forEach(one -> text.append(line("%8.1f", one / MEBIBYTE)));
      return text.toString();
    }

    private static String text(String what, ServerTrial.Aftermath after) {
      StringBuilder text = new StringBuilder();
      text.append(
          line("%,d %s: answers by status %s%n", after.disturbances(), what, after.statuses()));
      text.append(
          line(
              "  left: %d bytes, %d requests, threads %d before and %d after; the next answers are %s%n",
              after.memory(),
              after.underWay(),
              after.threadsBefore(),
              after.threadsAfter(),
              after.nextIsRight() ? "right" : "WRONG"));
      after.failures().forEach(failure -> text.append("  ").append(failure).append('\n'));
      return text.toString();
    }

    private static String line(String form, Object... values) {
      return String.format(Locale.ROOT, form, values);
    }
  }

  /** Tries. */
  public static Result run(Request request, Progress progress) throws IOException {
    Optional<ServerTrial.Load> load = Optional.empty();
    SessionSettings session = request.settings();
    if (request.seconds().isPresent()) {
      Bundle bundle = Bundle.open(request.bundle());
      List<RgbImage> images =
          photographs(request.photographs(), bundle.description().image().width());
      warmUp(request, session);
      try (ServerTrial trial = new ServerTrial(bundle, session, request.batching(), images)) {
        load =
            Optional.of(
                trial.load(request.seconds().get(), request.rounds(), request.seed(), progress));
      }
    }
    if (request.soak().isEmpty() && request.cutOff().isEmpty() && request.damage().isEmpty()) {
      return new Result(load, Optional.empty(), Optional.empty(), Optional.empty());
    }
    Path folder = Files.createTempDirectory("ideal-serve");
    try (ServerTrial trial =
        new ServerTrial(
            ToyBundle.write(folder), session, request.batching(), noise(request.seed()))) {
      Optional<ServerTrial.Aftermath> cutOff = Optional.empty();
      Optional<ServerTrial.Aftermath> damage = Optional.empty();
      Optional<ServerTrial.Soak> soak = Optional.empty();
      if (request.cutOff().isPresent()) {
        cutOff = Optional.of(trial.cutOff(request.cutOff().get(), request.seed(), progress));
      }
      if (request.damage().isPresent()) {
        damage = Optional.of(trial.damage(request.damage().get(), request.seed(), progress));
      }
      if (request.soak().isPresent()) {
        soak = Optional.of(trial.soak(request.soak().get(), progress));
      }
      return new Result(load, soak, cutOff, damage);
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  /** A server that has run for a minute has its code compiled; so should one that is measured. */
  private static void warmUp(Request request, SessionSettings session) throws IOException {
    Path folder = Files.createTempDirectory("ideal-serve");
    try (ServerTrial trial =
        new ServerTrial(
            ToyBundle.write(folder), session, request.batching(), noise(request.seed()))) {
      trial.soak(WARM_UP, Progress.silent());
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
  }

  private static List<RgbImage> photographs(Path source, int size) throws IOException {
    List<RgbImage> images = new ArrayList<>();
    try (ImageSource opened = ImageSource.open(source)) {
      for (LoadedImage image : new ImageLoader(opened, ImageSelection.all(), size, true)) {
        images.add(image.image());
        if (images.size() == IMAGES) {
          break;
        }
      }
    }
    return images;
  }

  private static List<RgbImage> noise(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] pixels = new byte[ToyBundle.SIZE * ToyBundle.SIZE * RgbImage.CHANNELS];
      int level = random.nextInt(256);
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = (byte) Math.min(255, level / 2 + random.nextInt(1 + level));
      }
      images.add(new RgbImage(ToyBundle.SIZE, ToyBundle.SIZE, pixels));
    }
    return images;
  }
}
