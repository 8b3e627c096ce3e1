package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.PhotographTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.training.ProvenanceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Photographs to a token file, or to a folder of shards. */
public final class Tokenizing {

  private Tokenizing() {}

  /**
   * What to tokenize.
   *
   * @param bundle folder of the tokenizer
   * @param photographs to read
   * @param mirrored whether each is mirrored left to right first
   * @param out the file to write, or with more than one shard the folder
   * @param shards files to write, at least 1
   * @param batch photographs in one run of the encoder
   * @param resume whether shards that are there already stay as they are
   * @param settings of the runtime
   */
  public record Request(
      Path bundle,
      Photographs photographs,
      boolean mirrored,
      Path out,
      int shards,
      int batch,
      boolean resume,
      SessionSettings settings) {

    public Request {
      if (shards < 1) {
        throw new IllegalArgumentException("at least 1 shard is needed, got " + shards);
      }
    }

    /** One file with the usual batch, on the processor. */
    public static Request file(Path bundle, Photographs photographs, Path out, int threads) {
      SessionSettings settings = SessionSettings.cpu().withThreads(threads);
      return new Request(bundle, photographs, false, out, 1, 8, false, settings);
    }

    /** The same of mirrored photographs. */
    public Request mirrored(Path otherOut) {
      return new Request(bundle, photographs, true, otherOut, shards, batch, resume, settings);
    }
  }

  /**
   * What was written.
   *
   * @param out file or folder
   * @param rows photographs in it, earlier shards included
   * @param skipped photographs that could not be read
   * @param seconds that it took
   * @param workSeconds of them without opening the bundle
   * @param encoderSeconds of them in which ONNX Runtime computed
   */
  public record Result(
      Path out, long rows, int skipped, double seconds, double workSeconds, double encoderSeconds) {

    /** The result in words. */
    public String text() {
      String left =
          skipped == 0 ? "" : "%d unreadable photographs were left out.%n".formatted(skipped);
      return "%s%,d photographs in %.0f s: %s".formatted(left, rows, seconds, out);
    }
  }

  /** Tokenizes. Rows are numbered by the place of the photograph in the selection. */
  public static Result run(Request request, Progress progress) throws IOException {
    long start = System.nanoTime();
    Bundle bundle = Bundle.open(request.bundle());
    try (ImageSource source = ImageSource.open(request.photographs().source());
        ImageTokenizer tokenizer =
            ImageTokenizer.open(bundle, request.settings(), request.batch())) {
      Work work = new Work(request, bundle, tokenizer, source);
      long opened = System.nanoTime();
      work.run(progress);
      long end = System.nanoTime();
      return new Result(
          request.out(),
          work.rows,
          work.skipped,
          (end - start) / 1e9,
          (end - opened) / 1e9,
          work.encoderSeconds);
    }
  }

  /** One call. */
  private static final class Work {

    private final Request request;
    private final Bundle bundle;
    private final ImageTokenizer tokenizer;
    private final ImageSource source;
    private final List<ImageEntry> entries;
    private long rows;
    private int skipped;
    private double encoderSeconds;

    Work(Request request, Bundle bundle, ImageTokenizer tokenizer, ImageSource source) {
      this.request = request;
      this.bundle = bundle;
      this.tokenizer = tokenizer;
      this.source = source;
      entries = request.photographs().selection().of(source);
    }

    void run(Progress progress) throws IOException {
      try (Progress.Stage stage = progress.start("Tokenizing", entries.size(), "photographs")) {
        for (int shard = 0; shard < request.shards(); shard++) {
          int from = (int) ((long) entries.size() * shard / request.shards());
          int to = (int) ((long) entries.size() * (shard + 1) / request.shards());
          Path file =
              request.shards() == 1
                  ? request.out()
                  : request.out().resolve(TokenDataset.shardName(shard));
          if (request.resume() && Files.exists(file)) {
            rows += existing(file, from, to);
            stage.skip((long) to - from);
          } else {
            write(file, from, to, stage);
          }
        }
      }
    }

    /** Rows of a shard that an earlier call wrote, if it is of these photographs. */
    private long existing(Path file, int from, int to) throws IOException {
      try (TokenDataset done = TokenDataset.open(file)) {
        bundle.requireOwnTokens(done.info().tokenizer(), file.toString());
        for (long row = 0; row < done.size(); row++) {
          long id = done.id(row);
          String path = done.path(row);
          if (id < from || id >= to || !entries.get((int) id).path().equals(path)) {
            throw new IllegalArgumentException(
                "%s holds photograph %s as number %d, which is not what is tokenized now; resume with the same photographs, split, --every and --shards, or choose another --out"
                    .formatted(file, path, id));
          }
        }
        return done.size();
      }
    }

    private void write(Path file, int from, int to, Progress.Stage stage) throws IOException {
      List<ImageEntry> part = entries.subList(from, to);
      ImageSource chosen = new PartOf(source, part);
      int size = bundle.description().image().height();
      ImageLoader loader =
          new ImageLoader(chosen, ImageSelection.all(), size, request.photographs().strict())
              .withThreads(PhotographTokenizer.DECODERS);
      PhotographTokenizer photographs =
          new PhotographTokenizer(
              tokenizer, image -> request.mirrored() ? image.mirrored() : image, stage::advance);
      try (TokenFileWriter writer = TokenFileWriter.create(file, info())) {
        rows += photographs.run(loader, from, writer::append);
        writer.finish();
      }
      encoderSeconds += photographs.encoderSeconds();
      skipped += loader.skipped();
      stage.advance(loader.skipped());
    }

    private TokenFileInfo info() {
      return TokenFileInfo.toWrite(
          bundle.tokenizer(),
          "ideal4j " + ProvenanceRecord.thisCodeVersion(),
          List.of(TokenColumn.LABEL, TokenColumn.PATH));
    }
  }

  /** Some images of a source; closing it leaves the source open. */
  private record PartOf(ImageSource source, List<ImageEntry> entries) implements ImageSource {

    @Override
    public byte[] read(ImageEntry entry) throws IOException {
      return source.read(entry);
    }

    @Override
    public void close() {}
  }
}
