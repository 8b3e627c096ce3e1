package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StageStateTest {

  @Test
  void whatAnEarlierRunDidCountsButSaysNothingOfThePace() {
    StageState state = new StageState(1000, "steps");
    state.skip(900);
    assertThat(state.running()).startsWith("900/1,000 steps, ").doesNotContain("/s");
    state.advance(50);
    state.note("loss 4.9");
    assertThat(state.share()).isEqualTo(0.95);
    assertThat(state.running()).matches("950/1,000 steps, [\\d.]+/s, 0:\\d\\d left {2}loss 4.9");
    assertThat(state.ended()).contains("took 0:0");
  }

  @Test
  void anUnknownTotalIsLeftOut() {
    StageState state = new StageState(-1, "images");
    state.advance(3);
    assertThat(state.running()).startsWith("3 images, ").contains("so far");
  }

  @Test
  void aBarFitsItsTerminal() {
    BarStage stage = new BarStage("Training tokenizer", 60, "steps");
    stage.advance(30);
    stage.note("loss 4.8621");
    assertThat(stage.render(80)).hasSizeLessThanOrEqualTo(80).contains("30/60 steps");
    assertThat(stage.render(120)).contains("loss 4.8621");
    stage.close();
  }

  @Test
  void aLogGetsALineAtTheEnd() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LineStage stage =
        new LineStage(new PrintStream(bytes, true, StandardCharsets.UTF_8), "Reading", 2, "images");
    stage.advance(2);
    stage.close();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).startsWith("Reading").contains("2/2 images");
  }
}
