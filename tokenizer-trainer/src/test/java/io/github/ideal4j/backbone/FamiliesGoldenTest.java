package io.github.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every folder below {@code vfm}: hidden states as the transformers library computes them. */
@Tag("golden")
class FamiliesGoldenTest {

  private static final double TOLERANCE = 2e-5;

  static List<String> folders() throws IOException {
    Path root = GoldenSet.root().resolve("vfm");
    if (!Files.isDirectory(root)) {
      return List.of("none");
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("folders")
  void hiddenStatesAreThoseOfTheLibrary(String name) throws IOException {
    GoldenSet set = GoldenSet.find("vfm/" + name);
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu());
        SafetensorsFile expected = set.open("reference.safetensors");
        BackboneFolder folder = BackboneFolder.open(set.folder())) {
      Autograd.setRecording(false);
      long[] shape = expected.shape("pixel_values");
      BackboneLayers layers = BackboneLayers.of(folder.architecture());
      try (VisionBackbone backbone =
          VisionBackbone.open(folder, layers, (int) shape[2], (int) shape[3], manager)) {
        NDArray pixels = manager.create(expected.floats("pixel_values"), new Shape(shape));
        List<NDArray> states = backbone.block().hiddenStates(pixels);
        assertThat(states).hasSize(1 + folder.architecture().layers());
        for (int i = 0; i < states.size(); i++) {
          assertClose(states.get(i), expected, "hidden_states." + i);
        }
        NDArray last = backbone.block().last(states.get(states.size() - 1));
        assertClose(last, expected, "last_hidden_state");
      }
    }
  }

  /** Relative where numbers are large: float32 has seven digits of them. */
  private static void assertClose(NDArray actual, SafetensorsFile expected, String name) {
    assertThat(actual.getShape()).as(name).isEqualTo(new Shape(expected.shape(name)));
    float[] there = expected.floats(name);
    float[] here = actual.toFloatArray();
    double largest = 0;
    for (int i = 0; i < there.length; i++) {
      largest = Math.max(largest, Math.abs(here[i] - there[i]) / Math.max(1, Math.abs(there[i])));
    }
    assertThat(largest).as(name).isLessThan(TOLERANCE);
  }
}
