package io.github.ideal4j.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.quantizer.CodebookConfig.Learning;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorQuantizerTest {

  private static final double CLOSE = 1e-5; // sums of a few float32 products

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    Autograd.setRecording(false);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static CodebookConfig config(int size, int dim, Learning learning, double decay) {
    int restartEvery = learning == Learning.AVERAGE ? 5 : 0;
    return new CodebookConfig(size, dim, learning, 0.25, 0, 0.01, decay, 10, restartEvery, 0.1);
  }

  private NDArray matrix(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    return manager.create(flat, new Shape(rows.length, rows[0].length));
  }

  private VectorQuantizer quantizer(Learning learning, double decay, float[][] codes) {
    return new VectorQuantizer(
        config(codes.length, codes[0].length, learning, decay), matrix(codes), manager);
  }

  /** Vectors around each axis of a space, so that every axis is the centre of a cluster. */
  private NDArray clusters(int dim, int each, SplittableRandom random) {
    float[][] rows = new float[dim * each][dim];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < dim; j++) {
        rows[i][j] = (float) (0.05 * random.nextGaussian()) + (i % dim == j ? 1 : 0);
      }
    }
    return matrix(rows).normalize(2, 1);
  }

  private static double meanCosine(VectorQuantizer quantizer, NDArray unit) {
    NDArray codes = quantizer.quantize(unit).codes();
    return codes.mul(unit).sum(new int[] {1}).mean().getFloat();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3})
  void theStartFromDataUsesEveryCode(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    NDArray unit = clusters(8, 16, random);
    VectorQuantizer quantizer = quantizer(Learning.AVERAGE, 0.9, new float[8][8]);
    quantizer.startFrom(unit, random);
    long[] indices = quantizer.quantize(unit).indices().toLongArray();
    assertThat(Arrays.stream(indices).distinct()).hasSize(8);
  }

  /** With as many clusters as codes and one first centre in each, the centres must be found. */
  @Test
  void iterationsOfTheStartMoveCodesToTheCentres() {
    NDArray unit = clusters(4, 50, new SplittableRandom(4));
    VectorQuantizer one =
        new VectorQuantizer(
            new CodebookConfig(16, 4, Learning.AVERAGE, 0.25, 0, 0.01, 0.9, 0, 5, 0.1),
            matrix(new float[16][4]),
            manager);
    VectorQuantizer ten =
        new VectorQuantizer(
            config(16, 4, Learning.AVERAGE, 0.9), matrix(new float[16][4]), manager);
    one.startFrom(unit, new SplittableRandom(7));
    ten.startFrom(unit, new SplittableRandom(7));
    assertThat(1 - meanCosine(ten, unit)).isLessThan(0.8 * (1 - meanCosine(one, unit)));
  }

  @Test
  void averagesFollowTheVectorsThatChoseACode() {
    VectorQuantizer quantizer =
        quantizer(Learning.AVERAGE, 0.9, new float[][] {{1, 0}, {0, 1}, {-1, 0}});
    NDArray vectors = matrix(new float[][] {{0.6f, 0.8f}, {1.6f, 1.2f}, {3, 0}});
    Quantized result = quantizer.quantize(vectors);
    assertThat(result.indices().toLongArray()).containsExactly(1, 0, 0);
    quantizer.track(result);
    Map<String, NDArray> buffers = quantizer.buffers();
    // 0.9 of what was there, 0.1 of the batch: 2, 1 and 0 vectors.
    assertThat(buffers.get("slot_quantize.counts").toFloatArray())
        .containsExactly(new float[] {1.1f, 1, 0.9f}, within(1e-6f));
    // Sums of unit vectors: (0.8, 0.6) + (1, 0), and (0.6, 0.8).
    assertThat(buffers.get("slot_quantize.sums").toFloatArray())
        .containsExactly(new float[] {1.08f, 0.06f, 0.06f, 0.98f, -0.9f, 0}, within(1e-6f));
    float[] table = quantizer.table().toFloatArray();
    assertThat((double) table[0]).isCloseTo(1.08 / Math.hypot(1.08, 0.06), within(CLOSE));
    assertThat((double) table[1]).isCloseTo(0.06 / Math.hypot(1.08, 0.06), within(CLOSE));
    assertThat((double) table[3]).isCloseTo(0.98 / Math.hypot(0.06, 0.98), within(CLOSE));
    assertThat(Arrays.copyOfRange(table, 4, 6)).containsExactly(-1, 0);
  }

  @Test
  void aCodeThatNobodyEverChoosesStaysWhereItIs() {
    VectorQuantizer quantizer = quantizer(Learning.AVERAGE, 0.5, new float[][] {{1, 0}, {0, -1}});
    for (int i = 0; i < 300; i++) { // its sum is 0.5^300, which float32 does not hold
      quantizer.track(quantizer.quantize(matrix(new float[][] {{1, 0.1f}})));
    }
    assertThat(quantizer.table().get(1).toFloatArray())
        .containsExactly(new float[] {0, -1}, within(1e-4f));
  }

  @Test
  void aRestartRevivesDeadCodesAndLeavesTheOthersAlone() {
    float[][] codes = {{1, 0, 0}, {0, 1, 0}, {0, 0, -1}, {0, -1, 0}};
    VectorQuantizer quantizer = quantizer(Learning.AVERAGE, 0, codes);
    NDArray vectors =
        matrix(new float[][] {{1, 0.1f, 0}, {0.1f, 1, 0}, {1, 0, 0.1f}, {0, 1, 0.1f}});
    Quantized result = quantizer.quantize(vectors);
    quantizer.track(result); // without memory: the last two codes now count 0
    float[] before = quantizer.table().get(":2").toFloatArray();
    quantizer.restart(result.unit(), new SplittableRandom(1));
    NDArray table = quantizer.table();
    assertThat(table.get(":2").toFloatArray()).containsExactly(before, within(1e-6f));
    for (int code = 2; code < 4; code++) {
      NDArray cosines = table.get(code).reshape(1, 3).matMul(result.unit().transpose());
      assertThat((double) cosines.max().getFloat()).isCloseTo(1, within(CLOSE));
    }
    assertThat(quantizer.buffers().get("slot_quantize.counts").toFloatArray())
        .as("revived codes get the mean count, and so are safe in the next look")
        .containsExactly(2, 2, 1, 1);
  }

  @Test
  void restartsAreDueEveryFewStepsButNotTowardsTheEnd() {
    VectorQuantizer quantizer = quantizer(Learning.AVERAGE, 0.9, new float[][] {{1}, {-1}});
    long[] due =
        java.util.stream.LongStream.range(0, 30)
            .filter(step -> quantizer.restartsAfter(step, 30))
            .toArray();
    assertThat(due).containsExactly(4, 9, 14, 19);
  }

  /** The gradient of u = v / |v| against w is (w - (u w) u) / |v|, as if nothing was quantized. */
  @Test
  void theGradientPassesTheCodesAsIfNothingWasQuantized() {
    NDArray codes = matrix(new float[][] {{1, 0}, {0, 1}});
    codes.setRequiresGradient(true);
    VectorQuantizer quantizer =
        new VectorQuantizer(config(2, 2, Learning.GRADIENT, 0.9), codes, manager);
    NDArray vectors = matrix(new float[][] {{3, 4}});
    vectors.setRequiresGradient(true);
    Autograd.setRecording(true);
    Quantized result = quantizer.quantize(vectors);
    Autograd.backward(result.codes().mul(matrix(new float[][] {{2, -1}})).sum());
    Autograd.setRecording(false);
    assertThat(result.codes().toFloatArray()).containsExactly(new float[] {0, 1}, within(1e-6f));
    // u = (0.6, 0.8), u w = 0.4
    assertThat(Autograd.gradient(vectors).toFloatArray())
        .containsExactly(new float[] {(2 - 0.24f) / 5, (-1 - 0.32f) / 5}, within(1e-6f));
  }

  @Test
  void theCodebookLossMovesOnlyChosenCodesAndTheCommitmentOnlyVectors() {
    NDArray codes = matrix(new float[][] {{1, 0}, {0, 1}});
    codes.setRequiresGradient(true);
    VectorQuantizer quantizer =
        new VectorQuantizer(config(2, 2, Learning.GRADIENT, 0.9), codes, manager);
    NDArray vectors = matrix(new float[][] {{0.6f, 0.8f}});
    vectors.setRequiresGradient(true);
    Autograd.setRecording(true);
    Map<String, NDArray> losses = quantizer.losses(quantizer.quantize(vectors));
    // Mean over two channels of (0.6^2, 0.2^2).
    assertThat((double) losses.get("codebook").getFloat()).isCloseTo(0.2, within(CLOSE));
    assertThat((double) losses.get("commitment").getFloat()).isCloseTo(0.05, within(CLOSE));
    Autograd.backward(losses.get("codebook"));
    Autograd.setRecording(false);
    // The gradient (0 - 0.6, 1 - 0.8) without its part along the code.
    assertThat(Autograd.gradient(codes).toFloatArray())
        .containsExactly(new float[] {0, 0, -0.6f, 0}, within(1e-6f));
  }

  @Test
  void theEntropyLossIsLowestForSureChoicesThatUseEveryCode() {
    CodebookConfig config =
        new CodebookConfig(2, 2, Learning.GRADIENT, 0.25, 1, 0.01, 0.9, 0, 0, 0);
    VectorQuantizer quantizer =
        new VectorQuantizer(config, matrix(new float[][] {{1, 0}, {0, 1}}), manager);
    assertThat(entropy(quantizer, new float[][] {{1, 0}, {0, 1}}))
        .isCloseTo(-Math.log(2), within(1e-4)); // the floor within the logarithm
    assertThat(entropy(quantizer, new float[][] {{1, 0}, {1, 0}})).isCloseTo(0, within(1e-4));
    assertThat(entropy(quantizer, new float[][] {{1, 1}, {1, 1}})).isCloseTo(0, within(1e-4));
  }

  private double entropy(VectorQuantizer quantizer, float[][] vectors) {
    Quantized result = quantizer.quantize(matrix(vectors));
    return quantizer.losses(result).get("entropy").getFloat();
  }

  @Test
  void settingsWithoutMeaningAreRefusedByName() {
    assertThatThrownBy(() -> config(65_537, 4, Learning.AVERAGE, 0.9))
        .hasMessageContaining("at most 65536");
    assertThatThrownBy(() -> config(16, 4, Learning.AVERAGE, Double.NaN))
        .hasMessageContaining("codebook.decay");
    assertThatThrownBy(
            () -> new CodebookConfig(16, 4, Learning.AVERAGE, Double.NaN, 0, 0.01, 0.9, 10, 5, 0.1))
        .hasMessageContaining("commitment");
  }
}
