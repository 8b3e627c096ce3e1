package io.github.ideal4j.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChoiceEntropyTest {

  private static final int VECTORS = 2500; // with these codes more than one chunk
  private static final int CODES = 2048;
  private static final int DIM = 3;
  private static final double SCALE = 4;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    Autograd.setRecording(false);
    manager.close();
  }

  private NDArray normal(long seed, int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * DIM];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    NDArray array = NamedArrays.of(values, new Shape(rows, DIM), manager);
    array.setRequiresGradient(true);
    return array;
  }

  /** What autograd makes of all probabilities at once. */
  @Test
  void chunksGiveTheValueAndTheGradientsOfTheWhole() {
    NDArray vectors = normal(1, VECTORS);
    NDArray table = normal(2, CODES);
    Autograd.setRecording(true);
    NDArray logits = TorchOps.scale(vectors.matMul(table.transpose()), SCALE);
    NDArray p = logits.softmax(1);
    NDArray one = p.mul(logits.logSoftmax(1)).sum(new int[] {1}).mean().neg();
    NDArray average = p.mean(new int[] {0});
    NDArray all = average.mul(TorchOps.addScalar(average, 1e-5).log()).sum().neg();
    NDArray expected = TorchOps.scale(one, 0.7).sub(TorchOps.scale(all, 1.3));
    Autograd.backward(expected);
    float[] ofVectors = Autograd.gradient(vectors).toFloatArray();
    float[] ofTable = Autograd.gradient(table).toFloatArray();
    Autograd.zeroGradient(vectors);
    Autograd.zeroGradient(table);

    ChoiceEntropy entropy =
        new ChoiceEntropy(
            SCALE, 0.7, 1.3, ChoiceEntropy.Floor.EXACT, ChoiceEntropy.Floor.added(1e-5));
    ChoiceEntropy.Result result = entropy.of(vectors, table);
    Autograd.backward(result.loss());
    assertThat((double) result.loss().getFloat()).isCloseTo(expected.getFloat(), within(1e-5));
    assertThat(result.sample().getFloat()).isCloseTo(one.getFloat(), within(1e-5f));
    assertThat(result.codebook().getFloat()).isCloseTo(all.getFloat(), within(1e-5f));
    assertClose(Autograd.gradient(vectors).toFloatArray(), ofVectors);
    assertClose(Autograd.gradient(table).toFloatArray(), ofTable);
  }

  private static void assertClose(float[] actual, float[] expected) {
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isPositive();
    assertThat(actual).containsExactly(expected, within(1e-4f * largest));
  }
}
