package io.github.ideal4j.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InceptionResizeTest {

  private static final int SIDE = InceptionResize.SIDE;
  private static final int[] ROWS = {0, 7, 150, 298};

  // Levels of 255 in float32; the matrix form of the bicubic sums in another order than Pillow.
  private static final float TOLERANCE = 1e-3f;

  @ParameterizedTest
  @EnumSource
  @Tag("golden")
  void rowsAreThoseOfTheTools(InceptionResize resize) throws IOException {
    GoldenSet set = GoldenSet.find("networks");
    String prefix = resize.name().toLowerCase(Locale.ROOT).split("_", -1)[0] + ".";
    try (SafetensorsFile expected = NetworkPictures.open(set, "resize.safetensors");
        NDManager manager = TorchEngine.start(2).newManager(Device.cpu())) {
      List<String> sizes = NetworkPictures.of(expected, prefix, "");
      assertThat(sizes).hasSize(2);
      for (String size : sizes) {
        String[] sides = size.split("x", -1);
        RgbImage image = picture(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        float[] planes = resize.planes(image, manager).toFloatArray();
        assertThat(rows(planes))
            .as(size)
            .usingComparatorWithPrecision(TOLERANCE)
            .containsExactly(expected.floats(prefix + size));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anImageOfTheSizeIsLeftAsItIs(InceptionResize resize) {
    RgbImage image = picture(SIDE, SIDE);
    try (NDManager manager = TorchEngine.start(2).newManager(Device.cpu())) {
      float[] planes = resize.planes(image, manager).toFloatArray();
      float[] exact = PixelArrays.planes(List.of(image), manager).toFloatArray();
      assertThat(planes).hasSameSizeAs(exact);
      float largest = 0;
      for (int i = 0; i < exact.length; i++) {
        largest = Math.max(largest, Math.abs(planes[i] - exact[i]));
      }
      assertThat(largest).isLessThanOrEqualTo(1e-4f);
    }
  }

  @Test
  void onePixelBecomesAPlainSquare() {
    RgbImage pixel = new RgbImage(1, 1, new byte[] {(byte) 200, 100, 50});
    try (NDManager manager = TorchEngine.start(2).newManager(Device.cpu())) {
      for (InceptionResize resize : InceptionResize.values()) {
        float[] planes = resize.planes(pixel, manager).toFloatArray();
        assertThat(planes[0]).isCloseTo(200, within(1e-3f));
        assertThat(planes[planes.length - 1]).isCloseTo(50, within(1e-3f));
      }
    }
  }

  private static float[] rows(float[] planes) {
    float[] rows = new float[3 * ROWS.length * SIDE];
    int to = 0;
    for (int c = 0; c < 3; c++) {
      for (int row : ROWS) {
        System.arraycopy(planes, (c * SIDE + row) * SIDE, rows, to, SIDE);
        to += SIDE;
      }
    }
    return rows;
  }

  /** The picture that {@code make_references.py} makes. */
  private static RgbImage picture(int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          pixels[at++] = (byte) (x * 7 + y * 13 + c * 29 + x * y / 5);
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
