package io.github.ideal4j.cli;

import static io.github.ideal4j.cli.Outcome.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ideal evaluate} on the shipped bundle and on two small folders of pictures. */
class EvaluateCommandTest {

  @TempDir Path folder;
  private Path real;
  private Path made;

  @BeforeEach
  void writePictures() throws IOException {
    real = folder.resolve("real");
    made = folder.resolve("made");
    Files.createDirectories(real);
    Files.createDirectories(made);
    for (int i = 0; i < 12; i++) {
      ImageIO.write(picture(i, 0), "png", real.resolve(i + ".png").toFile());
      ImageIO.write(picture(i, 8), "png", made.resolve(i + ".png").toFile());
    }
  }

  /** A few of the shipped photographs, some to learn from and some to measure on. */
  private Path photographs() throws IOException {
    Path target = folder.resolve("photographs");
    StringBuilder labels = new StringBuilder("path,label,class,split\n");
    try (ImageSource source = ImageSource.open(ShippedFiles.locate().photographs())) {
      List<ImageEntry> entries = source.entries();
      for (int i = 0; i < 48; i++) {
        ImageEntry entry = entries.get(i * (entries.size() / 48));
        Path file = target.resolve(entry.path());
        Files.createDirectories(file.getParent());
        Files.write(file, source.read(entry));
        labels.append(
            "%s,%d,%s,%s%n"
                .formatted(
                    entry.path(), i / 24, i < 24 ? "a" : "b", i % 2 == 0 ? "train" : "test"));
      }
    }
    Files.writeString(target.resolve("labels.csv"), labels.toString());
    return target;
  }

  private static BufferedImage picture(int seed, int noise) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 40; x++) {
        int level =
            100 + 40 * ((x / 8 + y / 8 + seed) % 3) + (noise == 0 ? 0 : random.nextInt(noise));
        image.setRGB(x, y, level << 16 | (level + seed) << 8 | 90);
      }
    }
    return image;
  }

  @Test
  void everythingThatCanBeHadIsMeasuredOfTheBundle() throws IOException {
    Path page = folder.resolve("page.html");
    JsonNode result =
        run(
                "evaluate",
                "--images",
                photographs(),
                "--split",
                "test",
                "--metrics",
                "all",
                "--peer",
                "vqvae",
                "--peer",
                "taef2",
                "--peer",
                "jpeg",
                "--report",
                page,
                "--feature-cache",
                folder.resolve("features"),
                "--json")
            .json();
    JsonNode metrics = result.get("metrics");
    assertThat(metrics.get("images").asInt()).isEqualTo(24);
    assertThat(metrics.get("psnr").asDouble()).isBetween(15.0, 30.0);
    assertThat(metrics.get("perturbedPsnr").asDouble()).isLessThan(metrics.get("psnr").asDouble());
    assertThat(metrics.get("fid768").asDouble()).isPositive();
    assertThat(metrics.get("perturbedFid768").asDouble())
        .isGreaterThan(metrics.get("fid768").asDouble());
    assertThat(metrics.get("bitsPerImage").asDouble()).isEqualTo(2560);
    assertThat(metrics.has("fid")).as("a name of the literature's").isFalse();
    assertThat(metrics.has("fid2048")).isFalse();
    assertThat(metrics.get("probeLinear").asDouble()).isBetween(0.0, 1.0);
    assertThat(metrics.has("probeTeacherLinear")).isTrue();
    assertThat(result.get("peers").get("vq-vae-f4").get("bitsPerImage").asDouble()).isEqualTo(2304);
    assertThat(result.get("peers").get("taef2-f8").get("lpips").asDouble())
        .isLessThan(result.get("peers").get("vq-vae-f4").get("lpips").asDouble());
    assertThat(result.get("notes").toString())
        .contains("ms-ssim is left out: it needs 161 pixels")
        .contains("Frechet distances of 24 images are too large")
        .contains("fid2048 is left out");
    assertThat(result.get("conditions").get("protocol").asText()).startsWith("native");
    assertThat(result.get("conditions").get("photographsSha256").asText()).hasSize(64);
    assertThat(page).exists();
  }

  @Test
  void twoSourcesOfTheSameNamesAreComparedOneByOneToo() throws IOException {
    JsonNode result =
        run(
                "evaluate",
                "--reference",
                real,
                "--images",
                made,
                "--metrics",
                "psnr,lpips,fid64,kid,precision",
                "--json")
            .json();
    JsonNode metrics = result.get("metrics");
    assertThat(result.get("conditions").get("paired").asBoolean()).isTrue();
    assertThat(metrics.get("psnr").asDouble()).isBetween(30.0, 50.0);
    assertThat(metrics.get("lpips").asDouble()).isPositive();
    assertThat(metrics.get("fid64").asDouble()).isPositive();
    assertThat(metrics.get("precision768").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void aSetIsNoDistanceFromItself() throws IOException {
    JsonNode result =
        run(
                "evaluate",
                "--reference",
                real,
                "--images",
                real,
                "--metrics",
                "ssim,fid64,fid192,precision",
                "--json")
            .json();
    JsonNode metrics = result.get("metrics");
    assertThat(metrics.get("ssim").asDouble()).isCloseTo(1, within(1e-9));
    assertThat(metrics.get("fid64").asDouble()).isCloseTo(0, within(1e-6));
    assertThat(metrics.get("fid192").asDouble()).isCloseTo(0, within(1e-6));
    assertThat(metrics.get("recall768").asDouble()).isEqualTo(1);
  }

  @Test
  void selfTestPrintsEveryDifference() throws IOException {
    Outcome outcome = run("evaluate", "--self-test");
    assertThat(outcome.code()).as(outcome.out()).isZero();
    assertThat(outcome.out())
        .contains("lpips squeeze")
        .contains("difference")
        .doesNotContain("FAIL");
  }

  @Test
  void whatCannotBeHadIsRefusedIfItIsNamed() {
    assertThat(run("evaluate", "--every", "500", "--metrics", "fid2048").err())
        .contains("fid2048 needs complete Inception weights");
    assertThat(run("evaluate", "--every", "500", "--metrics", "ms-ssim").err())
        .contains("ms-ssim needs 161 pixels a side, these have 64");
    assertThat(run("evaluate", "--every", "500", "--metrics", "lpips-vgg").err())
        .contains("--lpips-vgg FILE");
    assertThat(run("evaluate", "--metrics", "fid").err())
        .contains("metric 'fid' is unknown")
        .contains("fid768");
    assertThat(run("evaluate", "--protocol", "adm256").err()).contains("use native");
    assertThat(run("evaluate", "--every", "500", "--peer", "vqgan").err())
        .contains("peer 'vqgan' is unknown");
    assertThat(run("evaluate", "--reference", real, "--images", made, "--metrics", "usage").err())
        .contains("usage needs a bundle");
    assertThat(run("evaluate", "--reference", real, "--images", made, "--protocol", "native").err())
        .contains("adm256 or torch-fidelity");
  }

  @Test
  void picturesAsTheyAreMustHaveTheBundlesSize() {
    assertThat(
            run("evaluate", "--images", real, "--protocol", "torch-fidelity", "--backbone", "none")
                .err())
        .contains("40 x 40");
  }

  @Test
  void theShippedWeightsAreThere() {
    assertThat(ShippedFiles.locate().inception()).exists();
  }
}
