package io.github.ideal4j.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearNamesTest {

  private static final List<String> PRESETS = List.of("tiny", "small", "ideal-256", "ideal-384");

  @Test
  void editsAreLevenshteins() {
    assertThat(NearNames.edits("kitten", "sitting")).isEqualTo(3);
    assertThat(NearNames.edits("", "abc")).isEqualTo(3);
    assertThat(NearNames.edits("FID768", "fid768")).isZero();
  }

  @Test
  void aSlipOfTheFingerIsRecognized() {
    assertThat(NearNames.hint("tinny", PRESETS)).isEqualTo("; did you mean tiny?");
    assertThat(NearNames.hint("ideal-265", PRESETS)).contains("ideal-256");
    assertThat(NearNames.near("ideal", PRESETS)).containsExactly("ideal-256", "ideal-384");
  }

  @Test
  void anythingElseGetsNoHint() {
    assertThat(NearNames.hint("elephant", PRESETS)).isEmpty();
    assertThat(NearNames.hint("x", List.of())).isEmpty();
  }
}
