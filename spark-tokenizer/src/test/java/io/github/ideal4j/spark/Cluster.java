package io.github.ideal4j.spark;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.ImageViews;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.ShardTokenizer;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Spark with two cores in this process, photographs, and what the local way makes of them. */
final class Cluster {

  static final Path BUNDLE = Path.of("../models/tiny").toAbsolutePath().normalize();
  static final int PHOTOGRAPHS = 50;

  private static final Path SHIPPED = Path.of("../examples/data/caltech101_64.zip");

  private Cluster() {}

  /** Tasks are tried up to four times. */
  static SparkSession spark() {
    return SparkSession.builder()
        .master("local[2,4]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.hadoop.fs.flaky.impl", FlakyFileSystem.class.getName())
        .getOrCreate();
  }

  /** Shipped photographs in folders of their classes; one of them is cut. */
  static Path photographs(Path folder) throws IOException {
    try (ImageSource source = ImageSource.open(SHIPPED)) {
      for (int i = 0; i < PHOTOGRAPHS; i++) {
        ImageEntry entry = source.entries().get(150 * i);
        byte[] bytes = source.read(entry);
        Path file = folder.resolve(entry.path());
        Files.createDirectories(file.getParent());
        Files.write(file, i == 7 ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
      }
    }
    return folder;
  }

  /** The shards that this process makes without Spark. */
  static Path local(Path photographs, Path out, int shards) throws IOException {
    Bundle bundle = Bundle.open(BUNDLE);
    SessionSettings settings = SessionSettings.cpu().withThreads(1);
    Path work = Files.createDirectories(out.resolve(".work"));
    try (ImageSource source = ImageSource.open(photographs);
        ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings, 8)) {
      ShardTokenizer.Settings how =
          new ShardTokenizer.Settings(
              DecodingOptions.standard(),
              ShardTokenizer.Unreadable.LEAVE_OUT,
              1,
              ImageViews.PLAIN,
              TokenFileOptions.standard(),
              IdealTokenize.writer());
      try (Progress.Stage stage = Progress.silent().start("", 0, "")) {
        ShardTokenizer tokenizing = new ShardTokenizer(bundle, tokenizer, source, how, stage);
        List<ImageEntry> all = source.entries();
        for (int i = 0; i < shards; i++) {
          int from = all.size() * i / shards;
          int to = all.size() * (i + 1) / shards;
          Path file = out.resolve(TokenDataset.shardName(i));
          tokenizing.run(new ShardTokenizer.Shard(file, work, from, all.subList(from, to)), false);
        }
      }
    }
    return out;
  }
}
