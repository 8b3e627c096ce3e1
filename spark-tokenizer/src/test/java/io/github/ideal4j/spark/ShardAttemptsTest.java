package io.github.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.serving.ShardOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two attempts at one shard, as retries and speculation start them, step by step. */
class ShardAttemptsTest {

  private static final String SHARD = "part-00001.arrow";
  private static final String ONE = "one";
  private static final String OTHER = "other";
  private static final int SEEDS = 15;
  private static final int MOST_STEPS = 100;

  @TempDir Path folder;

  private final Configuration storage = new Configuration();
  private int runs;

  @BeforeEach
  void begin() throws IOException {
    storage.set("fs.steps.impl", StepFileSystem.class.getName());
    byte[] shard = new byte[70_000];
    new Random(1).nextBytes(shard);
    Files.write(folder.resolve("shard"), shard);
    Files.writeString(folder.resolve("skipped"), "a.jpg,cut off,3,part-00001.arrow\r\n");
  }

  @AfterEach
  void end() {
    StepFileSystem.rename = StepFileSystem.Rename.REPLACES;
    StepFileSystem.STEP.remove();
  }

  private Path newFolder() {
    return folder.resolve("run" + runs++);
  }

  private ShardStore store(Path out) throws IOException {
    return new ShardStore("steps://" + out, storage);
  }

  private void commit(Path out) throws IOException {
    commit(out, "shard");
  }

  private void commit(Path out, String content) throws IOException {
    store(out)
        .commit(
            folder.resolve(content),
            folder.resolve("skipped"),
            "settings",
            new ShardOutcome(SHARD, 16, 1, 0, ""));
  }

  private void finish(Path out) throws IOException {
    assertThat(store(out).committed(SHARD, "settings")).isPresent();
    store(out).finish("the manifest", "skipped\r\n");
  }

  /** Sums of all files by path, and the folders. */
  private static Map<String, String> tree(Path out) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(out)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String sum = Files.isDirectory(path) ? "folder" : Sha256.of(path);
        tree.put(out.relativize(path).toString(), sum);
      }
    }
    return tree;
  }

  private Map<String, String> undisturbed() throws IOException {
    Path out = newFolder();
    commit(out);
    finish(out);
    return tree(out);
  }

  /** Commits with a thread of its own. */
  private CompletableFuture<Void> attempt(Path out, String name, Turns turns) {
    return CompletableFuture.runAsync(
        () -> {
          StepFileSystem.STEP.set(() -> turns.await(name));
          try {
            commit(out);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } finally {
            StepFileSystem.STEP.remove();
            turns.leave(name);
          }
        },
        task -> new Thread(task).start());
  }

  @ParameterizedTest
  @EnumSource(StepFileSystem.Rename.class)
  void oneWaitsAtAnyStepForTheOtherToFinish(StepFileSystem.Rename rename) throws Exception {
    StepFileSystem.rename = rename;
    Map<String, String> expected = undisturbed();
    int pause = 0;
    Turns turns;
    do {
      int first = pause++;
      turns =
          new Turns(
              (waiting, steps) ->
                  steps.getOrDefault(ONE, 0) < first && waiting.contains(ONE)
                      ? ONE
                      : waiting.contains(OTHER) ? OTHER : ONE,
              ONE,
              OTHER);
      Path out = newFolder();
      CompletableFuture<Void> one = attempt(out, ONE, turns);
      attempt(out, OTHER, turns).join();
      one.join();
      finish(out);
      assertThat(tree(out)).as("pause before step %d", first).isEqualTo(expected);
    } while (pause <= turns.steps(ONE));
    assertThat(pause).isBetween(10, MOST_STEPS);
  }

  @ParameterizedTest
  @EnumSource(StepFileSystem.Rename.class)
  void bothGoOnInAnyOrder(StepFileSystem.Rename rename) throws Exception {
    StepFileSystem.rename = rename;
    Map<String, String> expected = undisturbed();
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Turns turns =
          new Turns((waiting, steps) -> waiting.get(random.nextInt(waiting.size())), ONE, OTHER);
      Path out = newFolder();
      CompletableFuture<Void> one = attempt(out, ONE, turns);
      attempt(out, OTHER, turns).join();
      one.join();
      finish(out);
      assertThat(tree(out)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  // Spark does not wait for the attempts that it kills: the job may end before them.
  @ParameterizedTest
  @EnumSource(StepFileSystem.Rename.class)
  void oneGoesOnBehindTheEndOfTheJob(StepFileSystem.Rename rename) throws Exception {
    StepFileSystem.rename = rename;
    Map<String, String> expected = undisturbed();
    int pause = 0;
    Turns turns;
    do {
      int first = pause++;
      String driver = "the driver";
      turns =
          new Turns(
              (waiting, steps) ->
                  steps.getOrDefault(ONE, 0) < first && waiting.contains(ONE)
                      ? ONE
                      : waiting.contains(driver) ? driver : ONE,
              ONE,
              driver);
      Path out = newFolder();
      CompletableFuture<Void> one = attempt(out, ONE, turns);
      turns.await(driver);
      commit(out);
      finish(out);
      turns.leave(driver);
      try {
        one.join();
      } catch (CompletionException e) {
        // Its file was cleared away, and it is no longer asked for.
        assertThat(e).hasMessageContaining("_temporary");
      }
      assertThat(tree(out)).as("pause before step %d", first).isEqualTo(expected);
    } while (pause <= turns.steps(ONE));
    assertThat(pause).isBetween(10, MOST_STEPS);
  }

  @ParameterizedTest
  @EnumSource(StepFileSystem.Rename.class)
  void oneDiesAtAnyStepAndIsTriedAgain(StepFileSystem.Rename rename) throws Exception {
    StepFileSystem.rename = rename;
    Map<String, String> expected = undisturbed();
    boolean died = true;
    for (int step = 0; died; step++) {
      assertThat(step).isLessThan(MOST_STEPS);
      Path out = newFolder();
      died = diesAt(step, out, "shard");
      commit(out);
      finish(out);
      assertThat(tree(out)).as("dead before step %d", step).isEqualTo(expected);
    }
  }

  // It has the same length and a name that counts, but nothing says whose it is.
  @ParameterizedTest
  @EnumSource(StepFileSystem.Rename.class)
  void aShardWithoutRecordOfAnotherJobIsReplaced(StepFileSystem.Rename rename) throws Exception {
    StepFileSystem.rename = rename;
    Map<String, String> expected = undisturbed();
    Files.write(folder.resolve("foreign"), new byte[(int) Files.size(folder.resolve("shard"))]);
    int foreign = 0;
    boolean died = true;
    for (int step = 0; died; step++) {
      Path out = newFolder();
      died = diesAt(step, out, "foreign");
      if (Files.exists(out.resolve("_shards").resolve(SHARD + ".json"))) {
        break; // recorded, and refused as another job's
      }
      foreign += Files.exists(out.resolve(SHARD)) ? 1 : 0;
      commit(out);
      finish(out);
      assertThat(tree(out)).as("dead before step %d", step).isEqualTo(expected);
    }
    assertThat(foreign).isPositive();
  }

  private boolean diesAt(int step, Path out, String content) {
    int[] left = {step};
    StepFileSystem.STEP.set(
        () -> {
          if (left[0]-- <= 0) {
            throw new IOException("killed");
          }
        });
    try {
      commit(out, content);
      return false;
    } catch (IOException e) {
      assertThat(e).hasMessage("killed");
      return true;
    } finally {
      StepFileSystem.STEP.remove();
    }
  }
}
