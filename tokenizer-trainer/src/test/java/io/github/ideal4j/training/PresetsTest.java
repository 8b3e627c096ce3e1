package io.github.ideal4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresetsTest {

  private static final Presets<Sketch> PRESETS = Presets.of("sketch", Sketch.class, "small");

  enum Shape {
    ROUND,
    FLAT
  }

  record Sketch(int width, Shape shape, Inner inner, TrainingConfig training) {}

  record Inner(double rate, boolean on) {}

  @TempDir Path folder;

  @Test
  void overridesReachNestedKeys() {
    Sketch sketch =
        PRESETS.load("small", List.of("inner.rate=2e-3", "shape=flat", "training.steps=7"));
    assertThat(sketch.inner().rate()).isEqualTo(2e-3);
    assertThat(sketch.shape()).isEqualTo(Shape.FLAT);
    assertThat(sketch.training().steps()).isEqualTo(7);
  }

  @Test
  void aFileChangesOnlyWhatItNames() throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(file, "inner:\n  rate: 0.5\n");
    Sketch sketch = PRESETS.load("small", Optional.of(file), List.of());
    assertThat(sketch.inner()).isEqualTo(new Inner(0.5, true));
  }

  @Test
  void anUnknownKeyIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> PRESETS.load("small", List.of("inner.rat=1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--set inner.rat=1: unknown key 'inner.rat'; the nearest valid key is 'inner.rate'");
    assertThatThrownBy(() -> PRESETS.load("small", List.of("steps=1")))
        .hasMessageContaining("'training.steps'");
  }

  @Test
  void anUnknownPresetIsAnsweredWithTheValidOnes() {
    assertThatThrownBy(() -> PRESETS.load("huge", List.of()))
        .hasMessage("unknown sketch preset 'huge'; valid are [small]");
  }

  @Test
  void aValueOutsideItsRangeNamesKeyAndValue() {
    assertThatThrownBy(() -> PRESETS.load("small", List.of("training.steps=0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("training")
        .hasMessageContaining("steps must be at least 1, got 0");
    assertThatThrownBy(() -> PRESETS.load("small", List.of("shape=square")))
        .hasMessage("--set shape=square: shape is 'square'; valid are [round, flat]");
    assertThatThrownBy(() -> PRESETS.load("small", List.of("width=wide")))
        .hasMessageContaining("width")
        .hasMessageContaining("wide");
    assertThatThrownBy(() -> PRESETS.load("small", List.of("width=1.5")))
        .hasMessageContaining("width");
  }

  @Test
  void aSectionIsNoValue() {
    assertThatThrownBy(() -> PRESETS.load("small", List.of("inner=3")))
        .hasMessageContaining("'inner' is a section")
        .hasMessageContaining("rate");
  }

  @Test
  void whatIsWrittenIsCompleteAndReadsBack() throws IOException {
    Sketch sketch = PRESETS.load("small", List.of());
    Path file = folder.resolve("config.yaml");
    Configs.write(file, sketch);
    assertThat(Configs.read(file, Sketch.class)).isEqualTo(sketch);
    assertThat(Files.readString(file)).contains("shape: round").contains("beta2: 0.95");
  }

  @Test
  void aFileThatLacksAKeyIsRefusedWithItsName() throws IOException {
    Path file = folder.resolve("config.yaml");
    Configs.write(file, PRESETS.load("small", List.of()));
    Files.writeString(file, Files.readString(file).replaceAll("(?m)^width:.*\n", ""));
    assertThatThrownBy(() -> Configs.read(file, Sketch.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width")
        .hasMessageContaining(file.toString());
  }
}
