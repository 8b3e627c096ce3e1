package io.github.ideal4j.loss;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.Normalization;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LpipsTest {

  private static final float TOLERANCE = 1e-5f; // float32 here, float64 there

  @Test
  @Tag("golden")
  void distancesAreThoseOfTheReference() throws IOException {
    GoldenSet set = GoldenSet.find("networks");
    JsonNode meta = new ObjectMapper().readTree(set.file("golden.json").toFile());
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu());
        SafetensorsFile expected = set.open("golden.safetensors");
        Lpips lpips = Lpips.load(manager)) {
      int compared = 0;
      for (Map.Entry<String, JsonNode> pair : meta.properties()) {
        if (pair.getKey().startsWith("lpips.") && pair.getValue().isArray()) {
          compare(set, pair.getKey(), pair.getValue(), expected, lpips, manager);
          compared++;
        }
      }
      assertThat(compared).isPositive();
    }
  }

  private static void compare(
      GoldenSet set,
      String name,
      JsonNode pair,
      SafetensorsFile expected,
      Lpips lpips,
      NDManager manager)
      throws IOException {
    NDArray x = image(set, pair.get(0).asText(), manager);
    NDArray y = image(set, pair.get(1).asText(), manager);
    List<NDArray> layers = lpips.layers(x, y);
    float[] reference = expected.floats(name + ".layers");
    for (int i = 0; i < reference.length; i++) {
      assertThat(Math.abs(layers.get(i).getFloat() - reference[i]))
          .as("%s layer %d", name, i)
          .isLessThan(TOLERANCE);
    }
    double distance = pair.get(2).asDouble();
    assertThat(Math.abs(lpips.distance(x, y).getFloat() - distance)).isLessThan(1e-4);
    assertThat(Math.abs(lpips.loss(x, y).getFloat() - distance)).isLessThan(1e-4);
  }

  private static NDArray image(GoldenSet set, String file, NDManager manager) throws IOException {
    RgbImage image = ImageDecoder.decode(Files.readAllBytes(set.file(file)), file);
    Shape shape = new Shape(1, image.height(), image.width(), 3);
    NDArray bytes = manager.create(ByteBuffer.wrap(image.pixels()), shape, DataType.UINT8);
    return new BackboneInput(image.width(), image.width(), Normalization.HALF).pixels(bytes);
  }

  @Test
  void imagesAreNotFarFromThemselves() {
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu());
        Lpips lpips = Lpips.load(manager)) {
      NDArray x = manager.randomUniform(-1, 1, new Shape(2, 3, 60, 60));
      assertThat(lpips.distance(x, x).toFloatArray()).containsExactly(0, 0);
    }
  }
}
