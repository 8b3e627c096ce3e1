package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.ImageViews;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.ShardOutcome;
import io.github.ideal4j.onnx.serving.ShardTokenizer;
import io.github.ideal4j.onnx.serving.StageTimes;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.training.ProvenanceRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Photographs to a token file, or to a folder of shards. */
public final class Tokenizing {

  private Tokenizing() {}

  /**
   * What to tokenize.
   *
   * @param bundle folder of the tokenizer
   * @param photographs to read
   * @param views of each photograph
   * @param out the file to write, or with more than one shard the folder
   * @param shards files to write, at least 1
   * @param batch photographs in one run of the encoder
   * @param resume whether to go on where an earlier call stopped
   * @param settings of the runtime
   * @param decoders threads that decode ahead
   */
  public record Request(
      Path bundle,
      Photographs photographs,
      ImageViews views,
      Path out,
      int shards,
      int batch,
      boolean resume,
      SessionSettings settings,
      int decoders) {

    public Request {
      if (shards < 1) {
        throw new IllegalArgumentException("at least 1 shard is needed, got " + shards);
      }
    }

    /** One file with the usual batch, on the processor. */
    public static Request file(Path bundle, Photographs photographs, Path out, int threads) {
      SessionSettings settings = SessionSettings.cpu().withThreads(threads);
      return new Request(
          bundle, photographs, ImageViews.PLAIN, out, 1, 8, false, settings, threads);
    }

    /** The same of mirrored photographs. */
    public Request mirrored(Path otherOut) {
      return new Request(
          bundle,
          photographs,
          ImageViews.MIRROR,
          otherOut,
          shards,
          batch,
          resume,
          settings,
          decoders);
    }
  }

  /**
   * What was written.
   *
   * @param out file or folder
   * @param rows in it, one for each view of a photograph, those of earlier calls included
   * @param views of each photograph
   * @param skipped photographs that could not be read
   * @param skippedList where they are listed with the reason; empty if there are none
   * @param turned photographs whose EXIF orientation is not upright
   * @param decoder who decoded
   * @param content SHA-256 that chains those of all photographs
   * @param seconds that it took
   * @param workSeconds of them without opening the bundle
   * @param encoderSeconds of them in which ONNX Runtime computed
   * @param stages seconds by stage
   */
  public record Result(
      Path out,
      long rows,
      int views,
      long skipped,
      Optional<Path> skippedList,
      long turned,
      String decoder,
      String content,
      double seconds,
      double workSeconds,
      double encoderSeconds,
      StageTimes stages) {

    /** The result in words. */
    public String text() {
      StringBuilder text = new StringBuilder();
      skippedList.ifPresent(
          list ->
              text.append(
                  "%,d unreadable photographs were left out, listed in %s.%n"
                      .formatted(skipped, list)));
      if (turned > 0) {
        text.append("with an EXIF orientation (see --orientation): %,d%n".formatted(turned));
      }
      String inViews = views == 1 ? "" : " in %d views".formatted(views);
      text.append(
          "%,d photographs%s in %.0f s: %s%n".formatted(rows / views, inViews, seconds, out));
      return text.append(shares()).toString();
    }

    private String shares() {
      return String.format(
          Locale.ROOT,
          "Of the time: encoding %.0f %%, waiting for photographs %.0f %%, writing %.0f %%; beside it read %.1f s and decoded %.1f s (%s).",
          100 * stages.encode() / Math.max(1e-9, workSeconds),
          100 * stages.waiting() / Math.max(1e-9, workSeconds),
          100 * stages.write() / Math.max(1e-9, workSeconds),
          stages.read(),
          stages.decode(),
          decoder);
    }
  }

  /** Tokenizes. Rows are numbered by the place of the photograph in the selection. */
  public static Result run(Request request, Progress progress) throws IOException {
    return run(request, TokenFileOptions.standard(), progress);
  }

  /** The same with other options of the files. */
  public static Result run(Request request, TokenFileOptions options, Progress progress)
      throws IOException {
    long start = System.nanoTime();
    Bundle bundle = Bundle.open(request.bundle());
    try (ImageSource source = ImageSource.open(request.photographs().source());
        ImageTokenizer tokenizer =
            ImageTokenizer.open(bundle, request.settings(), request.batch())) {
      long opened = System.nanoTime();
      Work work = new Work(request, options, bundle, tokenizer, source);
      work.run(progress);
      long end = System.nanoTime();
      return work.result((end - start) / 1e9, (end - opened) / 1e9);
    }
  }

  /** One call. */
  private static final class Work {

    private final Request request;
    private final TokenFileOptions options;
    private final Bundle bundle;
    private final ImageTokenizer tokenizer;
    private final ImageSource source;
    private final List<ImageEntry> entries;
    private final DecodingOptions decoding;
    private final TokenizingWork beside;
    private final List<ShardOutcome> outcomes = new ArrayList<>();
    private StageTimes times = StageTimes.none();

    Work(
        Request request,
        TokenFileOptions options,
        Bundle bundle,
        ImageTokenizer tokenizer,
        ImageSource source) {
      this.request = request;
      this.options = options;
      this.bundle = bundle;
      this.tokenizer = tokenizer;
      this.source = source;
      entries = request.photographs().selection().of(source);
      DecodingOptions asked = request.photographs().decoding();
      decoding = asked.withDecoder(asked.decoder().resolved());
      beside = new TokenizingWork(request.out(), request.shards() == 1);
    }

    void run(Progress progress) throws IOException {
      Map<String, String> settings = settings();
      beside.begin(settings, request.resume());
      try (Progress.Stage stage = progress.start("Tokenizing", entries.size(), "photographs")) {
        ShardTokenizer shards =
            new ShardTokenizer(bundle, tokenizer, source, shardSettings(), stage);
        for (int number = 0; number < request.shards(); number++) {
          outcomes.add(shard(shards, number, stage));
        }
        times = shards.times();
      }
      beside.finish(settings, circumstances(), content(), outcomes);
    }

    private ShardOutcome shard(ShardTokenizer shards, int number, Progress.Stage stage)
        throws IOException {
      int from = (int) ((long) entries.size() * number / request.shards());
      int to = (int) ((long) entries.size() * (number + 1) / request.shards());
      Path file =
          request.shards() == 1
              ? request.out()
              : request.out().resolve(TokenDataset.shardName(number));
      ShardTokenizer.Shard shard =
          new ShardTokenizer.Shard(file, beside.folder(), from, entries.subList(from, to));
      Optional<ShardOutcome> done =
          request.resume() ? ShardTokenizer.outcome(shard) : Optional.empty();
      if (done.isPresent()) {
        stage.skip((long) to - from);
        return done.get();
      }
      return shards.run(shard, request.resume());
    }

    private ShardTokenizer.Settings shardSettings() {
      return new ShardTokenizer.Settings(
          decoding,
          request.photographs().strict()
              ? ShardTokenizer.Unreadable.STOP
              : ShardTokenizer.Unreadable.LEAVE_OUT,
          request.decoders(),
          request.views(),
          options,
          writer());
    }

    private static String writer() {
      return "ideal4j " + ProvenanceRecord.thisCodeVersion();
    }

    /** All on which the bytes of the files depend. */
    private Map<String, String> settings() {
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("bundle", bundle.tokenizer().sha256());
      settings.put("photographs", source.fingerprint());
      settings.put("split", String.valueOf(request.photographs().selection().split()));
      settings.put("every", Integer.toString(request.photographs().selection().every()));
      settings.put("views", request.views().toString());
      settings.put("shards", Integer.toString(request.shards()));
      settings.put("batch", Integer.toString(request.batch()));
      settings.put("rows per batch", Integer.toString(options.rowsPerBatch()));
      settings.put("formats", decoding.formats().toString());
      settings.put("limits", decoding.limits().toString());
      settings.put("wide PNG", Boolean.toString(decoding.wideSamples()));
      settings.put("orientation", decoding.orientation().toString().toLowerCase(Locale.ROOT));
      settings.put("provider", request.settings().provider().toString());
      if (request.settings().tf32()) {
        settings.put("tf32", "true");
      }
      settings.put("writer", writer());
      return settings;
    }

    /** What should not matter, but is good to know. */
    private Map<String, String> circumstances() {
      Map<String, String> circumstances = new LinkedHashMap<>();
      circumstances.put("source", request.photographs().source().toString());
      circumstances.put("decoder", decoding.decoder().toString().toLowerCase(Locale.ROOT));
      circumstances.put("crop", "adm: halved with box, then bicubic");
      circumstances.put(
          "java", "%s %s".formatted(System.getProperty("java.vendor"), Runtime.version()));
      circumstances.put("threads", Integer.toString(request.settings().threads()));
      return circumstances;
    }

    private String content() {
      String all = outcomes.stream().map(ShardOutcome::content).collect(Collectors.joining());
      return Sha256.of(all.getBytes(StandardCharsets.US_ASCII));
    }

    Result result(double seconds, double workSeconds) {
      long skipped = outcomes.stream().mapToLong(ShardOutcome::skipped).sum();
      return new Result(
          request.out(),
          outcomes.stream().mapToLong(ShardOutcome::rows).sum(),
          request.views().views().size(),
          skipped,
          skipped == 0 ? Optional.empty() : Optional.of(beside.skipped()),
          outcomes.stream().mapToLong(ShardOutcome::turned).sum(),
          decoding.decoder().toString().toLowerCase(Locale.ROOT),
          content(),
          seconds,
          workSeconds,
          times.encode(),
          times);
    }
  }
}
