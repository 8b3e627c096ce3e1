package io.github.ideal4j.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.evaluation.codec.Pictures;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.golden.ProjectFiles;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InceptionTest {

  private static final float TOLERANCE = 2e-4f; // float32 here, float64 there; values up to 7
  private static final Map<InceptionTap, String> REFERENCES =
      Map.of(
          InceptionTap.POOL_64, "pool64",
          InceptionTap.POOL_192, "pool192",
          InceptionTap.SPATIAL, "sfid_mixed6_conv7",
          InceptionTap.POOL_768, "pool768",
          InceptionTap.POOL_1280, "pool1280");
  private static final InceptionResize RESIZE = InceptionResize.TENSORFLOW_BILINEAR;

  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = TorchEngine.start(2).newManager(Device.cpu());
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  private static Path shipped() {
    return ProjectFiles.find("models/evaluation/inception_2015_12_05_to_mixed8.safetensors");
  }

  @Test
  @Tag("golden")
  void featuresAreThoseOfTheReference() throws IOException {
    GoldenSet set = GoldenSet.find("networks");
    try (SafetensorsFile expected = set.open("golden.safetensors");
        Inception inception = Inception.load(shipped(), manager)) {
      List<String> names = NetworkPictures.of(expected, "inception.", ".pool768");
      assertThat(names).isNotEmpty();
      List<RgbImage> images = new ArrayList<>();
      for (String name : names) {
        images.add(NetworkPictures.read(set, name + "_299"));
      }
      InceptionFeatures features = inception.features(images, RESIZE, REFERENCES.keySet());
      REFERENCES.forEach(
          (tap, suffix) -> {
            for (int i = 0; i < names.size(); i++) {
              assertThat(features.at(tap).get(i))
                  .as("%s %s", names.get(i), suffix)
                  .usingComparatorWithPrecision(TOLERANCE)
                  .containsExactly(
                      expected.floats("inception.%s.%s".formatted(names.get(i), suffix)));
            }
          });
    }
  }

  @Test
  void shippedWeightsSayWhatTheyCannotDo() throws IOException {
    try (Inception inception = Inception.load(shipped(), manager)) {
      assertThat(inception.taps())
          .containsExactlyInAnyOrderElementsOf(
              EnumSet.range(InceptionTap.POOL_64, InceptionTap.POOL_1280));
      List<RgbImage> images = List.of(Pictures.waves(32, 32, 1));
      assertThatThrownBy(() -> inception.features(images, RESIZE, Set.of(InceptionTap.POOL_2048)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lacks tensor 'mixed_9_conv.weight'")
          .hasMessageEndingWith("no features at 2048; there are at 64, 192, sfid, 768, 1280");
    }
  }

  @Test
  void imagesOfABatchDoNotKnowOfEachOther() throws IOException {
    try (Inception inception = Inception.load(shipped(), manager)) {
      Set<InceptionTap> taps = Set.of(InceptionTap.POOL_192);
      List<RgbImage> images =
          List.of(Pictures.waves(64, 64, 1), Pictures.waves(40, 90, 2), Pictures.waves(64, 64, 3));
      List<float[]> together = inception.features(images, RESIZE, taps).at(InceptionTap.POOL_192);
      for (int i = 0; i < images.size(); i++) {
        float[] alone =
            inception
                .features(List.of(images.get(i)), RESIZE, taps)
                .at(InceptionTap.POOL_192)
                .get(0);
        assertThat(together.get(i)).usingComparatorWithPrecision(1e-5f).containsExactly(alone);
      }
    }
  }

  @Test
  void computationsLeaveNothingBehind() throws IOException {
    try (NDManager own = manager.newSubManager()) {
      int before = own.getManagedArrays().size();
      try (Inception inception = Inception.load(shipped(), own)) {
        inception.features(
            List.of(Pictures.waves(32, 32, 1)), RESIZE, Set.of(InceptionTap.POOL_64));
      }
      assertThat(own.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void completeWeightsGiveTheSameInBothNamings(@TempDir Path folder) throws IOException {
    CompleteInception complete = new CompleteInception(7);
    Path ours = folder.resolve("ours.safetensors");
    Path torch = folder.resolve("torch.safetensors");
    complete.writeFolded(shipped(), ours);
    complete.writeUnfolded(shipped(), torch);
    List<RgbImage> images = List.of(Pictures.waves(64, 64, 1));
    Set<InceptionTap> all = EnumSet.allOf(InceptionTap.class);
    try (Inception first = Inception.load(ours, manager);
        Inception second = Inception.load(torch, manager)) {
      assertThat(first.taps()).containsExactlyInAnyOrderElementsOf(all);
      assertThat(second.taps()).isEqualTo(first.taps());
      InceptionFeatures expected = first.features(images, RESIZE, all);
      InceptionFeatures got = second.features(images, RESIZE, all);
      for (InceptionTap tap : all) {
        assertThat(got.at(tap).get(0))
            .as(tap.label())
            .hasSize(tap.width())
            .usingComparatorWithPrecision(1e-3f)
            .containsExactly(expected.at(tap).get(0));
      }
      double sum = 0;
      for (float p : got.at(InceptionTap.PROBABILITIES).get(0)) {
        sum += p;
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  /** The two blocks and the classifier that the shipped weights lack, against their definition. */
  @Test
  void theLastBlocksAreAsDefined(@TempDir Path folder) throws IOException {
    CompleteInception complete = new CompleteInception(11);
    Path ours = folder.resolve("ours.safetensors");
    complete.writeFolded(shipped(), ours);
    try (NDManager own = manager.newSubManager();
        SafetensorsFile weights = SafetensorsFile.open(ours)) {
      InceptionWeights loaded = InceptionWeights.read(ours, own);
      InceptionGraph graph = new InceptionGraph(loaded.layers());
      double[][][] x = complete.input(1280, 8);
      float[] flat = CompleteInception.flat(x);
      NDArray deep =
          graph.advance(
              NamedArrays.of(flat, new Shape(1, 1280, 8, 8), own), InceptionTap.POOL_2048);
      double[] expected = CompleteInception.means(CompleteInception.last(x, weights));
      float[] features = graph.read(deep, InceptionTap.POOL_2048).toFloatArray();
      float[] probabilities = graph.read(deep, InceptionTap.PROBABILITIES).toFloatArray();
      double[] classes = CompleteInception.probabilities(expected, weights);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) features[i]).isCloseTo(expected[i], within(1e-4));
      }
      for (int i = 0; i < classes.length; i++) {
        assertThat((double) probabilities[i]).isCloseTo(classes[i], within(1e-5));
      }
    }
  }

  @Test
  void aFileWithoutTheFirstLayersIsRefused(@TempDir Path folder) throws IOException {
    Path other = folder.resolve("other.safetensors");
    NamedArrays.write(other, Map.of("conv.weight", manager.ones(new Shape(32, 3, 3, 3))));
    assertThatThrownBy(() -> Inception.load(other, manager))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("gives no features of Inception: it lacks tensor 'conv.bias'");
  }

  @Test
  void theTableHas94Layers() {
    assertThat(InceptionLayers.ALL).hasSize(94);
    assertThat(InceptionLayers.ALL.stream().map(InceptionLayer::name)).doesNotHaveDuplicates();
    assertThat(InceptionLayers.ALL.stream().map(InceptionLayer::torchName)).doesNotHaveDuplicates();
  }
}
