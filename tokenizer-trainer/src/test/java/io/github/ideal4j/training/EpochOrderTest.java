package io.github.ideal4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

  @Test
  void everyRowComesOncePerEpoch() {
    EpochOrder order = new EpochOrder(12, 4, 7);
    int[] seen =
        IntStream.range(0, 3).flatMap(step -> IntStream.of(order.rows(step))).sorted().toArray();
    assertThat(seen).containsExactly(IntStream.range(0, 12).toArray());
  }

  @Test
  void epochsDifferAndAnyStepCanBeAskedFirst() {
    EpochOrder order = new EpochOrder(12, 4, 7);
    int[] first = order.rows(0);
    int[] later = order.rows(3);
    assertThat(later).isNotEqualTo(first);
    assertThat(new EpochOrder(12, 4, 7).rows(3)).containsExactly(later);
    assertThat(order.rows(0)).containsExactly(first);
  }

  @Test
  void fewerRowsThanABatchAreRepeated() {
    assertThat(new EpochOrder(3, 8, 0).rows(5)).hasSize(8).contains(0, 1, 2);
  }
}
