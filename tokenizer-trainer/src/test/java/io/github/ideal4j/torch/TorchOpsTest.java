package io.github.ideal4j.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchOpsTest {

  private NDManager manager;

  @BeforeEach
  void start() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    TorchEngine.seed(7);
    Autograd.setRecording(true);
  }

  @AfterEach
  void stop() {
    Autograd.setRecording(false);
    manager.close();
  }

  /** What somebody asked for stays, whoever else needs the engine. */
  @Test
  void theEngineThatRunsKeepsItsThreads() {
    assertThat(TorchEngine.start().facts()).containsEntry("threads", "1");
  }

  @ParameterizedTest(name = "causal {0}")
  @ValueSource(booleans = {false, true})
  void attentionIsSoftmaxOfProducts(boolean causal) {
    NDArray q = random(2, 3, 4, 8);
    NDArray k = random(2, 3, 4, 8);
    NDArray v = random(2, 3, 4, 8);
    NDArray scores = TorchOps.scale(q, 1 / Math.sqrt(8)).matMul(k.transpose(0, 1, 3, 2));
    if (causal) {
      float[] mask = new float[16];
      for (int i = 0; i < 16; i++) {
        mask[i] = i % 4 > i / 4 ? -1e30f : 0;
      }
      scores = scores.add(manager.create(mask, new Shape(4, 4)));
    }
    NDArray expected = scores.softmax(-1).matMul(v);

    assertClose(TorchOps.attention(q, k, v, causal), expected, 1e-6);
  }

  /** A bfloat16 has 8 bits: each operand is off by up to a part in 512. */
  @Test
  void roundedProductsAreCloseAndTheirGradientsAreFloats() {
    NDArray x = random(4, 5, 16);
    NDArray weight = random(8, 16);
    NDArray bias = random(8);
    NDArray image = random(2, 16, 6, 6);
    NDArray kernel = random(8, 16, 3, 3);
    NDArray q = random(2, 3, 4, 8);
    List<NDArray> exact = products(x, weight, bias, image, kernel, q);
    List<NDArray> rounded =
        Precision.BFLOAT16.compute(() -> products(x, weight, bias, image, kernel, q));
    for (int i = 0; i < exact.size(); i++) {
      NDArray difference = rounded.get(i).sub(exact.get(i)).abs().max();
      float largest = exact.get(i).abs().max().getFloat();
      assertThat(rounded.get(i).getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(difference.getFloat() / largest).isStrictlyBetween(0f, 0.02f);
    }
    weight.setRequiresGradient(true);
    NDArray loss = Precision.BFLOAT16.compute(() -> TorchOps.linear(x, weight, bias)).sum();
    Autograd.backward(loss);
    try (NDArray gradient = Autograd.gradient(weight)) {
      NDArray expected = x.reshape(20, 16).sum(new int[] {0}).broadcast(8, 16);
      assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
      assertClose(gradient, expected, 0.05);
    }
    assertThat(Precision.current()).isEqualTo(Precision.FLOAT32);
  }

  private static List<NDArray> products(
      NDArray x, NDArray weight, NDArray bias, NDArray image, NDArray kernel, NDArray q) {
    return List.of(
        TorchOps.linear(x, weight, null),
        TorchOps.linear(x, weight, bias),
        TorchOps.convolve(image, kernel, bias),
        TorchOps.attention(q, q, q, false),
        TorchOps.attention(q, q, q, true));
  }

  @Test
  void groupNormHasMeanZeroAndDeviationOneInEachGroup() {
    NDArray x = random(2, 6, 5, 5);
    NDArray y =
        TorchOps.groupNorm(x, 3, manager.ones(new Shape(6)), manager.zeros(new Shape(6)), 1e-6);
    NDArray groups = y.reshape(6, 50);

    assertClose(groups.mean(new int[] {1}), manager.zeros(new Shape(6)), 1e-5);
    assertClose(groups.square().mean(new int[] {1}), manager.ones(new Shape(6)), 1e-3);
  }

  @Test
  void rmsNormDividesByTheRootOfTheMeanSquare() {
    NDArray x = random(2, 3, 8);
    NDArray weight = random(8);
    NDArray root =
        TorchOps.addScalar(x.square().mean(new int[] {-1}, true), 1e-5).sqrt(); // [2, 3, 1]

    assertClose(TorchOps.rmsNorm(x, weight, 1e-5), x.div(root).mul(weight), 1e-6);
  }

  @Test
  void rotatePairsTurnsEachPairByItsAngle() {
    NDArray x = manager.create(new float[] {3, 4, 1, 0}, new Shape(1, 4));
    NDArray cos = manager.create(new float[] {0, 0, 0.6f, 0.6f}, new Shape(1, 4));
    NDArray sin = manager.create(new float[] {-1, 1, -0.8f, 0.8f}, new Shape(1, 4));

    assertRow(TorchOps.rotatePairs(x, cos, sin), -4, 3, 0.6, 0.8);
  }

  @ParameterizedTest
  @EnumSource(LinearForm.class)
  void bothFormsOfALinearLayerAgree(LinearForm form) {
    NDArray x = random(2, 32, 16);
    NDArray weight = random(24, 16);
    NDArray bias = random(24);

    NDArray expected = x.matMul(weight.transpose()).add(bias);
    assertClose(form.apply(x, weight, bias), expected, 1e-5);
    assertClose(form.apply(x, weight, null), x.matMul(weight.transpose()), 1e-5);
  }

  @Test
  void bicubicResizingEqualsPyTorch() {
    // torch.nn.functional.interpolate of 0, 1, 4, 9, 16 (2.13.0)
    NDArray x = manager.create(new float[] {0, 1, 4, 9, 16}, new Shape(1, 1, 1, 5));
    assertRow(TorchOps.resizeBicubic(x, 1, 8, false), BICUBIC_8);
    assertRow(TorchOps.resizeBicubic(x, 1, 8, true), BICUBIC_8_AA);
    assertRow(TorchOps.resizeBicubic(x, 1, 3, true), BICUBIC_3_AA);
    assertRow(TorchOps.resizeBicubic(x, 1, 3, false), BICUBIC_3);
  }

  private static final double[] BICUBIC_8 = {
    -0.09283, 0.18756, 1.17651, 2.61938, 5.44165, 8.47144, 13.39508, 16.64984
  };
  private static final double[] BICUBIC_8_AA = {
    -0.07196, 0.24375, 1.12891, 2.84766, 5.34766, 8.62891, 13.48818, 16.50369
  };
  private static final double[] BICUBIC_3_AA = {0.16923, 4.19535, 13.33846};
  private static final double[] BICUBIC_3 = {0.14815, 4.00000, 14.07407};

  @Test
  void pixelShuffleTakesChannelsRowByRow() {
    NDArray x = manager.arange(8f).reshape(1, 4, 1, 2);
    assertRow(TorchOps.pixelShuffle(x, 2), 0, 2, 1, 3, 4, 6, 5, 7);
  }

  @Test
  void indexAddAddsTwiceWhereAnIndexComesTwice() {
    NDArray index = manager.create(new long[] {1, 1, 0});
    NDArray sum =
        TorchOps.indexAdd(
            manager.zeros(new Shape(3)), index, manager.create(new float[] {1, 2, 4}));
    assertRow(sum, 4, 3, 0);
    assertRow(TorchOps.bincount(index, 3), 1, 2, 0);
  }

  @Test
  void lerpMovesAveragesInPlace() {
    NDArray average = manager.zeros(new Shape(2));
    NDArray value = manager.ones(new Shape(2));
    value.setRequiresGradient(true);
    TorchOps.lerp(List.of(average), List.of(value), 0.25);
    assertRow(average, 0.25, 0.25);
  }

  /** Java numbers that autograd holds are freed at the next collection; constants are not. */
  @Test
  void gradientsSurviveGarbageCollection() {
    List<UnaryOperator<NDArray>> operators =
        List.of(
            x -> TorchOps.scale(x, 2.5),
            x -> TorchOps.addScalar(x, 1.5).square(),
            TorchOps::silu,
            TorchOps::gelu,
            TorchOps::geluTanh,
            x -> TorchOps.toFloat(x).square(),
            x -> TorchOps.linear(x.reshape(2, 4), x.reshape(2, 4), x.get("0:2")),
            x -> attention(x, false),
            x -> attention(x, true),
            x -> TorchOps.layerNorm(x.reshape(2, 4), x.get("0:4"), x.get("4:"), 1e-5).square(),
            x -> TorchOps.layerNorm(x.reshape(2, 4), null, null, 1e-5).square(),
            x -> TorchOps.rmsNorm(x.reshape(2, 4), x.get("0:4"), 1e-5).square(),
            x -> TorchOps.rotatePairs(x.reshape(2, 4), cos(x), cos(x)).square(),
            x ->
                TorchOps.groupNorm(x.reshape(1, 4, 1, 2), 2, x.get("0:4"), x.get("4:"), 1e-5)
                    .square(),
            x -> TorchOps.upsampleNearest(x.reshape(1, 2, 2, 2), 2).square(),
            x -> TorchOps.pixelShuffle(x.reshape(1, 4, 1, 2), 2).square(),
            x -> TorchOps.resizeBicubic(x.reshape(1, 1, 2, 4), 4, 8, true).square(),
            x -> TorchOps.resizeBicubic(x.reshape(1, 1, 2, 4), 4, 8, false));
    for (UnaryOperator<NDArray> operator : operators) {
      float[] calm = gradient(operator, false);
      for (int i = 0; i < 5; i++) {
        assertThat(gradient(operator, true))
            .usingComparatorWithPrecision(1e-5f)
            .containsExactly(calm);
      }
    }
  }

  private static NDArray attention(NDArray x, boolean causal) {
    NDArray heads = x.reshape(1, 1, 4, 2);
    return TorchOps.attention(heads, heads, heads, causal);
  }

  private static NDArray cos(NDArray x) {
    return x.getManager().arange(8f).cos().reshape(2, 4);
  }

  private float[] gradient(UnaryOperator<NDArray> operator, boolean collect) {
    try (NDManager step = manager.newSubManager()) {
      NDArray x = step.arange(8f);
      x.setRequiresGradient(true);
      NDArray loss = operator.apply(x).sum();
      if (collect) {
        for (int i = 0; i < 20; i++) {
          byte[] garbage = new byte[1 << 20];
          garbage[i] = 1;
        }
        System.gc();
        step.create(new float[1000]);
      }
      Autograd.backward(loss);
      try (NDArray gradient = Autograd.gradient(x)) {
        return gradient.toFloatArray();
      }
    }
  }

  /** What autograd or another thread keeps must not change with the buffer. */
  @Test
  void uploadedNumbersBelongToTheEngine() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(6);
    bytes.put(new byte[] {1, 2, 3, 4, 5, (byte) 255}).flip();
    NDArray array = Uploads.bytes(bytes, new Shape(2, 3), DataType.UINT8, manager);
    bytes.put(0, (byte) 9);
    assertThat(array.toUint8Array()).containsExactly(1, 2, 3, 4, 5, 255);
    assertThat(array.getManager()).isSameAs(manager);
    assertThat(array.getDevice()).isEqualTo(manager.getDevice());

    NDArray longs = Uploads.longs(new long[] {-1, 1L << 40}, manager);
    assertThat(longs.getShape()).isEqualTo(new Shape(2));
    assertThat(longs.toLongArray()).containsExactly(-1, 1L << 40);
  }

  @Test
  void whatIsClampedGetsNoGradient() {
    NDArray x = NamedArrays.of(new float[] {-2, 0.5f, 3}, new Shape(3), manager);
    x.setRequiresGradient(true);
    NDArray clamped = TorchOps.clamp(x, -1, 1);
    assertRow(clamped, -1, 0.5, 1);
    Autograd.backward(clamped.sum());
    assertRow(Autograd.gradient(x), 0, 1, 0);
  }

  private NDArray random(long... sides) {
    return manager.randomNormal(new Shape(sides));
  }

  private static void assertClose(NDArray actual, NDArray expected, double tolerance) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan((float) tolerance);
  }

  private static void assertRow(NDArray actual, double... expected) {
    float[] values = actual.toFloatArray();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) values[i]).isCloseTo(expected[i], within(2e-5));
    }
  }
}
