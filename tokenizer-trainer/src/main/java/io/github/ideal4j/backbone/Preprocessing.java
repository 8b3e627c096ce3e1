package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.image.Resize;
import io.github.ideal4j.image.ResizeFilter;
import io.github.ideal4j.image.RgbImage;

/**
 * How a published backbone wants photographs: {@code preprocessor_config.json}, computed as the
 * library's Pillow-based processors do, on bytes.
 *
 * @param shortest length of the shorter side after resizing; 0 resizes to height and width
 * @param height of the result
 * @param width of the result
 * @param resize whether photographs are resized at all
 * @param crop whether the centre is cut out after resizing
 * @param filter of the resizing
 * @param normalization after division by 255
 */
public record Preprocessing(
    int shortest,
    int height,
    int width,
    boolean resize,
    boolean crop,
    ResizeFilter filter,
    Normalization normalization) {

  private static final int BICUBIC = 3;

  static Preprocessing of(JsonNode config, VisionArchitecture architecture) {
    JsonNode size = config.path("size");
    int shortest = size.path("shortest_edge").asInt(size.isInt() ? size.asInt() : 0);
    int height = size.path("height").asInt(shortest > 0 ? shortest : architecture.imageHeight());
    int width = size.path("width").asInt(shortest > 0 ? shortest : architecture.imageWidth());
    JsonNode cut = config.path("crop_size");
    boolean crop = config.path("do_center_crop").asBoolean(cut.isContainerNode() || cut.isInt());
    if (crop) {
      height = cut.path("height").asInt(cut.asInt(height));
      width = cut.path("width").asInt(cut.asInt(width));
    }
    return new Preprocessing(
        shortest,
        height,
        width,
        config.path("do_resize").asBoolean(true),
        crop,
        filter(config.path("resample").asInt(BICUBIC)),
        Normalization.of(config));
  }

  /** Pillow's numbers. */
  private static ResizeFilter filter(int number) {
    return switch (number) {
      case 1 -> ResizeFilter.LANCZOS;
      case 2 -> ResizeFilter.BILINEAR;
      case BICUBIC -> ResizeFilter.BICUBIC;
      case 4 -> ResizeFilter.BOX;
      case 5 -> ResizeFilter.HAMMING;
      default ->
          throw new IllegalArgumentException(
              "preprocessor_config.json: resample %d is unknown; valid are 1 to 5"
                  .formatted(number));
    };
  }

  /** Resizes and cuts; the result has {@link #height} and {@link #width}. */
  public RgbImage apply(RgbImage image) {
    RgbImage resized = image;
    if (resize) {
      if (shortest > 0) {
        boolean tall = image.height() > image.width();
        int longer =
            (int)
                ((long) shortest
                    * Math.max(image.width(), image.height())
                    / Math.min(image.width(), image.height()));
        resized = Resize.resize(image, tall ? shortest : longer, tall ? longer : shortest, filter);
      } else if (!crop) {
        resized = Resize.resize(image, width, height, filter);
      }
    }
    return crop || resized.width() != width || resized.height() != height
        ? centre(resized)
        : resized;
  }

  /** The middle; beyond the border it is black, as in the library. */
  private RgbImage centre(RgbImage image) {
    byte[] pixels = new byte[height * width * RgbImage.CHANNELS];
    int top = Math.floorDiv(image.height() - height, 2);
    int left = Math.floorDiv(image.width() - width, 2);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int sourceY = y + top;
        int sourceX = x + left;
        if (sourceY >= 0 && sourceY < image.height() && sourceX >= 0 && sourceX < image.width()) {
          for (int c = 0; c < RgbImage.CHANNELS; c++) {
            pixels[(y * width + x) * RgbImage.CHANNELS + c] =
                (byte) image.sample(sourceX, sourceY, c);
          }
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }

  /**
   * The photograph as the backbone's input.
   *
   * @return {@code [3, height, width]}, flat
   */
  public float[] pixels(RgbImage image) {
    RgbImage ready = apply(image);
    int plane = height * width;
    float[] values = new float[3 * plane];
    for (int c = 0; c < 3; c++) {
      double mean = normalization.mean().get(c);
      double std = normalization.std().get(c);
      for (int i = 0; i < plane; i++) {
        double byteValue = ready.pixels()[i * RgbImage.CHANNELS + c] & 0xFF;
        values[c * plane + i] = (float) ((byteValue / 255 - mean) / std);
      }
    }
    return values;
  }
}
