package io.github.ideal4j.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.evaluation.Psnr;
import io.github.ideal4j.evaluation.codec.Coded;
import io.github.ideal4j.evaluation.codec.Pictures;
import io.github.ideal4j.evaluation.codec.PixelCodec;
import io.github.ideal4j.evaluation.codec.PixelCodecContract;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.golden.ProjectFiles;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VqVaeTest extends PixelCodecContract {

  private static final double TOLERANCE = 1e-4; // float32 here, float64 there

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
    return VqVae.load(weights(), manager);
  }

  private static Path weights() {
    return ProjectFiles.find("models/evaluation/vqvae_f4_k512_d128.safetensors");
  }

  @Test
  @Tag("golden")
  void tokensAndReconstructionsAreThoseOfTheReference() throws IOException {
    GoldenSet set = GoldenSet.find("networks");
    try (SafetensorsFile expected = set.open("golden.safetensors");
        VqVae codec = VqVae.load(weights(), manager)) {
      List<String> names = NetworkPictures.of(expected, "vqvae.", ".indices");
      assertThat(names).isNotEmpty();
      for (String name : names) {
        RgbImage image = NetworkPictures.read(set, name);
        NDArray pixels = PixelArrays.planes(List.of(image), manager);
        NDArray x = TorchOps.addScalar(TorchOps.scale(pixels, 1 / 255.0), -0.5);
        NDArray indices = codec.encode(x);
        assertThat(indices.toLongArray())
            .containsExactly(expected.longs("vqvae." + name + ".indices"));
        assertThat(codec.decode(indices).toFloatArray())
            .usingComparatorWithPrecision((float) TOLERANCE)
            .containsExactly(expected.floats("vqvae." + name + ".recon"));
      }
    }
  }

  /** The PSNR that the reference states is of the rounded image. */
  @Test
  @Tag("golden")
  void qualityAndBitsAreThoseOfTheReference() throws IOException {
    GoldenSet set = GoldenSet.find("networks");
    JsonNode meta = new ObjectMapper().readTree(set.file("golden.json").toFile());
    try (VqVae codec = VqVae.load(weights(), manager)) {
      RgbImage image = NetworkPictures.read(set, "photo0_128");
      Coded coded = codec.code(image);
      assertThat(Psnr.of(image, coded.image()))
          .isCloseTo(meta.get("vqvae.photo0_128.psnr").asDouble(), within(0.02));
      assertThat(coded.bits()).isEqualTo(32 * 32 * 9);
    }
  }

  @Test
  void sidesThatTheFactorDoesNotDivideAreRefused() throws IOException {
    try (VqVae codec = VqVae.load(weights(), manager)) {
      assertThatThrownBy(() -> codec.code(Pictures.waves(30, 32, 1)))
          .hasMessage("vq-vae-f4 takes sides that are multiples of 4, got 30 x 32");
    }
  }

  @Test
  void weightsOfAnotherNetworkAreRefused(@TempDir Path folder) throws IOException {
    Path other = folder.resolve("other.safetensors");
    try (NDManager own = manager.newSubManager()) {
      NamedArrays.write(other, Map.of("encoder.conv_1.weight", own.ones(new Shape(64, 3, 3, 3))));
    }
    assertThatThrownBy(() -> VqVae.load(other, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'encoder.conv_1.weight' has the shape [64, 3, 3, 3]")
        .hasMessageContaining("needs [64, 3, 4, 4]");
  }

  @Test
  void nothingOfACodecStaysInTheManager() throws IOException {
    try (NDManager own = manager.newSubManager()) {
      int before = own.getManagedArrays().size();
      try (VqVae codec = VqVae.load(weights(), own)) {
        codec.code(Pictures.waves(32, 32, 1));
      }
      assertThat(own.getManagedArrays()).hasSize(before);
    }
  }
}
