package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;
import java.util.Locale;

/** The ways in which pictures of the golden set were degraded, in integer arithmetic. */
enum Degradation {
  POSTERIZE {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      return (image.sample(x, y, channel) >> 5 << 5) + 16;
    }
  },
  BLUR {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      int sum = 0;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int column = Math.max(0, Math.min(image.width() - 1, x + dx));
          int row = Math.max(0, Math.min(image.height() - 1, y + dy));
          sum += image.sample(column, row, channel);
        }
      }
      return (sum + 4) / 9;
    }
  },
  NOISE {
    @Override
    RgbImage apply(RgbImage image, long seed) {
      return PixelNoise.add(image, seed);
    }
  },
  PIXELATE {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      int left = x / 4 * 4;
      int top = y / 4 * 4;
      if (left + 4 > image.width() || top + 4 > image.height()) {
        return image.sample(x, y, channel);
      }
      int sum = 0;
      for (int i = 0; i < 16; i++) {
        sum += image.sample(left + i % 4, top + i / 4, channel);
      }
      return (sum + 8) >> 4;
    }
  },
  DARKEN {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      return (image.sample(x, y, channel) * 3) >> 2;
    }
  },
  SHIFT {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      return image.sample(Math.max(0, x - 1), y, channel);
    }
  },
  BGR {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      return image.sample(x, y, 2 - channel);
    }
  },
  PATCH {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      int dx = x - (image.width() / 2 - 8);
      int dy = y - (image.height() / 2 - 8);
      boolean inside = dx >= 0 && dx < 16 && dy >= 0 && dy < 16;
      return inside ? 128 : image.sample(x, y, channel);
    }
  },
  INVERT {
    @Override
    int sample(RgbImage image, int x, int y, int channel) {
      return 255 - image.sample(x, y, channel);
    }
  };

  /** Degrades as the golden set names it; a number at the end says how many times over. */
  static RgbImage apply(String name, RgbImage image, long seed) {
    String once = name.replaceAll("\\d+$", "");
    int times = once.equals(name) ? 1 : Integer.parseInt(name.substring(once.length()));
    RgbImage degraded = image;
    for (int i = 0; i < times; i++) {
      degraded = valueOf(once.toUpperCase(Locale.ROOT)).apply(degraded, seed);
    }
    return degraded;
  }

  int sample(RgbImage image, int x, int y, int channel) {
    throw new UnsupportedOperationException(name());
  }

  RgbImage apply(RgbImage image, long seed) {
    byte[] pixels = new byte[image.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      int place = i / RgbImage.CHANNELS;
      int y = place / image.width();
      pixels[i] = (byte) sample(image, place % image.width(), y, i % RgbImage.CHANNELS);
    }
    return new RgbImage(image.width(), image.height(), pixels);
  }
}
