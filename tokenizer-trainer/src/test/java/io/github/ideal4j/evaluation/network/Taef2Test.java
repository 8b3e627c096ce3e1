package io.github.ideal4j.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.evaluation.codec.Pictures;
import io.github.ideal4j.evaluation.codec.PixelCodec;
import io.github.ideal4j.evaluation.codec.PixelCodecContract;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.golden.ProjectFiles;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class Taef2Test extends PixelCodecContract {

  // float32 here, float64 there, through forty convolutions; latents go up to 4.
  private static final float LATENT_TOLERANCE = 2e-4f;
  // A latent between two halves may be rounded to either; one such step moves few pixels a little.
  private static final float PIXEL_TOLERANCE = 2e-3f;

  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = TorchEngine.start(2).newManager(Device.cpu());
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @Override
  protected PixelCodec open() throws IOException {
    return Taef2.load(weights(), manager);
  }

  private static Path weights() {
    return ProjectFiles.find("models/evaluation/taef2_f8_c32.safetensors");
  }

  @Test
  @Tag("golden")
  void latentsAndReconstructionsAreThoseOfTheReference() throws IOException {
    GoldenSet set = GoldenSet.find("networks");
    try (SafetensorsFile expected = NetworkPictures.open(set, "taef2.safetensors");
        Taef2 codec = Taef2.load(weights(), manager)) {
      List<String> names = NetworkPictures.of(expected, "taef2.", ".latent");
      assertThat(names).isNotEmpty();
      for (String name : names) {
        RgbImage image = NetworkPictures.read(set, name);
        NDArray pixels = PixelArrays.planes(List.of(image), manager);
        NDArray latents = codec.encode(TorchOps.scale(pixels, 1 / 255.0));
        assertThat(latents.toFloatArray())
            .usingComparatorWithPrecision(LATENT_TOLERANCE)
            .containsExactly(expected.floats("taef2." + name + ".latent"));
        assertThat(codec.decode(Taef2.halved(latents)).toFloatArray())
            .usingComparatorWithPrecision(PIXEL_TOLERANCE)
            .containsExactly(expected.floats("taef2." + name + ".recon"));
      }
    }
  }

  @Test
  void everyLatentCosts16Bits() throws IOException {
    try (Taef2 codec = Taef2.load(weights(), manager)) {
      assertThat(codec.code(Pictures.waves(64, 32, 1)).bits()).isEqualTo(8 * 4 * 32 * 16);
    }
  }

  @Test
  void sidesThatTheFactorDoesNotDivideAreRefused() throws IOException {
    try (Taef2 codec = Taef2.load(weights(), manager)) {
      assertThatThrownBy(() -> codec.code(Pictures.waves(32, 36, 1)))
          .hasMessage("taef2-f8 takes sides that are multiples of 8, got 32 x 36");
    }
  }
}
