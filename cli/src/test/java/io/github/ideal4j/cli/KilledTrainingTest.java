package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training process that is killed at any moment goes on as if it had never stopped. */
class KilledTrainingTest {

  private static final int STEPS = 24;
  private static final int KILLS = 3;
  private static final int PATIENCE_SECONDS = 240;

  @TempDir Path folder;

  @Test
  void theContinuedNumbersEqualThoseOfAnUninterruptedRun() throws Exception {
    Path whole = folder.resolve("whole");
    assertThat(ended(start(whole))).isZero();

    Path killed = folder.resolve("killed");
    SplittableRandom random = new SplittableRandom();
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(killed);
      int after = kill * STEPS / KILLS + random.nextInt(STEPS / KILLS);
      while (lastStep(killed) < after && process.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(20 + random.nextInt(60)); // any moment, also while one is saved
      }
      process.destroyForcibly().waitFor();
    }
    assertThat(ended(start(killed))).isZero();

    assertThat(metrics(killed)).isEqualTo(metrics(whole));
    assertThat(newestWeights(killed)).hasSameBinaryContentAs(newestWeights(whole));
  }

  private Process start(Path run) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Two new runs: both compute alike only if neither measures which form is faster.
    words.addAll(List.of("-Dideal.linear=product", "-Dai.djl.offline=true"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.add(IdealCommand.class.getName());
    words.addAll(List.of("train", "tokenizer", "--every", "150", "--validation-every", "100"));
    words.addAll(List.of("--threads", "1", "--resume", "--out", run.toString()));
    words.addAll(List.of("--feature-cache", folder.resolve("features").toString()));
    for (String value :
        List.of(
            "training.steps=" + STEPS,
            "training.batch=4",
            "training.logEvery=1",
            "training.validateEvery=12",
            "training.checkpointEvery=3",
            "data.mirror=false")) {
      words.addAll(List.of("--set", value));
    }
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private int ended(Process process) throws Exception {
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(Files.readString(folder.resolve("log"))).isTrue();
    return process.exitValue();
  }

  private static long lastStep(Path run) throws Exception {
    Path metrics = run.resolve("metrics.jsonl");
    if (!Files.exists(metrics)) {
      return -1;
    }
    return Files.readString(metrics).chars().filter(c -> c == '\n').count();
  }

  private static List<JsonNode> metrics(Path run) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode numbers = json.readTree(line);
      ((ObjectNode) numbers).remove("seconds");
      lines.add(numbers);
    }
    assertThat(lines).hasSize(STEPS);
    return lines;
  }

  private static Path newestWeights(Path run) throws Exception {
    try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
      Path newest = checkpoints.max(Comparator.naturalOrder()).orElseThrow();
      return newest.resolve("ema.safetensors");
    }
  }
}
