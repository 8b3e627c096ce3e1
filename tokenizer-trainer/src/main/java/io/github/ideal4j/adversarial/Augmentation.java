package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.util.SplittableRandom;

/**
 * Augmentation that gradients pass (DiffAugment, arXiv 2006.10738): colour, translation, cutout.
 *
 * @param probability of each of the three, for the whole batch
 * @param translation largest shift as a share of a side
 * @param cutout side of the square that becomes 0, as a share of a side
 */
public record Augmentation(double probability, double translation, double cutout) {

  /**
   * What chance decides, one number for each image.
   *
   * @param coins for colour, translation and cutout: what is above the probability is left out
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Draw(
      float[] coins,
      float[] brightness,
      float[] saturation,
      float[] contrast,
      int[] shiftRows,
      int[] shiftColumns,
      int[] cutRows,
      int[] cutColumns) {}

  /** Augments images {@code [batch, 3, height, width]} by chance. */
  public NDArray apply(NDArray images, SplittableRandom random) {
    return apply(images, draw(images.getShape(), random));
  }

  NDArray apply(NDArray images, Draw draw) {
    NDArray x = images;
    if (draw.coins()[0] <= probability) {
      x =
          contrast(
              saturation(brightness(x, draw.brightness()), draw.saturation()), draw.contrast());
    }
    if (draw.coins()[1] <= probability) {
      x = translate(x, draw.shiftRows(), draw.shiftColumns());
    }
    return draw.coins()[2] <= probability ? cut(x, draw.cutRows(), draw.cutColumns()) : x;
  }

  Draw draw(Shape shape, SplittableRandom random) {
    int count = Math.toIntExact(shape.get(0));
    int height = Math.toIntExact(shape.get(2));
    int width = Math.toIntExact(shape.get(3));
    float[] coins = uniform(3, random);
    int up = size(height, translation);
    int across = size(width, translation);
    return new Draw(
        coins,
        uniform(count, random),
        uniform(count, random),
        uniform(count, random),
        whole(count, -up, up + 1, random),
        whole(count, -across, across + 1, random),
        whole(count, 0, height + 1 - size(height, cutout) % 2, random),
        whole(count, 0, width + 1 - size(width, cutout) % 2, random));
  }

  private static float[] uniform(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble();
    }
    return values;
  }

  private static int[] whole(int count, int from, int to, SplittableRandom random) {
    return random.ints(count, from, to).toArray();
  }

  private static int size(int side, double share) {
    return (int) (side * share + 0.5);
  }

  static NDArray brightness(NDArray x, float[] chance) {
    return x.add(TorchOps.addScalar(perImage(x, chance), -0.5));
  }

  static NDArray saturation(NDArray x, float[] chance) {
    NDArray mean = x.mean(new int[] {1}, true);
    return x.sub(mean).mul(TorchOps.scale(perImage(x, chance), 2)).add(mean);
  }

  static NDArray contrast(NDArray x, float[] chance) {
    NDArray mean = x.reshape(x.getShape().get(0), -1).mean(new int[] {1}).reshape(-1, 1, 1, 1);
    return x.sub(mean).mul(TorchOps.addScalar(perImage(x, chance), 0.5)).add(mean);
  }

  private static NDArray perImage(NDArray x, float[] values) {
    return NamedArrays.of(values, new Shape(values.length, 1, 1, 1), x.getManager());
  }

  /** Pixel (i, j) becomes (i + row, j + column); what comes from outside is 0. */
  static NDArray translate(NDArray x, int[] rows, int[] columns) {
    Shape shape = x.getShape();
    long height = shape.get(2);
    long width = shape.get(3);
    int most = 1;
    for (int i = 0; i < rows.length; i++) {
      most = Math.max(most, Math.max(Math.abs(rows[i]), Math.abs(columns[i])));
    }
    NDArray side = x.getManager().zeros(new Shape(shape.get(0), shape.get(1), height, most));
    NDArray wide = side.concat(x, 3).concat(side, 3);
    NDArray top =
        x.getManager().zeros(new Shape(shape.get(0), shape.get(1), most, width + 2L * most));
    NDArray framed = top.concat(wide, 2).concat(top, 2);
    NDArray all = null;
    for (int i = 0; i < rows.length; i++) {
      NDArray one =
          framed.get(
              "{}:{}, :, {}:{}, {}:{}",
              i,
              i + 1,
              most + rows[i],
              most + rows[i] + height,
              most + columns[i],
              most + columns[i] + width);
      all = all == null ? one : all.concat(one, 0);
    }
    return all;
  }

  /** Squares of 0 around centres. */
  NDArray cut(NDArray x, int[] rows, int[] columns) {
    int height = Math.toIntExact(x.getShape().get(2));
    int width = Math.toIntExact(x.getShape().get(3));
    float[] mask = new float[rows.length * height * width];
    java.util.Arrays.fill(mask, 1);
    int tall = size(height, cutout);
    int broad = size(width, cutout);
    for (int image = 0; image < rows.length; image++) {
      int top = rows[image] - tall / 2;
      int left = columns[image] - broad / 2;
      for (int i = Math.max(0, top); i < Math.min(height, top + tall); i++) {
        for (int j = Math.max(0, left); j < Math.min(width, left + broad); j++) {
          mask[(image * height + i) * width + j] = 0;
        }
      }
    }
    return x.mul(NamedArrays.of(mask, new Shape(rows.length, 1, height, width), x.getManager()));
  }
}
