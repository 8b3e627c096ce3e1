package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChannelCosinesTest {

  @Test
  void channelsAreComparedAboutTheTeachersMean() {
    ChannelCosines cosines = new ChannelCosines(new float[] {1, 0, 5});
    cosines.add(new float[] {3, 1, 5, 0, 1, 5}, new float[] {2, -1, 6, 0.5f, -1, 4});
    // Channel 0: (2, -1) and (1, -0.5); channel 1: (1, 1) and (-1, -1); channel 2 never differs.
    assertThat(cosines.all()).containsExactly(new double[] {1, -1, 0}, within(1e-12));
    assertThat(cosines.worst()).isEqualTo(-1, within(1e-12));
  }

  @Test
  void batchesAddUp() {
    ChannelCosines whole = new ChannelCosines(new float[2]);
    whole.add(new float[] {1, 2, 3, 4}, new float[] {2, 1, 0, 3});
    ChannelCosines parts = new ChannelCosines(new float[2]);
    parts.add(new float[] {1, 2}, new float[] {2, 1});
    parts.add(new float[] {3, 4}, new float[] {0, 3});
    assertThat(parts.all()).containsExactly(whole.all());
  }

  @Test
  void rowsOfAnotherWidthAreRefused() {
    assertThatThrownBy(() -> new ChannelCosines(new float[2]).add(new float[3], new float[3]))
        .hasMessageContaining("rows of 2");
  }
}
