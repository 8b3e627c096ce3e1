package io.github.ideal4j.cost;

/** The frozen networks under LPIPS, on one square picture. */
final class PerceptualNetworks {

  private static final int[][] FIRES = {
    // squeeze, expand; in; pooled before
    {16, 64, 64, 1},
    {16, 64, 128, 0},
    {32, 128, 128, 1},
    {32, 128, 256, 0},
    {48, 192, 256, 1},
    {48, 192, 384, 0},
    {64, 256, 384, 0},
    {64, 256, 512, 0}
  };

  private static final int[][] VGG = {
    // out, in, pooled before
    {64, 3, 0}, {64, 64, 0}, {128, 64, 1}, {128, 128, 0}, {256, 128, 1}, {256, 256, 0},
    {256, 256, 0}, {512, 256, 1}, {512, 512, 0}, {512, 512, 0}, {512, 512, 1}, {512, 512, 0},
    {512, 512, 0}
  };

  private static final int[][] ALEX = {
    // out, in, side of the kernel, pooled before
    {192, 64, 5, 1}, {384, 192, 3, 1}, {256, 384, 3, 0}, {256, 256, 3, 0}
  };

  private PerceptualNetworks() {}

  /** SqueezeNet 1.1. */
  static Layers squeeze(int side) {
    int now = (side - 3) / 2 + 1;
    Layers layers = entry(side).convolution(square(now), 3, 64, 3);
    compared(layers, now, 64);
    for (int[] fire : FIRES) {
      if (fire[3] == 1) {
        now = (now - 2) / 2 + 1; // 3 wide, rounded up
        layers.makes(square(now) * fire[2]);
      }
      double places = square(now);
      layers
          .convolution(places, fire[2], fire[0], 1)
          .makes(places * fire[0])
          .convolution(places, fire[0], fire[1], 1)
          .convolution(places, fire[0], fire[1], 3)
          .makes(2 * places * fire[1]);
      compared(layers, now, 2L * fire[1]);
    }
    return layers;
  }

  /** VGG16 without its last pool. */
  static Layers vgg(int side) {
    int now = side;
    Layers layers = entry(side);
    for (int[] step : VGG) {
      if (step[2] == 1) {
        now /= 2;
        layers.makes(square(now) * step[1]);
      }
      layers.convolution(square(now), step[1], step[0], 3);
      compared(layers, now, step[0]);
    }
    return layers;
  }

  /** AlexNet, as torchvision has it. */
  static Layers alex(int side) {
    int now = (side + 4 - 11) / 4 + 1;
    Layers layers = entry(side).convolution(square(now), 3, 64, 11);
    compared(layers, now, 64);
    for (int[] step : ALEX) {
      if (step[3] == 1) {
        now = (now - 3) / 2 + 1;
        layers.makes(square(now) * step[1]);
      }
      layers.convolution(square(now), step[1], step[0], step[2]);
      compared(layers, now, step[0]);
    }
    return layers;
  }

  /** The crop, shifted and scaled. */
  private static Layers entry(int side) {
    return new Layers().makes(3 * 3 * square(side));
  }

  /** The activation, its square, and its product with the other picture's. */
  private static void compared(Layers layers, int side, long channels) {
    layers.makes(3 * square(side) * channels);
  }

  private static double square(int side) {
    return (double) side * side;
  }
}
