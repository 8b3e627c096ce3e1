package io.github.ideal4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.golden.SlowLayers;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** LPIPS on backbones of the user's; random ones here, with the real heads. */
class LpipsNetworksTest {

  // torchvision's features, written once more: {index, out, in, side, stride, padding} is a
  // convolution, {side} a pool with stride 2, {} a place that is looked at.
  private static final int[][] ALEX = {
    {0, 64, 3, 11, 4, 2},
    {},
    {3},
    {3, 192, 64, 5, 1, 2},
    {},
    {3},
    {6, 384, 192, 3, 1, 1},
    {},
    {8, 256, 384, 3, 1, 1},
    {},
    {10, 256, 256, 3, 1, 1},
    {}
  };
  private static final int[][] VGG = {
    {0, 64, 3, 3, 1, 1},
    {2, 64, 64, 3, 1, 1},
    {},
    {2},
    {5, 128, 64, 3, 1, 1},
    {7, 128, 128, 3, 1, 1},
    {},
    {2},
    {10, 256, 128, 3, 1, 1},
    {12, 256, 256, 3, 1, 1},
    {14, 256, 256, 3, 1, 1},
    {},
    {2},
    {17, 512, 256, 3, 1, 1},
    {19, 512, 512, 3, 1, 1},
    {21, 512, 512, 3, 1, 1},
    {},
    {2},
    {24, 512, 512, 3, 1, 1},
    {26, 512, 512, 3, 1, 1},
    {28, 512, 512, 3, 1, 1},
    {}
  };
  private static final double[] SHIFT = {-.030, -.088, -.188};
  private static final double[] SCALE = {.458, .448, .450};
  private static final int SIDE = 35;
  private static final double TOLERANCE = 1e-5; // of a distance below 1

  private static NDManager manager;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    manager = TorchEngine.start(2).newManager(Device.cpu());
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "SQUEEZE")
  void distancesAreAsDefined(LpipsNetwork network) throws IOException {
    Path file = backbone(network, 3);
    Random random = new Random(5);
    double[][][] first = noise(random);
    double[][][] second = noise(random);
    try (Lpips lpips = Lpips.load(network, file, manager);
        SafetensorsFile weights = SafetensorsFile.open(file)) {
      double expected = distance(network, first, second, weights);
      NDArray x = array(first);
      NDArray y = array(second);
      assertThat((double) lpips.distance(x, y).getFloat()).isCloseTo(expected, within(TOLERANCE));
      assertThat((double) lpips.loss(x, y).getFloat()).isCloseTo(expected, within(TOLERANCE));
      assertThat(expected).isGreaterThan(100 * TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPlaceHasTheChannelsOfThePaper(LpipsNetwork network) throws IOException {
    try (Lpips lpips =
        network == LpipsNetwork.SQUEEZE
            ? Lpips.load(manager)
            : Lpips.load(network, backbone(network, 4), manager)) {
      assertThat(lpips.network()).isEqualTo(network);
      List<NDArray> taps = lpips.taps(manager.zeros(new Shape(2, 3, 64, 64)));
      assertThat(taps.stream().map(tap -> (int) tap.getShape().get(1)))
          .containsExactlyElementsOf(network.channels());
      long[] sides =
          switch (network) {
            case SQUEEZE -> new long[] {31, 15, 7, 3, 3, 3, 3};
            case ALEX -> new long[] {15, 7, 3, 3, 3};
            case VGG -> new long[] {64, 32, 16, 8, 4};
          };
      assertThat(taps.stream().mapToLong(tap -> tap.getShape().get(2)).toArray())
          .containsExactly(sides);
    }
  }

  @Test
  void aBackboneOfAnotherNetworkIsRefused() throws IOException {
    Path file = backbone(LpipsNetwork.ALEX, 6);
    assertThatThrownBy(() -> Lpips.load(LpipsNetwork.VGG, file, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no vgg backbone")
        .hasMessageContaining(
            "'features.0.weight' has the shape (64, 3, 11, 11), not (64, 3, 3, 3)");
    assertThatThrownBy(() -> Lpips.load(LpipsNetwork.SQUEEZE, file, manager))
        .hasMessageContaining("comes with the module");
  }

  @Test
  void aBackboneThatLacksALayerIsRefused() throws IOException {
    Path file = folder.resolve("short.safetensors");
    NamedArrays.write(
        file,
        Map.of(
            "features.0.weight", manager.ones(new Shape(64, 3, 11, 11)),
            "features.0.bias", manager.ones(new Shape(64))));
    assertThatThrownBy(() -> Lpips.load(LpipsNetwork.ALEX, file, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it lacks tensor 'features.3.weight'");
  }

  private static int[][] layers(LpipsNetwork network) {
    return network == LpipsNetwork.ALEX ? ALEX : VGG;
  }

  private Path backbone(LpipsNetwork network, long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int[] layer : layers(network)) {
      if (layer.length > 1) {
        int size = layer[1] * layer[2] * layer[3] * layer[3];
        float[] weight = gaussian(size, Math.sqrt(2.0 * layer[1] / size), random);
        float[] bias = gaussian(layer[1], 0.1, random);
        String name = "features.%d".formatted(layer[0]);
        tensors.put(name + ".weight", Tensor.of(weight, layer[1], layer[2], layer[3], layer[3]));
        tensors.put(name + ".bias", Tensor.of(bias, layer[1]));
      }
    }
    tensors.put("classifier.6.bias", Tensor.of(new float[10], 10));
    Path file = folder.resolve("%s-%d.safetensors".formatted(network.label(), seed));
    SafetensorsWriter.write(file, tensors, Map.of());
    return file;
  }

  private static float[] gaussian(int size, double scale, Random random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  private static double[][][] noise(Random random) {
    double[][][] x = new double[3][SIDE][SIDE];
    for (double[][] plane : x) {
      for (double[] row : plane) {
        for (int i = 0; i < SIDE; i++) {
          row[i] = random.nextFloat() * 2 - 1;
        }
      }
    }
    return x;
  }

  private static NDArray array(double[][][] x) {
    float[] flat = new float[3 * SIDE * SIDE];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) x[i / (SIDE * SIDE)][i / SIDE % SIDE][i % SIDE];
    }
    return NamedArrays.of(flat, new Shape(1, 3, SIDE, SIDE), manager);
  }

  /** The paper's equation 1. */
  private static double distance(
      LpipsNetwork network, double[][][] x, double[][][] y, SafetensorsFile weights)
      throws IOException {
    List<double[][][]> first = taps(network, x, weights);
    List<double[][][]> second = taps(network, y, weights);
    double total = 0;
    try (InputStream in =
        Lpips.class.getResourceAsStream("lpips_heads_alex_vgg_v0.1.safetensors")) {
      SafetensorsFile heads = SafetensorsFile.read(in, "heads");
      for (int l = 0; l < first.size(); l++) {
        float[] w = heads.floats("%s.lin%d.weight".formatted(network.label(), l));
        total += layer(first.get(l), second.get(l), w);
      }
    }
    return total;
  }

  private static double layer(double[][][] x, double[][][] y, float[] w) {
    int rows = x[0].length;
    int columns = x[0][0].length;
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double lengthX = length(x, row, column);
        double lengthY = length(y, row, column);
        for (int c = 0; c < x.length; c++) {
          double d = x[c][row][column] / lengthX - y[c][row][column] / lengthY;
          sum += w[c] * d * d;
        }
      }
    }
    return sum / (rows * columns);
  }

  private static double length(double[][][] x, int row, int column) {
    double sum = 0;
    for (double[][] plane : x) {
      sum += plane[row][column] * plane[row][column];
    }
    return Math.sqrt(sum) + 1e-10;
  }

  private static List<double[][][]> taps(
      LpipsNetwork network, double[][][] image, SafetensorsFile weights) {
    double[][][] x = new double[3][SIDE][SIDE];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        x[c][i / SIDE][i % SIDE] = (image[c][i / SIDE][i % SIDE] - SHIFT[c]) / SCALE[c];
      }
    }
    List<double[][][]> taps = new ArrayList<>();
    for (int[] layer : layers(network)) {
      if (layer.length == 0) {
        taps.add(x);
      } else if (layer.length == 1) {
        x = SlowLayers.pool(x, layer[0], 2, 0, false);
      } else {
        float[] weight = weights.floats("features.%d.weight".formatted(layer[0]));
        float[] bias = weights.floats("features.%d.bias".formatted(layer[0]));
        int side = layer[3];
        x =
            SlowLayers.relu(
                SlowLayers.convolve(x, weight, bias, side, side, layer[4], layer[5], layer[5]));
      }
    }
    return taps;
  }
}
