package io.github.ideal4j.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that is measured of a tokenizer on a set of photographs.
 *
 * @param quality of the reconstructions
 * @param lpips mean perceptual distance of the reconstructions; NaN when it was not measured
 * @param codebook how the photographs' tokens use it
 * @param alignment of decoded with the teacher's features; NaN where it was not measured
 */
public record TokenizerMetrics(
    ImageQuality quality, double lpips, CodebookUsage codebook, FeatureAlignment alignment) {

  /**
   * The numbers by the names that files and {@code --json} use; those not measured are left out.
   */
  public Map<String, Double> byName() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("images", (double) quality.images());
    numbers.put("psnr", quality.psnr());
    numbers.put("ssim", quality.ssim());
    numbers.put("lpips", lpips);
    numbers.put("usage", codebook.usage());
    numbers.put("perplexity", codebook.perplexity());
    numbers.put("cosineDeep", alignment.deep());
    numbers.put("cosineDeepCentred", alignment.deepCentred());
    numbers.put("cosineShallow", alignment.shallow());
    numbers.values().removeIf(value -> value.isNaN());
    return numbers;
  }
}
