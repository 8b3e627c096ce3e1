package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.util.List;

/**
 * How a photograph of any size becomes the 299 x 299 that {@link Inception} looks at. The choice
 * moves Fréchet distances by whole points on small images, so tables name it. An image of 299 x 299
 * is left as it is by each. Results are not rounded to bytes, as in the tools.
 */
public enum InceptionResize {
  /**
   * TensorFlow 1's bilinear: corner to corner without half-pixel centres, without antialias. What
   * the original FID, ADM's evaluator and torch-fidelity do; the default of the literature.
   */
  TENSORFLOW_BILINEAR {
    @Override
    NDArray planes(RgbImage image, NDManager manager) {
      Axis across = Axis.of(image.width(), false);
      return bilinear(image, across, Axis.of(image.height(), false), manager);
    }
  },
  /** PyTorch's bilinear, with half-pixel centres, without antialias: what pytorch-fid does. */
  PYTORCH_BILINEAR {
    @Override
    NDArray planes(RgbImage image, NDManager manager) {
      Axis across = Axis.of(image.width(), true);
      return bilinear(image, across, Axis.of(image.height(), true), manager);
    }
  },
  /**
   * Pillow's bicubic with antialias on floats, clamped to 0 to 255: clean-fid (arXiv 2104.11222).
   * The byte-exact {@link io.github.ideal4j.image.Resize} would round twice, which clean-fid
   * avoids.
   */
  CLEAN_BICUBIC {
    @Override
    NDArray planes(RgbImage image, NDManager manager) {
      NDArray planes = PixelArrays.planes(List.of(image), manager);
      NDArray resized = TorchOps.resizeBicubic(planes, SIDE, SIDE, true).clip(0, BYTE);
      // Flattening copies, which puts channels last in memory as below.
      return channelsLast(resized.transpose(0, 2, 3, 1).flatten());
    }
  };

  /** Rows and columns that the network looks at. */
  public static final int SIDE = 299;

  private static final int BYTE = 255;

  /**
   * Resizes.
   *
   * @param manager owns the result
   * @return {@code [1, 3, 299, 299]}, 0 to 255
   */
  abstract NDArray planes(RgbImage image, NDManager manager);

  /**
   * Which two source samples make each target sample, in float as the tools compute it.
   *
   * @param low the first source sample
   * @param high the second, the same at the border
   * @param share of the second
   */
  @SuppressWarnings("ArrayRecordComponent") // local tables that nobody compares
  private record Axis(int[] low, int[] high, float[] share) {

    static Axis of(int size, boolean halfPixel) {
      Axis axis = new Axis(new int[SIDE], new int[SIDE], new float[SIDE]);
      float scale = (float) size / SIDE;
      for (int i = 0; i < SIDE; i++) {
        float at = halfPixel ? Math.max((i + 0.5f) * scale - 0.5f, 0) : i * scale;
        axis.low[i] = Math.min((int) at, size - 1);
        axis.high[i] = Math.min(axis.low[i] + 1, size - 1);
        axis.share[i] = at - axis.low[i];
      }
      return axis;
    }
  }

  private static NDArray bilinear(RgbImage image, Axis across, Axis down, NDManager manager) {
    float[] pixels = new float[SIDE * SIDE * RgbImage.CHANNELS];
    Row top = new Row(image, across);
    Row bottom = new Row(image, across);
    int out = 0;
    for (int y = 0; y < SIDE; y++) {
      float[] above = top.at(down.low[y]);
      float[] below = bottom.at(down.high[y]);
      float share = down.share[y];
      for (int i = 0; i < above.length; i++) {
        pixels[out++] = above[i] + (below[i] - above[i]) * share;
      }
    }
    return channelsLast(NamedArrays.of(pixels, new Shape(pixels.length), manager));
  }

  /**
   * The engine's convolutions are faster on images with channels last in memory, and keep it so.
   */
  private static NDArray channelsLast(NDArray pixels) {
    return pixels.reshape(1, SIDE, SIDE, RgbImage.CHANNELS).transpose(0, 3, 1, 2);
  }

  /** A row of an image, resized; computed again only when another row is asked for. */
  private static final class Row {
    private final RgbImage image;
    private final Axis across;
    private final float[] values = new float[SIDE * RgbImage.CHANNELS];
    private int current = -1;

    Row(RgbImage image, Axis across) {
      this.image = image;
      this.across = across;
    }

    float[] at(int y) {
      if (y != current) {
        for (int i = 0; i < values.length; i++) {
          int x = i / RgbImage.CHANNELS;
          int channel = i % RgbImage.CHANNELS;
          int left = image.sample(across.low[x], y, channel);
          int right = image.sample(across.high[x], y, channel);
          values[i] = left + (right - left) * across.share[x];
        }
        current = y;
      }
      return values;
    }
  }
}
