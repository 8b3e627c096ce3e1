package io.github.ideal4j.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.evaluation.CodebookUsage;
import io.github.ideal4j.quantizer.CompositeQuantizer.Composition;
import io.github.ideal4j.quantizer.QuantizerConfig.Kind;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every quantizer promises, alone and as one of several. */
class QuantizerContractTest {

  private static final int VECTORS = 20;
  private static final float STEP = 1e-2f; // float32 differences: rounding against curvature
  private static final double SLOPE = 2e-2;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    Autograd.setRecording(false);
  }

  @AfterEach
  void close() {
    Autograd.setRecording(false);
    manager.close();
  }

  private Quantizer quantizer(Kind kind, Composition composition, int codebooks) {
    CodebookConfig codebook =
        new CodebookConfig(32, 4, CodebookConfig.Learning.GRADIENT, 0.25, 0.5, 0.5, 0.9, 0, 0, 0.1);
    QuantizerConfig config =
        new QuantizerConfig(
            kind,
            composition,
            codebooks,
            true,
            VectorForm.Passing.STRAIGHT,
            1,
            1e-5,
            List.of(4, 3, 5),
            true,
            false,
            1,
            0);
    return config.create(codebook, "q.", this::normal, manager);
  }

  private NDArray normal(String name, double deviation, long... shape) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float[] values = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    NDArray array = NamedArrays.of(values, new Shape(shape), manager);
    array.setRequiresGradient(true);
    return array;
  }

  private NDArray vectors(Quantizer quantizer) {
    NDArray vectors = normal("vectors", 0.7, VECTORS, quantizer.dim());
    vectors.setRequiresGradient(false);
    return vectors;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void codesOfAllIndicesGiveTheIndicesBack(Kind kind) {
    Quantizer quantizer = quantizer(kind, Composition.NONE, 1);
    long[] all = LongStream.range(0, quantizer.size()).toArray();
    NDArray codes = quantizer.codes(manager.create(all));
    assertThat(quantizer.codesToIndices(codes).toLongArray()).containsExactly(all);
    assertThat(quantizer.table().toFloatArray()).containsExactly(codes.toFloatArray());
    Quantizer two = quantizer(kind, Composition.PRODUCT, 2);
    NDArray pairs = two.codes(manager.create(LongStream.range(0, 20).toArray(), new Shape(10, 2)));
    assertThat(two.codesToIndices(pairs).toLongArray())
        .containsExactly(LongStream.range(0, 20).toArray());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void trainingAndServingChooseTheSameCodes(Kind kind) {
    for (Composition composition : Composition.values()) {
      Quantizer quantizer = quantizer(kind, composition, composition == Composition.NONE ? 1 : 3);
      NDArray vectors = vectors(quantizer);
      Quantized result = quantizer.quantize(vectors);
      long[] indices = quantizer.indices(vectors).toLongArray();
      assertThat(result.indices().toLongArray()).as("%s", composition).containsExactly(indices);
      assertThat(indices).hasSize(VECTORS * quantizer.codebooks());
      assertThat(LongStream.of(indices)).allMatch(i -> i >= 0 && i < quantizer.size());
      assertThat(result.codes().toFloatArray())
          .as("%s", composition)
          .containsExactly(quantizer.codes(result.indices()).toFloatArray(), within(1e-5f));
    }
  }

  /** No other code may suit a vector better by the quantizer's own measure. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theChosenCodeSuitsBest(Kind kind) {
    Quantizer quantizer = quantizer(kind, Composition.NONE, 1);
    NDArray vectors = vectors(quantizer);
    float[] best = quantizer.fit(vectors, quantizer.indices(vectors)).toFloatArray();
    for (long index = 0; index < quantizer.size(); index++) {
      long[] same = new long[VECTORS];
      java.util.Arrays.fill(same, index);
      float[] other = quantizer.fit(vectors, manager.create(same)).toFloatArray();
      for (int i = 0; i < VECTORS; i++) {
        assertThat(other[i])
            .as("code %d, vector %d", index, i)
            .isLessThanOrEqualTo(best[i] + 1e-5f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void lossesHaveTheGradientsOfTheirDifferences(Kind kind) {
    Quantizer quantizer = quantizer(kind, Composition.NONE, 1);
    NDArray vectors = vectors(quantizer);
    long[] before = quantizer.indices(vectors).toLongArray();
    for (String term : List.of("commitment", "entropy")) {
      if (!quantizer.losses(quantizer.quantize(vectors)).containsKey(term)) {
        continue;
      }
      vectors.setRequiresGradient(true);
      Autograd.setRecording(true);
      Autograd.backward(quantizer.losses(quantizer.quantize(vectors)).get(term));
      Autograd.setRecording(false);
      float[] gradient = Autograd.gradient(vectors).toFloatArray();
      Autograd.zeroGradient(vectors);
      float[] values = vectors.toFloatArray();
      double largest =
          IntStream.range(0, gradient.length)
              .mapToDouble(i -> Math.abs(gradient[i]))
              .max()
              .orElse(0);
      for (int i = 0; i < values.length; i += 3) {
        Double slope = slope(quantizer, values, i, term, before);
        if (slope != null) { // else a neighbouring code was chosen
          assertThat((double) gradient[i])
              .as("%s at %d", term, i)
              .isCloseTo(slope, within(SLOPE * largest + 1e-4));
        }
      }
    }
  }

  private Double slope(Quantizer quantizer, float[] values, int at, String term, long[] before) {
    List<Float> sides = new ArrayList<>();
    for (float step : new float[] {STEP, -STEP}) {
      float[] moved = values.clone();
      moved[at] += step;
      NDArray vectors = manager.create(moved, new Shape(VECTORS, quantizer.dim()));
      Quantized result = quantizer.quantize(vectors);
      if (!java.util.Arrays.equals(result.indices().toLongArray(), before)) {
        return null;
      }
      sides.add(quantizer.losses(result).get(term).getFloat());
    }
    return (sides.get(0) - sides.get(1)) / (2.0 * STEP);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void gradientsReachVectorsThroughTheCodes(Kind kind) {
    for (Composition composition : Composition.values()) {
      Quantizer quantizer = quantizer(kind, composition, composition == Composition.NONE ? 1 : 2);
      NDArray vectors = vectors(quantizer);
      vectors.setRequiresGradient(true);
      Autograd.setRecording(true);
      NDArray weights = normal("weights", 1, VECTORS, quantizer.dim());
      Autograd.backward(quantizer.quantize(vectors).codes().mul(weights.stopGradient()).sum());
      Autograd.setRecording(false);
      float[] gradient = Autograd.gradient(vectors).toFloatArray();
      assertThat(IntStream.range(0, gradient.length).mapToDouble(i -> Math.abs(gradient[i])).sum())
          .as("%s", composition)
          .isFinite()
          .isGreaterThan(1e-3);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void evenUseOfAllCodesIsFullUseAndFullPerplexity(Kind kind) {
    Quantizer quantizer = quantizer(kind, Composition.NONE, 1);
    NDArray codes =
        quantizer.codes(manager.create(LongStream.range(0, quantizer.size()).toArray()));
    int[] indices =
        LongStream.of(quantizer.codesToIndices(codes).toLongArray())
            .mapToInt(i -> (int) i)
            .toArray();
    CodebookUsage usage = CodebookUsage.of(quantizer.size(), List.of(indices));
    assertThat(usage.usage()).isEqualTo(1);
    assertThat(usage.perplexity()).isCloseTo(quantizer.size(), within(1e-6));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void arraysOfSeveralCodebooksHaveNamesOfTheirOwn(Kind kind) {
    Quantizer one = quantizer(kind, Composition.NONE, 1);
    Map<String, NDArray> two = quantizer(kind, Composition.RESIDUAL, 2).buffers();
    assertThat(two).hasSize(2 * one.buffers().size());
  }
}
