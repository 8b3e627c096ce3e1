package io.github.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.onnx.serving.ShardOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdealTokenizeTest {

  private static final int SHARDS = 3;
  private static final int PATIENCE_SECONDS = 120;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static SparkSession spark;
  private static Path photographs;
  private static Path local;

  @BeforeAll
  static void begin() throws IOException {
    spark = Cluster.spark();
    photographs = Cluster.photographs(shared.resolve("photographs"));
    local = Cluster.local(photographs, shared.resolve("local"), SHARDS);
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  private TokenizeJob job(String images) {
    return TokenizeJob.of(
        Cluster.BUNDLE.toString(), images, folder.resolve("out").toString(), SHARDS);
  }

  @Test
  void shardsHaveTheBytesOfTheLocalOnesAndStayWhenAskedForAgain() throws IOException {
    IdealTokenize.Result first = IdealTokenize.run(spark, job(photographs.toString()));
    assertThat(first).isEqualTo(new IdealTokenize.Result(Cluster.PHOTOGRAPHS - 1, 1, SHARDS, 0));
    assertEqualToLocal();
    assertThat(Files.readAllLines(folder.resolve("out/skipped.csv")))
        .hasSize(2)
        .last()
        .asString()
        .contains("cut off");
    Object written = Files.getLastModifiedTime(folder.resolve("out/part-00000.arrow"));
    IdealTokenize.Result again = IdealTokenize.run(spark, job(photographs.toString()));
    assertThat(again)
        .isEqualTo(new IdealTokenize.Result(Cluster.PHOTOGRAPHS - 1, 1, SHARDS, SHARDS));
    assertThat(Files.getLastModifiedTime(folder.resolve("out/part-00000.arrow")))
        .isEqualTo(written);
    assertThat(Files.readString(folder.resolve("out/manifest.json")))
        .contains("\"rows\" : 49")
        .contains("part-00002.arrow");
    assertThat(folder.resolve("out/_temporary")).doesNotExist();
  }

  @Test
  void aTaskThatFailsIsTriedAgainAndNothingIsLostOrDoubled() throws IOException {
    int before = FlakyFileSystem.FAILURES.get();
    try (TokenDataset tokens = TokenDataset.open(local)) {
      for (long row : new long[] {3, 20, 40}) {
        FlakyFileSystem.FAIL_ONCE.add(Path.of(tokens.path(row)).getFileName().toString());
      }
    }
    IdealTokenize.Result result = IdealTokenize.run(spark, job("flaky://" + photographs));
    assertThat(FlakyFileSystem.FAILURES.get() - before).isEqualTo(3);
    assertThat(FlakyFileSystem.FAIL_ONCE).isEmpty();
    assertThat(result).isEqualTo(new IdealTokenize.Result(Cluster.PHOTOGRAPHS - 1, 1, SHARDS, 0));
    assertEqualToLocal();
  }

  @Test
  void aJobThatIsKilledGoesOnBehindItsLastShard() throws Exception {
    Path log = folder.resolve("log");
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(word -> word.startsWith("--add-opens"))
        .forEach(words::add);
    words.addAll(List.of("-Dspark.master=local[1]", "-Dspark.ui.enabled=false"));
    words.addAll(List.of("-Dspark.driver.bindAddress=127.0.0.1"));
    words.addAll(List.of("-Dspark.driver.host=127.0.0.1"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.add(IdealTokenize.class.getName());
    words.addAll(List.of("--bundle", Cluster.BUNDLE.toString()));
    words.addAll(List.of("--images", photographs.toString()));
    words.addAll(List.of("--out", folder.resolve("out").toString(), "--shards", "3"));
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Path record = folder.resolve("out/_shards/part-00000.arrow.json");
    long start = System.nanoTime();
    while (!Files.exists(record) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(2);
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(PATIENCE_SECONDS);
    }
    process.destroyForcibly().waitFor();
    assertThat(record).as(Files.readString(log)).exists();
    assertThat(folder.resolve("out/manifest.json")).doesNotExist();
    IdealTokenize.Result result = IdealTokenize.run(spark, job(photographs.toString()));
    assertThat(result.kept()).isBetween(1, 2);
    assertThat(result.rows()).isEqualTo(Cluster.PHOTOGRAPHS - 1);
    assertEqualToLocal();
  }

  // As speculation starts them: both finish, one of them a moment later.
  @Test
  void twoAttemptsAtOneShardLeaveOne() throws Exception {
    Configuration storage = new Configuration();
    Path file = local.resolve("part-00001.arrow");
    Path none = Files.createFile(folder.resolve("none"));
    ShardOutcome outcome = new ShardOutcome("part-00001.arrow", 16, 0, 0, "");
    String out = folder.resolve("out").toString();
    List<CompletableFuture<Void>> attempts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      attempts.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  new ShardStore(out, storage).commit(file, none, "settings", outcome);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }));
    }
    attempts.forEach(CompletableFuture::join);
    assertThat(folder.resolve("out/part-00001.arrow")).hasSameBinaryContentAs(file);
    ShardStore store = new ShardStore(out, storage);
    assertThat(store.committed("part-00001.arrow", "settings")).isPresent();
    assertThatThrownBy(() -> store.committed("part-00001.arrow", "others"))
        .hasMessageContaining("of another job");
    Files.writeString(folder.resolve("out/part-00001.arrow"), "cut");
    assertThat(store.committed("part-00001.arrow", "settings")).isEmpty();
  }

  @Test
  void theFunctionGivesTheTokensOfTheShards() throws IOException {
    Map<String, int[]> expected = new HashMap<>();
    try (TokenDataset tokens = TokenDataset.open(local)) {
      for (long row = 0; row < tokens.size(); row++) {
        expected.put(tokens.path(row), tokens.row(row).grid().indices());
      }
    }
    String folder = photographs.toString();
    TokenizeJob job = job("");
    // tag::read
    Dataset<Row> files =
        spark.read().format("binaryFile").option("recursiveFileLookup", "true").load(folder);
    Dataset<Row> found = IdealTokenize.tokens(files, job); // path, tokens, problem
    // end::read
    Dataset<Row> paths = files.select("path"); // read where they lie
    for (Dataset<Row> tokenized : List.of(found, IdealTokenize.tokens(paths, job))) {
      List<Row> rows = tokenized.collectAsList();
      assertThat(rows).hasSize(Cluster.PHOTOGRAPHS);
      int equal = 0;
      for (Row row : rows) {
        Path path = Path.of(java.net.URI.create(row.getString(0)));
        if (row.isNullAt(1)) {
          assertThat(row.getString(2)).contains("cut off");
          continue;
        }
        int[] tokens = row.<Integer>getList(1).stream().mapToInt(Integer::intValue).toArray();
        int[] ours = expected.get(photographs.relativize(path).toString());
        // Batches are others here, and rounding may turn a token on the border of two codes.
        equal += agreeing(tokens, ours);
      }
      assertThat(equal / (256.0 * (Cluster.PHOTOGRAPHS - 1))).isGreaterThan(0.9999);
    }
  }

  private static int agreeing(int[] one, int[] other) {
    int equal = 0;
    for (int i = 0; i < one.length; i++) {
      equal += one[i] == other[i] ? 1 : 0;
    }
    return equal;
  }

  @Test
  void wrongWordsAreAnsweredWithTheRightOnes() {
    assertThatThrownBy(() -> IdealTokenize.parse("--bundle", "b", "--imags", "x"))
        .hasMessageContaining("usage: IdealTokenize --bundle B --images SRC");
  }

  private void assertEqualToLocal() throws IOException {
    for (int i = 0; i < SHARDS; i++) {
      String name = TokenDataset.shardName(i);
      assertThat(folder.resolve("out").resolve(name)).hasSameBinaryContentAs(local.resolve(name));
    }
  }
}
