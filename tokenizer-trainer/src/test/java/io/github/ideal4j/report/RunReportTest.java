package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.training.ProvenanceRecord;
import io.github.ideal4j.training.RunFolder;
import io.github.ideal4j.training.RunWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {

  private static final List<RgbImage> IMAGES = TinyPhotographs.of(8, 32, 1);

  @TempDir private Path folder;
  private RunFolder run;

  @BeforeEach
  void prepare() throws IOException {
    Record config = TinyTokenizer.config();
    ProvenanceRecord provenance =
        ProvenanceRecord.now("tokenizer", config, 0, Map.of(), Map.of(), "cpu");
    run = RunFolder.prepare(folder.resolve("run"), config, provenance, false);
    Files.writeString(
        run.root().resolve("metrics.jsonl"),
        """
        {"step":10,"loss":3.5,"seconds":1.0}
        {"step":20,"loss":2.5,"validationPsnr":15.25,"validationUsage":0.5,"seconds":2.0}
        """);
  }

  private String page() throws IOException {
    return Files.readString(run.report());
  }

  @Test
  void thePageSaysHowFarTheRunIsAndThatItHasEnded() throws IOException {
    RunWatcher watcher = RunReport.watching(run);
    watcher.validated(20, 30);
    assertThat(page())
        .contains("data-running=\"true\"")
        .contains("Running: step 20 of 30 at ")
        .contains("15.25 dB")
        .contains("Make it again");
    watcher.ended(30, 30);
    assertThat(page()).contains("data-running=\"\"").doesNotContain("Running:");
  }

  /** A training must not die of a full disk for its page's sake. */
  @Test
  void aPageThatCannotBeWrittenIsNoError() throws IOException {
    Files.createDirectories(run.report().resolve("in the way"));
    RunReport.watching(run).validated(20, 30);
    assertThat(run.report()).isDirectory();
  }

  @Test
  void stripsAreShownInTheirOrderUpToTheLastStep() throws IOException {
    ValidationStrips strips = new ValidationStrips(run);
    strips.add(20, IMAGES, IMAGES);
    strips.add(10, IMAGES, IMAGES);
    strips.add(500, IMAGES, IMAGES);
    PictureBlock.Timeline timeline = strips.timeline(20).orElseThrow();
    assertThat(timeline.frames().stream().map(PictureBlock.Timeline.Frame::label))
        .containsExactly("after 10 steps", "after 20 steps");
    assertThat(timeline.reference().image().width()).isEqualTo(8 * 32);
    RunReport.write(run, List.of());
    assertThat(page()).contains("Validation photographs over time");
  }

  @Test
  void aRunWithoutPicturesHasNoTimeline() throws IOException {
    assertThat(new ValidationStrips(run).timeline(20)).isEmpty();
    RunReport.write(run, List.of());
    assertThat(page()).doesNotContain("over time");
  }
}
