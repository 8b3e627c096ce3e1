package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearTokensTest {

  // Codes on a line, so that the neighbours of a code are the numbers beside it.
  private static final FeatureRows LINE =
      FeatureRows.of(IntStream.range(0, 100).asDoubleStream().toArray(), 1);

  @Test
  void neighboursAreTheNearestCodes() {
    NearTokens near = NearTokens.of(LINE, 3);
    assertThat(near.near(0)).containsExactly(1, 2, 3);
    assertThat(near.near(50)).containsExactly(49, 51, 48);
    assertThat(near.near(99)).containsExactly(98, 97, 96);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void exactlyTheShareIsReplacedByNeighbours(long seed) {
    NearTokens near = NearTokens.of(LINE, 4);
    int[] grid = new Random(seed).ints(256, 0, 100).toArray();
    int[] before = grid.clone();
    int[] disturbed = near.disturb(grid, NearTokens.USUAL_SHARE, new Random(seed));
    assertThat(grid).isEqualTo(before);
    int changed = 0;
    for (int i = 0; i < grid.length; i++) {
      if (disturbed[i] != grid[i]) {
        changed++;
        assertThat(near.near(grid[i])).contains(disturbed[i]);
      }
    }
    assertThat(changed).isEqualTo(13); // 5 % of 256 is 12.8
  }

  @Test
  void equalSeedsDisturbEqually() {
    NearTokens near = NearTokens.of(LINE, 4);
    int[] grid = new int[64];
    assertThat(near.disturb(grid, 0.5, new Random(1)))
        .isEqualTo(near.disturb(grid, 0.5, new Random(1)))
        .isNotEqualTo(near.disturb(grid, 0.5, new Random(2)));
  }

  @Test
  void nothingOrEverythingMayBeReplaced() {
    NearTokens near = NearTokens.of(LINE, 1);
    int[] grid = {0, 0, 99};
    assertThat(near.disturb(grid, 0, new Random(1))).isEqualTo(grid);
    assertThat(near.disturb(grid, 1, new Random(1))).containsExactly(1, 1, 98);
  }

  @Test
  void allPlacesAreEquallyLikely() {
    NearTokens near = NearTokens.of(LINE, 1);
    Random random = new Random(1);
    int[] changes = new int[20];
    for (int i = 0; i < 10_000; i++) {
      int[] disturbed = near.disturb(new int[20], 0.05, random);
      for (int j = 0; j < 20; j++) {
        changes[j] += disturbed[j] != 0 ? 1 : 0;
      }
    }
    assertThat(Arrays.stream(changes).sum()).isEqualTo(10_000);
    assertThat(Arrays.stream(changes).min().orElseThrow()).isGreaterThan(400);
    assertThat(Arrays.stream(changes).max().orElseThrow()).isLessThan(600);
  }

  @Test
  void whatIsNoTokenOrShareIsRefused() {
    NearTokens near = NearTokens.of(LINE, 2);
    assertThatThrownBy(() -> near.near(100)).hasMessage("token 100 is not in a codebook of 100");
    assertThatThrownBy(() -> near.disturb(new int[] {-1}, 1, new Random(1)))
        .hasMessage("token -1 is not in a codebook of 100");
    assertThatThrownBy(() -> near.disturb(new int[1], 1.5, new Random(1)))
        .hasMessage("a share is 0 to 1, got 1.5");
    assertThatThrownBy(() -> NearTokens.of(LINE, 100))
        .hasMessage("100 nearest neighbours were asked for; there are 99 rows to choose from");
  }
}
