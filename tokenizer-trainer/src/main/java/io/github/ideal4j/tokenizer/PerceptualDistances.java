package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.Uploads;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** LPIPS of single pairs of images, to find those that stand out. */
public final class PerceptualDistances {

  private static final int BATCH = 32;

  private PerceptualDistances() {}

  /**
   * Compares images of one size, pair by pair.
   *
   * @param first {@code [height, width, 3]} each
   * @param second as many
   * @param manager on the device of the computation
   */
  public static List<Double> of(List<RgbImage> first, List<RgbImage> second, NDManager manager) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    List<Double> distances = new ArrayList<>();
    try (NDManager own = manager.newSubManager();
        Lpips lpips = Lpips.load(own)) {
      for (int from = 0; from < first.size(); from += BATCH) {
        int to = Math.min(first.size(), from + BATCH);
        try (NDManager batch = own.newSubManager()) {
          NDArray x = TokenizerTrainee.planes(bytes(first.subList(from, to), batch));
          NDArray y = TokenizerTrainee.planes(bytes(second.subList(from, to), batch));
          for (float distance : lpips.distance(x, y).toFloatArray()) {
            distances.add((double) distance);
          }
        }
      }
    } finally {
      Autograd.setRecording(recording);
    }
    return distances;
  }

  /** Images of one size as uint8 {@code [batch, height, width, 3]}. */
  static NDArray bytes(List<RgbImage> images, NDManager manager) {
    RgbImage first = images.get(0);
    ByteBuffer bytes = ByteBuffer.allocateDirect(images.size() * first.pixels().length);
    images.forEach(image -> bytes.put(image.pixels()));
    Shape shape = new Shape(images.size(), first.height(), first.width(), RgbImage.CHANNELS);
    return Uploads.bytes(bytes.flip(), shape, DataType.UINT8, manager);
  }
}
