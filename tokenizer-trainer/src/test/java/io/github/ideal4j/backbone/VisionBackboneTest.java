package io.github.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.golden.ProjectFiles;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisionBackboneTest {

  private static final float TOLERANCE = 2e-4f; // float32 here, float64 there; 12 blocks, |x| to 15

  @Tag("golden")
  @ParameterizedTest
  @ValueSource(strings = {"photo0", "photo1", "photo2"})
  void tokensAndScoresOfTheTinyTransformerAreTheReference(String photo) throws IOException {
    GoldenSet set = GoldenSet.find("networks");
    Path weights =
        ProjectFiles.find("examples/data/vit_tiny_patch16_224_in21k_ft_in1k.safetensors");
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu());
        SafetensorsFile expected = set.open("golden.safetensors");
        VisionBackbone backbone =
            VisionBackbone.open(weights, new BackboneLayers(6, 12), 224, manager)) {
      RgbImage image = image(set.file(photo + "_224.png"));
      NDArray bytes =
          manager.create(
              java.nio.ByteBuffer.wrap(image.pixels()),
              new Shape(1, 224, 224, 3),
              ai.djl.ndarray.types.DataType.UINT8);
      NDArray pixels = new BackboneInput(224, 224, Normalization.HALF).pixels(bytes);

      assertClose(
          backbone.block().logits(pixels), expected.floats("vit.%s.logits".formatted(photo)));
      assertClose(
          backbone.block().normed(pixels), expected.floats("vit.%s.tokens".formatted(photo)));
      BackboneTokens tokens = backbone.tokens(pixels);
      assertThat(tokens.deep().getShape()).isEqualTo(new Shape(1, 196, 192));
      assertThat(tokens.shallow().mean().getFloat()).isLessThan(1e-5f);
    }
  }

  private static RgbImage image(Path file) throws IOException {
    return ImageDecoder.decode(Files.readAllBytes(file), file.toString());
  }

  private static void assertClose(NDArray actual, float[] expected) {
    assertThat(actual.toFloatArray())
        .usingComparatorWithPrecision(TOLERANCE)
        .containsExactly(expected);
  }
}
