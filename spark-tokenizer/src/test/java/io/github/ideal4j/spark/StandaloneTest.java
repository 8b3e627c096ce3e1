package io.github.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ideal4j.arrow.TokenDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are processes of their own, with GPUs that Spark believes in. */
class StandaloneTest {

  private static final int SHARDS = 3;
  private static final int TASKS = 4;
  private static final int PATIENCE_SECONDS = 60;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Standalone cluster;
  private static Path photographs;
  private static Path local;

  @BeforeAll
  static void begin() throws IOException {
    assumeTrue(
        Boolean.getBoolean("ideal.spark.processes"),
        "starts two executors: -Dideal.spark.processes=true");
    photographs = Cluster.photographs(shared.resolve("photographs"));
    local = Cluster.local(photographs, shared.resolve("local"), SHARDS);
    cluster = new Standalone(shared.resolve("home"));
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private TokenizeJob job(String out, String provider) {
    return new TokenizeJob(
        Cluster.BUNDLE.toString(), photographs.toString(), out, SHARDS, 8, provider, false);
  }

  @Test
  void aTaskComputesOnTheGpuThatSparkGaveIt() {
    String meeting = folder.toString();
    List<String> given =
        new JavaSparkContext(cluster.spark().sparkContext())
            .parallelize(List.of(0, 1, 2, 3), TASKS)
            .map(number -> devices(number, Path.of(meeting)))
            .collect();
    assertThat(given)
        .containsExactlyInAnyOrder("0 cuda:0 cpu", "1 cuda:1 cpu", "0 cuda:0 cpu", "1 cuda:1 cpu");
  }

  /** The address that Spark gave, and the devices of {@code auto} and {@code cpu}. */
  private static String devices(int number, Path meeting) throws Exception {
    // All four run at the same time, so that each has a GPU of its own.
    Files.write(meeting.resolve("task" + number), new byte[0]);
    await(() -> meeting.toFile().list().length == TASKS);
    TaskContext task = TaskContext.get();
    return "%s %s %s"
        .formatted(
            task.resourcesJMap().get("gpu").addresses()[0],
            ExecutorTokenizers.provider("auto", task),
            ExecutorTokenizers.provider("cpu", task));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(10);
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(PATIENCE_SECONDS);
    }
  }

  // There is none here, and this ONNX Runtime knows none; the processor would hide it.
  @Test
  void aGpuThatCannotBeHadIsAnErrorThatNamesIt() {
    assertThatThrownBy(
            () -> IdealTokenize.run(cluster.spark(), job(folder.resolve("out").toString(), "auto")))
        .hasMessageMatching("(?s).*no session on cuda:[01], which Spark gave the task: .*CUDA.*");
  }

  @Test
  void aSecondAttemptOvertakesTheFirstAndOneShardIsLeft() throws Exception {
    IdealTokenize.Result result =
        IdealTokenize.run(cluster.spark(), job("slow://" + folder.resolve("out"), "cpu"));
    assertThat(result).isEqualTo(new IdealTokenize.Result(Cluster.PHOTOGRAPHS - 1, 1, SHARDS, 0));
    await(() -> Files.exists(folder.resolve("attempt0.ends")));
    assertThat(folder.resolve("attempt1.ends")).exists();
    assertThat(folder.resolve("attempt0.writes")).exists();
    IdealTokenize.run(cluster.spark(), job(folder.resolve("again").toString(), "cpu"));
    assertThat(files(folder.resolve("out"))).isEqualTo(files(folder.resolve("again")));
    for (String file : files(folder.resolve("out"))) {
      if (Files.isDirectory(folder.resolve("out").resolve(file))) {
        continue;
      }
      assertThat(folder.resolve("out").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("again").resolve(file));
    }
    for (int i = 0; i < SHARDS; i++) {
      String name = TokenDataset.shardName(i);
      assertThat(folder.resolve("out").resolve(name)).hasSameBinaryContentAs(local.resolve(name));
    }
  }

  /** Without the sums that Hadoop writes beside local files. */
  private static List<String> files(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .map(file -> out.relativize(file).toString())
          .filter(file -> !file.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }
}
