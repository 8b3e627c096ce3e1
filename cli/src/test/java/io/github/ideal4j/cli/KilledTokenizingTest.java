package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.arrow.TokenDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tokenizing process that is killed goes on behind its last batch and ends with equal bytes. */
class KilledTokenizingTest {

  private static final int PHOTOGRAPHS = 81;
  private static final int KILLS = 2;
  private static final int PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  // 20 rows of the file are no multiple of 8 photographs in two views: a stop falls inside a batch.
  @Test
  void theTokensAreThoseOfAnUninterruptedRun() throws Exception {
    Path photographs = photographs();
    Path whole = folder.resolve("whole");
    assertThat(ended(start(photographs, whole, false))).as(log()).isZero();

    Path killed = folder.resolve("killed");
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(photographs, killed, true);
      long before = journalled(killed);
      while (journalled(killed) < before + 2 && process.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(process.isAlive()).as("ended before it was killed: " + log()).isTrue();
      process.destroyForcibly().waitFor();
    }
    assertThat(ended(start(photographs, killed, true))).as(log()).isZero();

    for (String name : List.of("part-00000.arrow", "part-00001.arrow", "skipped.csv")) {
      assertThat(killed.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
    assertThat(Files.readString(whole.resolve("skipped.csv")))
        .startsWith("path,reason,id,shard\r\n\"photo-0005.jpg\",")
        .contains("cut off");
    assertThat(content(killed)).isEqualTo(content(whole));
    assertThat(killed.resolve(".work")).doesNotExist();
    try (TokenDataset tokens = TokenDataset.open(killed)) {
      assertThat(tokens.size()).isEqualTo(2 * (PHOTOGRAPHS - 2));
      for (long row = 0; row < tokens.size(); row++) {
        assertThat(tokens.view(row)).isEqualTo(row % 2 == 0 ? "plain" : "mirror");
        assertThat(tokens.id(row)).isEqualTo(tokens.id(row - row % 2));
      }
    }
  }

  private static String content(Path tokens) throws IOException {
    String provenance = Files.readString(tokens.resolve("provenance.json"));
    return provenance.lines().filter(line -> line.contains("content")).toList().toString();
  }

  /** Shipped photographs, some of them cut. */
  private Path photographs() throws IOException {
    Path from = Files.createDirectories(folder.resolve("photographs"));
    Path golden = Path.of("../image-io/src/test/resources/golden/pillow");
    List<String> names = List.of("sampling_444.jpg", "photo.jpg", "rgb.png", "progressive_420.jpg");
    for (int i = 0; i < PHOTOGRAPHS; i++) {
      byte[] photo = Files.readAllBytes(golden.resolve(names.get(i % 7 % 4)));
      byte[] one = i % 40 == 5 ? Arrays.copyOf(photo, photo.length / 2) : photo;
      Files.write(from.resolve("photo-%04d.jpg".formatted(i)), one);
    }
    return from;
  }

  private Process start(Path photographs, Path out, boolean resume) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.add(IdealCommand.class.getName());
    words.addAll(List.of("tokenize", "--threads", "1", "--shards", "2", "--rows-per-batch", "20"));
    words.addAll(List.of("--views", "plain,mirror"));
    words.addAll(List.of("--images", photographs.toString(), "--out", out.toString()));
    if (resume) {
      words.add("--resume");
    }
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private int ended(Process process) throws Exception {
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(log()).isTrue();
    return process.exitValue();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Batches of rows that are known to be on the disk. */
  private static long journalled(Path out) throws IOException {
    Path work = out.resolve(".work");
    if (!Files.exists(work)) {
      return 0;
    }
    long lines = 0;
    try (Stream<Path> files = Files.list(work)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".journal")).toList()) {
        lines += Files.readString(file).chars().filter(c -> c == '\n').count();
      }
    }
    return lines;
  }
}
