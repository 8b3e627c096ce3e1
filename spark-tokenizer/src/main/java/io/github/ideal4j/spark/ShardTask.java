package io.github.ideal4j.spark;

import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.ImageViews;
import io.github.ideal4j.onnx.serving.ShardOutcome;
import io.github.ideal4j.onnx.serving.ShardTokenizer;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * One shard of a job, as a task does it.
 *
 * @param number of the shard
 * @param name of its token file
 * @param from number of its first photograph
 * @param to number behind its last one
 * @param photographs fingerprint of all photographs of the job
 * @param listed path, class and split of each, where the executor cannot list them itself; empty
 *     otherwise
 */
record ShardTask(
    int number, String name, int from, int to, String photographs, List<String[]> listed)
    implements Serializable {

  /** Sources of this executor by path: listing a large one takes a while. */
  private static final Map<String, Mounted> SOURCES = new HashMap<>();

  private record Mounted(ImageSource source, String photographs) {}

  static ShardTask of(
      int number, String name, int from, int to, String photographs, List<ImageEntry> entries) {
    List<String[]> listed = new ArrayList<>();
    for (ImageEntry entry : entries) {
      listed.add(new String[] {entry.path(), entry.label(), entry.split()});
    }
    return new ShardTask(number, name, from, to, photographs, listed);
  }

  /** Does the work and commits it. */
  ShardStore.Committed run(TokenizeJob job, String settings, String writer, Configuration storage)
      throws IOException {
    ExecutorTokenizers.Opened opened = ExecutorTokenizers.get(job, storage);
    List<ImageEntry> entries = listed.stream().map(e -> new ImageEntry(e[0], e[1], e[2])).toList();
    ImageSource source;
    if (job.inClusterStorage()) {
      source = HadoopImages.of(job.images(), storage, entries);
    } else {
      source = mounted(job.images(), photographs);
      entries = source.entries().subList(from, to);
    }
    Path work = Files.createTempDirectory("ideal-shard");
    try {
      ShardTokenizer.Settings how =
          new ShardTokenizer.Settings(
              job.decoding().withDecoder(DecodingOptions.Decoder.AUTO.resolved()),
              ShardTokenizer.Unreadable.LEAVE_OUT_DAMAGED,
              1,
              ImageViews.PLAIN,
              TokenFileOptions.standard(),
              writer);
      ShardTokenizer tokenizer;
      try (Progress.Stage stage = Progress.silent().start(name, to - (long) from, "photographs")) {
        tokenizer = new ShardTokenizer(opened.bundle(), opened.tokenizer(), source, how, stage);
        Path file = work.resolve(name);
        ShardOutcome outcome =
            tokenizer.run(new ShardTokenizer.Shard(file, work, from, entries), false);
        return new ShardStore(job.out(), storage)
            .commit(file, work.resolve(name + ".skipped.csv"), settings, outcome);
      }
    } finally {
      AtomicFile.deleteRecursively(work);
    }
  }

  /**
   * A source that every executor opens itself, once, and again when what it lists has changed.
   *
   * @param photographs fingerprint of what the driver sees there
   */
  private static ImageSource mounted(String images, String photographs) throws IOException {
    synchronized (SOURCES) {
      Mounted mounted = SOURCES.get(images);
      if (mounted == null || !mounted.photographs().equals(photographs)) {
        ImageSource source = ImageSource.open(TokenizeJob.local(images));
        mounted = new Mounted(source, source.fingerprint());
        SOURCES.put(images, mounted);
      }
      if (!mounted.photographs().equals(photographs)) {
        throw new IOException(
            "this executor sees others than the driver: %d photographs at %s; every executor must see the same files there"
                .formatted(mounted.source().entries().size(), images));
      }
      return mounted.source();
    }
  }
}
