package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.report.PngFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is told in one line that names the offending thing and what would be valid. */
class ErrorsTest {

  private static final String PLAIN = "--provider cpu --threads 1";

  @TempDir static Path folder;
  private static Path photographs;
  private static Path tokens;

  @BeforeAll
  static void tokenizeSomePhotographs() throws IOException {
    photographs = folder.resolve("photographs");
    for (int i = 0; i < 6; i++) {
      byte[] pixels = new byte[80 * 64 * RgbImage.CHANNELS];
      Arrays.fill(pixels, (byte) (30 * i));
      PngFile.write(
          new RgbImage(80, 64, pixels),
          photographs.resolve(i % 2 == 0 ? "even" : "odd").resolve(i + ".png"));
    }
    tokens = folder.resolve("tokens.arrow");
    done("tokenize %s --images %s --out %s", PLAIN, photographs, tokens);
  }

  /** A run that must succeed; returns what it printed. */
  private static String done(String pattern, Object... arguments) {
    return run(pattern, arguments).with(0).out();
  }

  /** A run that must fail with this code; returns the line that was said. */
  private static String failing(int expected, String pattern, Object... arguments) {
    List<String> lines = run(pattern, arguments).with(expected).err().lines().toList();
    assertThat(lines.get(0)).startsWith("ideal: ");
    assertThat(lines).hasSizeLessThanOrEqualTo(expected == 2 ? 3 : 1);
    return lines.get(0);
  }

  @SuppressWarnings("AnnotateFormatMethod") // would be a dependency for this one method
  private static Outcome run(String pattern, Object... arguments) {
    return Outcome.run((Object[]) pattern.formatted(arguments).split(" +"));
  }

  private static Path copy(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (Stream<Path> files = Files.walk(photographs)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path to = copy.resolve(photographs.relativize(file).toString());
        if (Files.isRegularFile(file)) {
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
    }
    return copy;
  }

  @Test
  void anUnreadablePhotographIsCountedAndKeepsTheNumbersOfTheOthers() throws IOException {
    Path some = copy("broken");
    Files.writeString(some.resolve("even/2.png"), "no picture");
    Path out = folder.resolve("broken.arrow");
    assertThat(done("tokenize %s --images %s --out %s", PLAIN, some, out))
        .contains("1 unreadable photographs were left out");
    String rows = done("tokens head %s --rows 10", out);
    assertThat(rows).contains("even/0.png").doesNotContain("even/2.png");

    Path strict = folder.resolve("strict.arrow");
    assertThat(failing(1, "tokenize %s --strict --images %s --out %s", PLAIN, some, strict))
        .contains("even/2.png");
    assertThat(strict).doesNotExist();
  }

  @Test
  void missingThingsAreNamed() {
    assertThat(failing(1, "tokenize --images %s --out x.arrow", folder.resolve("nowhere")))
        .contains("nowhere");
    assertThat(failing(1, "tokens inspect %s", folder.resolve("no.arrow"))).contains("no.arrow");
    assertThat(failing(1, "sample --bundle %s --out x.png", folder.resolve("nobundle")))
        .contains("nobundle");
    assertThat(failing(1, "report %s", folder.resolve("norun"))).contains("norun");
    assertThat(failing(1, "export %s --out %s", folder.resolve("norun"), folder.resolve("b")))
        .contains("norun");
    assertThat(failing(1, "evaluate --images %s", folder.resolve("nowhere"))).contains("nowhere");
    assertThat(failing(1, "fuse --model %s --out x.onnx", folder.resolve("no.tribuo")))
        .contains("no.tribuo");
    assertThat(failing(1, "doctor --images %s", folder.resolve("nowhere"))).contains("nowhere");
  }

  @Test
  void anUnknownClassIsAnsweredWithThoseThatSoundAlike() {
    assertThat(failing(1, "sample %s --label sunflowr --count 1 --out x.png", PLAIN))
        .contains("sunflowr")
        .contains("sunflower");
    assertThat(failing(1, "sample %s --label 4711 --count 1 --out x.png", PLAIN)).contains("4711");
  }

  @Test
  void anUnknownPresetOrKeyIsAnsweredWithTheKnownOnes() {
    assertThat(failing(1, "train tokenizer --preset tinny --dry-run"))
        .contains("tinny")
        .contains("tiny")
        .contains("ideal-256");
    assertThat(failing(1, "train tokenizer --set training.stepz=5 --dry-run"))
        .contains("training.stepz")
        .contains("steps");
    assertThat(failing(1, "train prior --tokens %s --set dropout=2 --dry-run", tokens))
        .contains("dropout")
        .contains("2");
    assertThat(failing(1, "train tokenizer --set model.grid=15 --dry-run")).contains("grid");
  }

  @Test
  void tokensOfAnotherTokenizerAreRefused() throws IOException {
    Path other = folder.resolve("other.arrow");
    TokenizerInfo stranger = new TokenizerInfo("stranger", "ab".repeat(32), 1024, 16, 16, 64, 64);
    try (TokenFileWriter writer =
        TokenFileWriter.create(
            other, TokenFileInfo.toWrite(stranger, "test", List.of(TokenColumn.LABEL)))) {
      writer.append(TokenRow.of(0, new TokenGrid(16, 16, new int[256])).withLabel("even"));
      writer.finish();
    }
    assertThat(failing(1, "detokenize %s --tokens %s --out %s", PLAIN, other, folder.resolve("d")))
        .contains("stranger");
    Path tiny = ShippedFiles.locate().bundle().orElseThrow();
    assertThat(failing(1, "train prior --tokens %s --bundle %s --out x", other, tiny))
        .contains("stranger");
  }

  @Test
  void aDamagedFileIsRefusedWithItsPlace() throws IOException {
    byte[] bytes = Files.readAllBytes(tokens);
    bytes[bytes.length / 2] ^= 1;
    Path damaged = folder.resolve("damaged.arrow");
    Files.write(damaged, bytes);
    assertThat(failing(1, "tokens verify %s", damaged)).contains("damaged.arrow");
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 40));
    assertThat(failing(1, "tokens inspect %s", damaged)).contains("damaged.arrow");
    Files.write(damaged, "photograph".getBytes(StandardCharsets.UTF_8));
    assertThat(failing(1, "classify train --tokens %s --out x.tribuo", damaged))
        .contains("damaged.arrow");
  }

  @Test
  void wrongNumbersAndOptionsAreRefused() {
    assertThat(failing(2, "tokenize %s --images %s --shards 0 --out x", PLAIN, photographs))
        .contains("--shards is 0; valid is 1 or more");
    assertThat(failing(2, "sample --count many --out x.png")).contains("many").contains("--count");
    assertThat(failing(2, "sample %s --temperature -1 --out x.png", PLAIN)).contains("temperature");
    assertThat(failing(1, "sample %s --top-p 0 --out x.png", PLAIN)).contains("top");
    assertThat(failing(2, "quickstart --budget 0")).contains("1 to 10000");
    assertThat(failing(1, "detokenize %s --tokens %s --rows 9:3 --out x", PLAIN, tokens))
        .contains("9:3");
    assertThat(failing(1, "classify train --tokens %s --features bag --out x.tribuo", tokens))
        .contains("bag")
        .contains("boc");
    assertThat(failing(1, "evaluate --device gpu")).contains("gpu").contains("cuda");
    assertThat(failing(2, "tokenise")).contains("tokenise").contains("did you mean tokenize");
  }

  @Test
  void resumedShardsMustBeOfTheSamePhotographs() throws IOException {
    Path shards = folder.resolve("shards");
    done("tokenize %s --images %s --shards 2 --out %s", PLAIN, photographs, shards);
    List<byte[]> before = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      before.add(Files.readAllBytes(shard(shards, i)));
    }
    Files.delete(shard(shards, 1));
    done("tokenize %s --images %s --shards 2 --resume --out %s", PLAIN, photographs, shards);
    assertThat(Files.readAllBytes(shard(shards, 1))).isEqualTo(before.get(1));
    String error =
        failing(
            1,
            "tokenize %s --images %s --every 2 --shards 2 --resume --out %s",
            PLAIN,
            photographs,
            shards);
    assertThat(error).contains("choose another --out");
  }

  private static Path shard(Path shards, int number) throws IOException {
    try (Stream<Path> files = Files.list(shards)) {
      return files.filter(f -> f.toString().endsWith(".arrow")).sorted().toList().get(number);
    }
  }
}
