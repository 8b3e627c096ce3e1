package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The 94 convolutions of the FID network (TensorFlow {@code inception-2015-12-05}), as a table in
 * the order of computation.
 */
final class InceptionLayers {

  /** All layers, shallow first. */
  static final List<InceptionLayer> ALL = new InceptionLayers().build();

  private final List<InceptionLayer> layers = new ArrayList<>();
  private InceptionTap tap;

  private InceptionLayers() {}

  private List<InceptionLayer> build() {
    tap = InceptionTap.POOL_64;
    add("conv", "Conv2d_1a_3x3", 32, 3, 3, 3);
    add("conv_1", "Conv2d_2a_3x3", 32, 32, 3, 3);
    add("conv_2", "Conv2d_2b_3x3", 64, 32, 3, 3);
    tap = InceptionTap.POOL_192;
    add("conv_3", "Conv2d_3b_1x1", 80, 64, 1, 1);
    add("conv_4", "Conv2d_4a_3x3", 192, 80, 3, 3);
    tap = InceptionTap.SPATIAL;
    wide("mixed", "Mixed_5b", 192, 32);
    wide("mixed_1", "Mixed_5c", 256, 64);
    wide("mixed_2", "Mixed_5d", 288, 64);
    add("mixed_3_conv", "Mixed_6a.branch3x3", 384, 288, 3, 3);
    add("mixed_3_tower_conv", "Mixed_6a.branch3x3dbl_1", 64, 288, 1, 1);
    add("mixed_3_tower_conv_1", "Mixed_6a.branch3x3dbl_2", 96, 64, 3, 3);
    add("mixed_3_tower_conv_2", "Mixed_6a.branch3x3dbl_3", 96, 96, 3, 3);
    tall("mixed_4", "Mixed_6b", 128);
    tall("mixed_5", "Mixed_6c", 160);
    add("mixed_6_conv", "Mixed_6d.branch1x1", 192, 768, 1, 1);
    tap = InceptionTap.POOL_768;
    towers("mixed_6", "Mixed_6d", 160);
    tall("mixed_7", "Mixed_6e", 192);
    tap = InceptionTap.POOL_1280;
    add("mixed_8_tower_conv", "Mixed_7a.branch3x3_1", 192, 768, 1, 1);
    add("mixed_8_tower_conv_1", "Mixed_7a.branch3x3_2", 320, 192, 3, 3);
    add("mixed_8_tower_1_conv", "Mixed_7a.branch7x7x3_1", 192, 768, 1, 1);
    add("mixed_8_tower_1_conv_1", "Mixed_7a.branch7x7x3_2", 192, 192, 1, 7);
    add("mixed_8_tower_1_conv_2", "Mixed_7a.branch7x7x3_3", 192, 192, 7, 1);
    add("mixed_8_tower_1_conv_3", "Mixed_7a.branch7x7x3_4", 192, 192, 3, 3);
    tap = InceptionTap.POOL_2048;
    last("mixed_9", "Mixed_7b", 1280);
    last("mixed_10", "Mixed_7c", 2048);
    return List.copyOf(layers);
  }

  /** At 35 x 35. */
  private void wide(String name, String torch, int in, int pooled) {
    add(name + "_conv", torch + ".branch1x1", 64, in, 1, 1);
    add(name + "_tower_conv", torch + ".branch5x5_1", 48, in, 1, 1);
    add(name + "_tower_conv_1", torch + ".branch5x5_2", 64, 48, 5, 5);
    add(name + "_tower_1_conv", torch + ".branch3x3dbl_1", 64, in, 1, 1);
    add(name + "_tower_1_conv_1", torch + ".branch3x3dbl_2", 96, 64, 3, 3);
    add(name + "_tower_1_conv_2", torch + ".branch3x3dbl_3", 96, 96, 3, 3);
    add(name + "_tower_2_conv", torch + ".branch_pool", pooled, in, 1, 1);
  }

  /** At 17 x 17. */
  private void tall(String name, String torch, int middle) {
    add(name + "_conv", torch + ".branch1x1", 192, 768, 1, 1);
    towers(name, torch, middle);
  }

  private void towers(String name, String torch, int middle) {
    add(name + "_tower_conv", torch + ".branch7x7_1", middle, 768, 1, 1);
    add(name + "_tower_conv_1", torch + ".branch7x7_2", middle, middle, 1, 7);
    add(name + "_tower_conv_2", torch + ".branch7x7_3", 192, middle, 7, 1);
    add(name + "_tower_1_conv", torch + ".branch7x7dbl_1", middle, 768, 1, 1);
    add(name + "_tower_1_conv_1", torch + ".branch7x7dbl_2", middle, middle, 7, 1);
    add(name + "_tower_1_conv_2", torch + ".branch7x7dbl_3", middle, middle, 1, 7);
    add(name + "_tower_1_conv_3", torch + ".branch7x7dbl_4", middle, middle, 7, 1);
    add(name + "_tower_1_conv_4", torch + ".branch7x7dbl_5", 192, middle, 1, 7);
    add(name + "_tower_2_conv", torch + ".branch_pool", 192, 768, 1, 1);
  }

  /** At 8 x 8. */
  private void last(String name, String torch, int in) {
    add(name + "_conv", torch + ".branch1x1", 320, in, 1, 1);
    add(name + "_tower_conv", torch + ".branch3x3_1", 384, in, 1, 1);
    add(name + "_tower_mixed_conv", torch + ".branch3x3_2a", 384, 384, 1, 3);
    add(name + "_tower_mixed_conv_1", torch + ".branch3x3_2b", 384, 384, 3, 1);
    add(name + "_tower_1_conv", torch + ".branch3x3dbl_1", 448, in, 1, 1);
    add(name + "_tower_1_conv_1", torch + ".branch3x3dbl_2", 384, 448, 3, 3);
    add(name + "_tower_1_mixed_conv", torch + ".branch3x3dbl_3a", 384, 384, 1, 3);
    add(name + "_tower_1_mixed_conv_1", torch + ".branch3x3dbl_3b", 384, 384, 3, 1);
    add(name + "_tower_2_conv", torch + ".branch_pool", 192, in, 1, 1);
  }

  private void add(String name, String torch, int out, int in, int height, int width) {
    layers.add(new InceptionLayer(name, torch, new Shape(out, in, height, width), tap));
  }
}
