package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FeatureRowsTest {

  @Test
  void batchesAreAppendedInOrder() {
    FeatureRows rows =
        new FeatureRowsBuilder(2)
            .add(new float[] {1, 2, 3, 4})
            .add(new float[0])
            .add(new float[] {5, 6})
            .build();
    assertThat(rows.rows()).isEqualTo(3);
    assertThat(rows.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(rows.row(2)).containsExactly(5, 6);
  }

  // Blocks hold 1,024 rows: one more and one less must come back from the right one.
  @Test
  void rowsOfSeveralBlocksComeBack() {
    FeatureRowsBuilder builder = new FeatureRowsBuilder(1);
    for (int i = 0; i < 2049; i++) {
      builder.add(new float[] {i});
    }
    FeatureRows rows = builder.build();
    assertThat(rows.row(1023)).containsExactly(1023);
    assertThat(rows.row(1024)).containsExactly(1024);
    assertThat(rows.row(2048)).containsExactly(2048);
    assertThatThrownBy(() -> rows.row(2049)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void builtRowsDoNotSeeWhatIsAddedLater() {
    FeatureRowsBuilder builder = new FeatureRowsBuilder(1).add(new float[] {1});
    FeatureRows first = builder.build();
    FeatureRows second = builder.add(new float[] {2}).build();
    assertThat(first.toArray()).containsExactly(1);
    assertThat(second.toArray()).containsExactly(1, 2);
  }

  @Test
  void givenArraysAreCopied() {
    double[] values = {1, 2};
    FeatureRows rows = FeatureRows.of(values, 2);
    values[0] = 9;
    assertThat(rows.row(0)).containsExactly(1, 2);
  }

  @Test
  void rowsAreChosenInAnyOrder() {
    FeatureRows rows = FeatureRows.of(new double[] {0, 10, 20, 30}, 1);
    assertThat(rows.choose(new int[] {3, 0, 3}).toArray()).containsExactly(30, 0, 30);
    assertThat(rows.range(1, 4).choose(new int[] {0, 2}).toArray()).containsExactly(10, 30);
    assertThatThrownBy(() -> rows.choose(new int[] {4}))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> rows.range(2, 2)).hasMessage("no row was chosen of 4");
  }

  @Test
  void valuesThatAreNoFeaturesAreRefused() {
    assertThatThrownBy(() -> FeatureRows.of(new float[] {1, Float.NaN}, 1))
        .hasMessage("feature 0 of row 1 is NaN, not a finite number");
    assertThatThrownBy(() -> FeatureRows.of(new double[] {1, Double.POSITIVE_INFINITY}, 2))
        .hasMessage("feature 1 of row 0 is Infinity, not a finite number");
    assertThatThrownBy(() -> FeatureRows.of(new float[3], 2))
        .hasMessage("3 values are not rows of 2 features");
    assertThatThrownBy(() -> new FeatureRowsBuilder(2).build())
        .hasMessage("no row of 2 features was added");
  }
}
