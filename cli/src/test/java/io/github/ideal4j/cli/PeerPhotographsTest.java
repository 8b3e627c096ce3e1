package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.Tokenizing;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs to tokens here, and in Python with Pillow and its own ONNX Runtime: {@code
 * -Dideal.peer.photographs=650} takes more of them.
 */
class PeerPhotographsTest {

  private static final int COUNT = Integer.getInteger("ideal.peer.photographs", 64);

  /** The other runtime is of another version; a token on the border of two codes may turn. */
  private static final double EQUAL_TOKENS = 0.999;

  @TempDir Path folder;

  @Test
  void photographsGiveTheTokensThatPythonGives() throws Exception {
    String given = System.getenv("IDEAL_PYTHON");
    String python = given == null ? "../.venv/bin/python" : given;
    assumeTrue(
        works(python, "-c", "import numpy, onnxruntime, PIL, pyarrow"),
        "no Python with Pillow, numpy, onnxruntime and pyarrow: set IDEAL_PYTHON");
    Path photographs = photographs();
    Path bundle = ShippedFiles.locate().bundle().orElseThrow();
    Path ours = folder.resolve("ours.arrow");
    Tokenizing.run(
        Tokenizing.Request.file(bundle, Photographs.all(photographs), ours, 2), Progress.silent());
    Path theirs = folder.resolve("theirs.arrow");
    run(
        python,
        "src/main/resources/io/github/ideal4j/pipeline/encode.py",
        bundle.toString(),
        photographs.toString(),
        theirs.toString(),
        "2",
        "8",
        "1");
    long equal = 0;
    long images = 0;
    try (TokenDataset one = TokenDataset.open(ours);
        TokenDataset other = TokenDataset.open(theirs)) {
      assertThat(one.size()).isEqualTo(COUNT);
      assertThat(other.size()).isEqualTo(COUNT);
      for (long row = 0; row < COUNT; row++) {
        int[] a = one.row(row).grid().indices();
        int[] b = other.row(row).grid().indices();
        int same = 0;
        for (int i = 0; i < a.length; i++) {
          same += a[i] == b[i] ? 1 : 0;
        }
        equal += same;
        images += same == a.length ? 1 : 0;
      }
    }
    System.out.printf(
        "%d of %d tokens equal, %d of %d images whole%n", equal, 256L * COUNT, images, COUNT);
    assertThat(equal / (256.0 * COUNT)).isGreaterThanOrEqualTo(EQUAL_TOKENS);
  }

  /** Shipped photographs of both sets, and one that is larger than the model's image. */
  private Path photographs() throws IOException {
    Path to = Files.createDirectories(folder.resolve("photographs"));
    Files.copy(
        Path.of("../image-io/src/test/resources/golden/pillow/photo.jpg"),
        to.resolve("000000.jpg"));
    int written = 1;
    for (String set : List.of("caltech101_64.zip", "eurosat_64.zip")) {
      try (ImageSource source = ImageSource.open(Path.of("../examples/data").resolve(set))) {
        int until = set.startsWith("caltech") ? 1 + COUNT * 3 / 4 : COUNT;
        int every = Math.max(1, source.entries().size() / COUNT);
        for (int i = 0; written < until; i++) {
          ImageEntry entry = source.entries().get(i * every);
          String ending = entry.path().substring(entry.path().lastIndexOf('.'));
          Files.write(to.resolve("%06d%s".formatted(written++, ending)), source.read(entry));
        }
      }
    }
    return to;
  }

  private static boolean works(String... call) throws InterruptedException {
    try {
      return new ProcessBuilder(call).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(String... call) throws Exception {
    Process process = new ProcessBuilder(call).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
