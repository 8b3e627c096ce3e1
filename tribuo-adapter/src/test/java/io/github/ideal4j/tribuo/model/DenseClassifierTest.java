package io.github.ideal4j.tribuo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.progress.Progress;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tribuo.Feature;

class DenseClassifierTest {

  private static final List<String> LABELS =
      IntStream.range(0, 120).mapToObj(i -> "class " + i % 3).toList();

  /** Class means far from 0 in very different units, and a value that never changes. */
  private static float[][] vectors(long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[LABELS.size()][];
    for (int i = 0; i < vectors.length; i++) {
      double angle = 2 * Math.PI * (i % 3) / 3;
      vectors[i] =
          new float[] {
            (float) (5000 + 1000 * Math.cos(angle) + 300 * random.nextGaussian()),
            (float) (0.01 * Math.sin(angle) + 0.003 * random.nextGaussian()),
            7
          };
    }
    return vectors;
  }

  @Test
  void classesAreLearnedWhateverTheUnits() {
    DenseClassifier classifier =
        DenseClassifier.train("vectors", vectors(1), LABELS, 1, Progress.silent());
    ClassifierEvaluation evaluation = classifier.evaluate(vectors(2), LABELS);
    assertThat(evaluation.accuracy()).isGreaterThan(0.95);
    assertThat(evaluation.majorityBaseline()).isCloseTo(1 / 3.0, within(1e-9));
  }

  @Test
  void trainingVectorsHaveLengthOneOnAverage() {
    float[][] vectors = vectors(1);
    DenseFeatures features = new DenseFeatures(vectors);
    double squares = 0;
    for (float[] vector : vectors) {
      for (Feature feature : features.example(vector, null)) {
        squares += feature.getValue() * feature.getValue();
      }
    }
    // The value that never changes is 0, the two others share the length of three.
    assertThat(squares / vectors.length).isCloseTo(2 / 3.0, within(1e-6));
  }

  @Test
  void otherWidthsAreRefused() {
    DenseFeatures features = new DenseFeatures(vectors(1));
    assertThatThrownBy(() -> features.example(new float[4], "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 4 values, others have 3");
    assertThatThrownBy(() -> features.example(new float[] {1, Float.NaN, 1}, "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value 1 of a vector is NaN");
  }

  @Test
  void everyVectorNeedsALabel() {
    assertThatThrownBy(
            () -> DenseClassifier.train("v", new float[2][3], List.of("a"), 1, Progress.silent()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 2 vectors and 1 labels");
  }
}
