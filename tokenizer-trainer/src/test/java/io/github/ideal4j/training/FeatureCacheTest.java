package io.github.ideal4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.Normalization;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureCacheTest {

  private static final int SIZE = 16; // enlarged twice for the backbone
  private static final float HALF = 5e-3f; // float16 keeps 11 bits of numbers up to 8

  @TempDir Path folder;
  private Path root;
  private NDManager manager;
  private VisionBackbone backbone;
  private final List<RgbImage> images = TinyPhotographs.of(11, SIZE, 1);

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    Autograd.setRecording(false);
    root = folder.resolve("cache");
    Path vit = TinyVit.write(folder.resolve("vit.safetensors"), 1);
    backbone = VisionBackbone.open(vit, new BackboneLayers(1, 2), TinyVit.INPUT_SIZE, manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private FeatureCache build(List<RgbImage> from, boolean mirrored) throws IOException {
    return FeatureCache.build(
        from, mirrored, backbone, manager, root, Progress.silent(), new StopSignal());
  }

  private List<Path> files(String name) throws IOException {
    try (var found = Files.walk(root)) {
      return found.filter(path -> path.endsWith(name)).toList();
    }
  }

  /** Tokens of one image without the cache. */
  private BackboneTokens direct(RgbImage image) {
    NDArray bytes =
        manager.create(
            ByteBuffer.wrap(image.pixels()), new Shape(1, SIZE, SIZE, 3), DataType.UINT8);
    return backbone.tokens(
        new BackboneInput(SIZE, TinyVit.INPUT_SIZE, Normalization.HALF).pixels(bytes));
  }

  @Test
  void rowsAreTheTokensOfTheirImages() throws IOException {
    try (FeatureCache cache = build(images, true)) {
      BackboneTokens rows = cache.rows(manager, new long[] {10, 3});
      BackboneTokens tenth = direct(images.get(10));
      assertThat(rows.deep().getShape()).isEqualTo(new Shape(2, 16, TinyVit.WIDTH));
      assertThat(rows.deep().get(0).toFloatArray())
          .containsExactly(tenth.deep().toFloatArray(), within(HALF));
      assertThat(rows.shallow().get(0).toFloatArray())
          .containsExactly(tenth.shallow().toFloatArray(), within(HALF));
      assertThat(rows.deep().get(1).toFloatArray())
          .containsExactly(direct(images.get(3)).deep().toFloatArray(), within(HALF));
    }
  }

  @Test
  void theMirroredViewIsThatOfTheMirroredImage() throws IOException {
    try (FeatureCache cache = build(images, true)) {
      long row = images.size() + 2L;
      float[] deep = cache.rows(manager, new long[] {row}).deep().toFloatArray();
      float[] expected = direct(images.get(2).mirrored()).deep().toFloatArray();
      assertThat(deep).containsExactly(expected, within(HALF));
      assertThat(cache.image(row).pixels()).isEqualTo(images.get(2).mirrored().pixels());
      assertThat(cache.pixels(manager, new long[] {row}).toByteArray())
          .isEqualTo(images.get(2).mirrored().pixels());
    }
  }

  /** The sizes fall within a row, at its end, and before anything is whole. */
  @ParameterizedTest(name = "cut to {0} bytes")
  @ValueSource(longs = {0, 1, 2048, 2048 * 9, 2048 * 10 + 77})
  void aTruncatedCacheIsCompletedToEqualBytes(long size) throws IOException {
    build(images, true).close();
    Path deep = files("deep.f16").get(0);
    Path shallow = files("shallow.f16").get(0);
    byte[] wholeDeep = Files.readAllBytes(deep);
    byte[] wholeShallow = Files.readAllBytes(shallow);
    assertThat(wholeDeep).hasSize(22 * 16 * TinyVit.WIDTH * 2);
    try (FileChannel channel = FileChannel.open(deep, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
    build(images, true).close();
    assertThat(Files.readAllBytes(deep)).isEqualTo(wholeDeep);
    assertThat(Files.readAllBytes(shallow)).isEqualTo(wholeShallow);
  }

  @Test
  void tokensAreKeptAsTheyAreIfWanted() throws IOException {
    try (FeatureCache cache =
        FeatureCache.build(
            images,
            false,
            backbone,
            manager,
            folder.resolve("cache"),
            FeatureCache.Precision.FLOAT32,
            Progress.silent(),
            new StopSignal())) {
      assertThat(cache.rows(manager, new long[] {3}).deep().toFloatArray())
          .usingComparatorWithPrecision(1e-5f) // a batch of one sums in another order
          .containsExactly(direct(images.get(3)).deep().toFloatArray());
    }
    assertThat(files("deep.f32")).hasSize(1);
    assertThat(files("deep.f16")).isEmpty();
  }

  @Test
  void aDamagedCacheIsComputedAgain() throws IOException {
    build(images, true).close();
    Path shallow = files("shallow.f16").get(0);
    byte[] whole = Files.readAllBytes(shallow);
    byte[] damaged = whole.clone();
    damaged[3000] ^= 1;
    Files.write(shallow, damaged);
    build(images, true).close();
    assertThat(Files.readAllBytes(shallow)).isEqualTo(whole);
  }

  @Test
  void aCompleteCacheIsFoundAgainAndExtendedByTheMirroredView() throws IOException {
    List<Long> advances = new ArrayList<>();
    Progress counting = (name, total, unit) -> new Counting(advances);
    build(images, false).close();
    assertThat(Files.size(files("deep.f16").get(0))).isEqualTo(11 * 16 * TinyVit.WIDTH * 2);
    FeatureCache.build(images, false, backbone, manager, root, counting, new StopSignal()).close();
    assertThat(advances).isEmpty();
    build(images, true).close();
    assertThat(files("deep.f16")).hasSize(1);
    assertThat(Files.size(files("deep.f16").get(0))).isEqualTo(22 * 16 * TinyVit.WIDTH * 2);
    FeatureCache.build(images, false, backbone, manager, root, counting, new StopSignal()).close();
    assertThat(advances).isEmpty();
    assertThat(Files.size(files("deep.f16").get(0))).isEqualTo(22 * 16 * TinyVit.WIDTH * 2);
  }

  private record Counting(List<Long> advances) implements Progress.Stage {

    @Override
    public void advance(long units) {
      advances.add(units);
    }

    @Override
    public void note(String remark) {}

    @Override
    public void close() {}
  }

  @Test
  void onePixelOrAnotherBackboneMakesAnotherCache() throws IOException {
    build(images, false).close();
    List<RgbImage> changed = new ArrayList<>(images);
    byte[] pixels = images.get(5).pixels().clone();
    pixels[100] ^= 1;
    changed.set(5, new RgbImage(SIZE, SIZE, pixels));
    build(changed, false).close();
    assertThat(files("deep.f16")).hasSize(2);
    Path other = TinyVit.write(folder.resolve("other.safetensors"), 2);
    backbone = VisionBackbone.open(other, new BackboneLayers(1, 2), TinyVit.INPUT_SIZE, manager);
    build(images, false).close();
    assertThat(files("deep.f16")).hasSize(3);
  }

  @Test
  void aStoppedBuildIsRefusedWithWhatItHas() {
    StopSignal stop = new StopSignal();
    stop.request();
    assertThatThrownBy(
            () ->
                FeatureCache.build(images, true, backbone, manager, root, Progress.silent(), stop))
        .isInstanceOf(IOException.class)
        .hasMessage("stopped after 0 of 22 views of features");
    assertThatThrownBy(() -> build(List.of(), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no images");
  }
}
