package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageFormatException;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.ImageViews;
import io.github.ideal4j.image.ReadImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.ShardJournal.Checkpoint;
import io.github.ideal4j.onnx.serving.ShardJournal.State;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Photographs to one token file: threads decode ahead into a bounded queue, batches are encoded,
 * whole batches of rows are made sure of on the disk. A process that is killed loses what came
 * behind the last of these; the next one goes on there and ends with the same bytes. Memory depends
 * on the batch, the queue and the size of single photographs, never on their number. Not
 * thread-safe.
 */
public final class ShardTokenizer {

  /** What to do about a photograph that cannot be read. */
  public enum Unreadable {
    /** Leave it out, count it and list it. */
    LEAVE_OUT,
    /** The same if its content is at fault; a storage that fails stops the work. */
    LEAVE_OUT_DAMAGED,
    /** Stop the work. */
    STOP
  }

  /**
   * How to work.
   *
   * @param decoding what is let in
   * @param unreadable what to do about the others
   * @param decoders threads that decode ahead, at least 1
   * @param views of each photograph; with more than one of them rows name theirs
   * @param options of the token file
   * @param writer program and version, for the token file
   */
  public record Settings(
      DecodingOptions decoding,
      Unreadable unreadable,
      int decoders,
      ImageViews views,
      TokenFileOptions options,
      String writer) {

    public Settings {
      if (decoders < 1) {
        throw new IllegalArgumentException("at least 1 thread decodes, got " + decoders);
      }
    }

    private List<TokenColumn> columns() {
      return views.views().size() == 1
          ? List.of(TokenColumn.LABEL, TokenColumn.PATH)
          : List.of(TokenColumn.LABEL, TokenColumn.PATH, TokenColumn.VIEW);
    }
  }

  /**
   * Which photographs go where.
   *
   * @param file the token file
   * @param work folder for what a later process needs to go on
   * @param firstId number of the first photograph; those that cannot be read keep theirs
   * @param entries the photographs in their order
   */
  public record Shard(Path file, Path work, long firstId, List<ImageEntry> entries) {}

  private final Bundle bundle;
  private final ImageTokenizer tokenizer;
  private final ImageSource source;
  private final Settings settings;
  private final Progress.Stage progress;
  private StageTimes times = StageTimes.none();

  /**
   * A tokenizer of shards.
   *
   * @param progress counts photographs, unreadable ones included
   */
  public ShardTokenizer(
      Bundle bundle,
      ImageTokenizer tokenizer,
      ImageSource source,
      Settings settings,
      Progress.Stage progress) {
    this.bundle = bundle;
    this.tokenizer = tokenizer;
    this.source = source;
    this.settings = settings;
    this.progress = progress;
  }

  /** Time by stage, over all shards so far. */
  public StageTimes times() {
    return times;
  }

  /** What an earlier process made of a shard, if it is whole. */
  public static Optional<ShardOutcome> outcome(Shard shard) throws IOException {
    if (!Files.exists(shard.file())) {
      return Optional.empty();
    }
    return journal(shard).outcome();
  }

  /** A line of {@code skipped.csv}: path, reason, id, shard. */
  public static String skippedLine(String path, String reason, long id, String shard) {
    return ShardJournal.skippedLine(path, reason, id, shard);
  }

  private static ShardJournal journal(Shard shard) {
    return new ShardJournal(shard.work(), shard.file().getFileName().toString());
  }

  /**
   * Tokenizes a shard.
   *
   * @param resume whether to go on behind what an earlier process with the same settings left
   */
  public ShardOutcome run(Shard shard, boolean resume) throws IOException {
    Files.createDirectories(shard.work());
    try (ShardJournal journal = journal(shard)) {
      Optional<Checkpoint> from = resume ? journal.last() : Optional.empty();
      TokenFileInfo info =
          TokenFileInfo.toWrite(bundle.tokenizer(), settings.writer(), settings.columns());
      try (TokenFileWriter writer =
          from.isPresent()
              ? TokenFileWriter.resume(shard.file(), info, settings.options(), from.get().rows())
              : TokenFileWriter.createKept(shard.file(), info, settings.options())) {
        journal.open(from);
        State end = new Work(shard, journal, writer).run(from);
        ShardOutcome outcome =
            new ShardOutcome(
                shard.file().getFileName().toString(),
                end.rows(),
                end.skipped(),
                end.turned(),
                end.content());
        journal.finish(outcome);
        writer.finish();
        return outcome;
      }
    }
  }

  /** One shard. */
  private final class Work {

    private final Shard shard;
    private final ShardJournal journal;
    private final TokenFileWriter writer;

    Work(Shard shard, ShardJournal journal, TokenFileWriter writer) {
      this.shard = shard;
      this.journal = journal;
      this.writer = writer;
    }

    State run(Optional<Checkpoint> from) throws IOException {
      int size = tokenizer.description().image().height();
      ImageLoader loader =
          ImageLoader.of(source, shard.entries(), image -> settings.views().square(image, size))
              .withOptions(settings.decoding())
              .withThreads(
                  settings.decoders(), Math.max(4 * settings.decoders(), 2 * tokenizer.batch()));
      State state = from.map(Checkpoint::encoded).orElse(State.begin());
      progress.skip(state.place());
      Iterator<ReadImage> results = loader.results(state.place());
      List<ReadImage> batch = new ArrayList<>();
      do {
        State start = state;
        batch.clear();
        long before = System.nanoTime();
        while (batch.size() < tokenizer.batch() && results.hasNext()) {
          ReadImage result = results.next();
          state = after(state, result);
          if (result.image().isPresent()) {
            batch.add(result);
          }
        }
        times = times.plus(new StageTimes(0, 0, seconds(before), 0, 0));
        append(batch, start);
        state =
            new State(
                state.place(),
                start.rows() + (long) batch.size() * settings.views().views().size(),
                state.skipped(),
                state.skippedBytes(),
                state.turned(),
                state.content());
        progress.advance(state.place() - start.place());
      } while (!batch.isEmpty());
      return state;
    }

    private State after(State state, ReadImage result) throws IOException {
      times =
          times.plus(
              new StageTimes(result.times().read() / 1e9, result.times().decode() / 1e9, 0, 0, 0));
      long skipped = state.skipped();
      long bytes = state.skippedBytes();
      if (result.failure().isPresent()) {
        IOException failure = result.failure().get();
        requireLeftOut(failure);
        long id = shard.firstId() + result.place();
        String shardName = shard.file().getFileName().toString();
        String reason = String.valueOf(failure.getMessage());
        bytes = journal.skip(skippedLine(result.entry().path(), reason, id, shardName));
        skipped++;
      }
      String chain = state.content() + result.sha256().hex();
      return new State(
          result.place() + 1,
          state.rows(),
          skipped,
          bytes,
          state.turned() + (result.orientation() == 1 ? 0 : 1),
          Sha256.of(chain.getBytes(StandardCharsets.US_ASCII)));
    }

    private void requireLeftOut(IOException failure) throws IOException {
      boolean left =
          switch (settings.unreadable()) {
            case LEAVE_OUT -> true;
            case LEAVE_OUT_DAMAGED -> failure instanceof ImageFormatException;
            case STOP -> false;
          };
      if (!left) {
        throw failure;
      }
    }

    private void append(List<ReadImage> batch, State start) throws IOException {
      if (batch.isEmpty()) {
        return;
      }
      int size = tokenizer.description().image().height();
      List<ImageViews.View> views = settings.views().views();
      List<RgbImage> images =
          batch.stream()
              .flatMap(read -> settings.views().of(read.image().orElseThrow(), size).stream())
              .toList();
      long before = System.nanoTime();
      int[][] tokens = tokenizer.encode(images);
      long encoded = System.nanoTime();
      BundleDescription.Grid grid = tokenizer.description().grid();
      for (int i = 0; i < tokens.length; i++) {
        if (start.rows() + i < writer.rowCount()) {
          continue; // written before the stop
        }
        ReadImage read = batch.get(i / views.size());
        long written = writer.writtenRows();
        writer.append(
            TokenRow.of(
                    shard.firstId() + read.place(),
                    new TokenGrid(grid.rows(), grid.columns(), tokens[i]))
                .withLabel(read.entry().label())
                .withPath(read.entry().path())
                .withView(views.size() == 1 ? null : views.get(i % views.size()).viewName()));
        if (writer.writtenRows() != written) {
          writer.force();
          journal.add(new Checkpoint(writer.writtenRows(), start));
        }
      }
      times = times.plus(new StageTimes(0, 0, 0, (encoded - before) / 1e9, seconds(encoded)));
    }

    private static double seconds(long since) {
      return (System.nanoTime() - since) / 1e9;
    }
  }
}
