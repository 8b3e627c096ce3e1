package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.evaluation.CodebookUsage;
import io.github.ideal4j.evaluation.CosineMeter;
import io.github.ideal4j.evaluation.FeatureAlignment;
import io.github.ideal4j.evaluation.QualityMeter;
import io.github.ideal4j.evaluation.TokenizerMetrics;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer.Reconstruction;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import io.github.ideal4j.training.FeatureCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures a tokenizer on photographs that it is not trained on, by their cached features.
 *
 * @param features of these photographs; only plain views are used
 * @param most looks at no more than this many, evenly chosen
 */
public record TokenizerValidation(FeatureCache features, int most) {

  private static final int BATCH = 16;
  private static final double HALF_RANGE = 127.5;

  /** All metrics of a tokenizer. */
  public TokenizerMetrics metrics(DualAlignedTokenizer tokenizer, Lpips lpips, NDManager manager) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try {
      Sums sums = new Sums(tokenizer);
      long[] all = rows(most);
      for (int start = 0; start < all.length; start += BATCH) {
        long[] rows = Arrays.copyOfRange(all, start, Math.min(all.length, start + BATCH));
        try (NDManager own = manager.newSubManager()) {
          sums.add(rows, lpips, own);
        }
      }
      return sums.result();
    } finally {
      Autograd.setRecording(recording);
    }
  }

  /** Rows of the features, at most so many, evenly chosen and always the same. */
  long[] rows(int limit) {
    int count = Math.min(limit, features.images());
    long[] rows = new long[count];
    Arrays.setAll(rows, i -> (long) i * features.images() / count);
    return rows;
  }

  /** What a tokenizer makes of some photographs, in one batch; gradients are off. */
  List<RgbImage> reconstruct(DualAlignedTokenizer tokenizer, long[] rows, NDManager manager) {
    try (NDManager own = manager.newSubManager()) {
      BackboneTokens tokens = features.rows(own, rows);
      NDArray indices = tokenizer.encode(tokens.shallow(), tokens.deep());
      NDArray levels = levels(tokenizer.decode(indices).pixels());
      return images(levels, tokenizer.config().imageSize());
    }
  }

  /** Pixels in -1 to 1 as whole numbers 0 to 255. */
  static NDArray levels(NDArray pixels) {
    return TorchOps.scale(TorchOps.addScalar(pixels.clip(-1, 1), 1), HALF_RANGE).round();
  }

  /** Images of levels {@code [batch, 3, size, size]}. */
  static List<RgbImage> images(NDArray levels, int size) {
    float[] bytes = levels.transpose(0, 2, 3, 1).toFloatArray();
    int length = size * size * RgbImage.CHANNELS;
    List<RgbImage> images = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += length) {
      byte[] image = new byte[length];
      for (int j = 0; j < length; j++) {
        image[j] = (byte) bytes[from + j];
      }
      images.add(new RgbImage(size, size, image));
    }
    return images;
  }

  /** The same by name, for the log of a training. */
  Map<String, Double> measure(DualAlignedTokenizer tokenizer, Lpips lpips, NDManager manager) {
    Map<String, Double> named = new LinkedHashMap<>();
    metrics(tokenizer, lpips, manager)
        .byName()
        .forEach(
            (name, value) -> {
              if (!name.equals("images")) {
                named.put(
                    "validation"
                        + name.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                        + name.substring(1),
                    value);
              }
            });
    return named;
  }

  /** Everything added up so far. */
  private final class Sums {

    private final DualAlignedTokenizer tokenizer;
    private final QualityMeter quality = new QualityMeter();
    private final CosineMeter deep;
    private final CosineMeter centred;
    private final CosineMeter shallow;
    private final List<int[]> grids = new ArrayList<>();
    private double lpipsSum;
    private long images;

    Sums(DualAlignedTokenizer tokenizer) {
      this.tokenizer = tokenizer;
      int width = tokenizer.config().width();
      deep = CosineMeter.plain(width);
      centred = CosineMeter.centred(tokenizer.deepMean());
      shallow = CosineMeter.plain(width);
    }

    void add(long[] rows, Lpips lpips, NDManager manager) {
      BackboneTokens tokens = features.rows(manager, rows);
      NDArray indices = tokenizer.encode(tokens.shallow(), tokens.deep());
      Reconstruction result = tokenizer.decode(indices);
      float[] teacher = tokens.deep().toFloatArray();
      float[] decoded = result.deep().toFloatArray();
      deep.add(decoded, teacher);
      centred.add(decoded, teacher);
      shallow.add(result.shallow().toFloatArray(), tokens.shallow().toFloatArray());
      compare(rows, result.pixels(), lpips, manager);
      count(indices);
      images += rows.length;
    }

    private void compare(long[] rows, NDArray pixels, Lpips lpips, NDManager manager) {
      NDArray rounded = levels(pixels);
      List<RgbImage> images = images(rounded, tokenizer.config().imageSize());
      for (int i = 0; i < rows.length; i++) {
        quality.add(features.image(rows[i]), images.get(i));
      }
      NDArray shown = TorchOps.addScalar(TorchOps.scale(rounded, 1 / HALF_RANGE), -1);
      NDArray truth = TokenizerTrainee.planes(features.pixels(manager, rows));
      lpipsSum += lpips.distance(shown, truth).sum().getFloat();
    }

    private void count(NDArray indices) {
      long[] all = indices.toLongArray();
      int tokens = tokenizer.config().tokens();
      int codebooks = tokenizer.config().codebooks();
      for (int start = 0; start < all.length; start += tokens) {
        // Equal indices of two codebooks are two codes.
        int first = start / tokens % codebooks * tokenizer.config().codes();
        int[] grid = new int[tokens];
        for (int i = 0; i < tokens; i++) {
          grid[i] = first + (int) all[start + i];
        }
        grids.add(grid);
      }
    }

    TokenizerMetrics result() {
      return new TokenizerMetrics(
          quality.result(),
          lpipsSum / images,
          CodebookUsage.of(tokenizer.config().codes() * tokenizer.config().codebooks(), grids),
          new FeatureAlignment(deep.result(), centred.result(), shallow.result()));
    }
  }
}
