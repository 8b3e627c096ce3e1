package io.github.ideal4j.pipeline.evaluation;

import io.github.ideal4j.names.NearNames;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code ideal evaluate} can measure, by the names of {@code --metrics}. */
public enum Metric {
  /** Peak signal-to-noise ratio, mean over images. */
  PSNR(Needs.PAIRS),
  /** Structural similarity, scikit-image's definition. */
  SSIM(Needs.PAIRS),
  /** Structural similarity over five scales; needs 161 pixels a side. */
  MS_SSIM(Needs.PAIRS),
  /** LPIPS on SqueezeNet. */
  LPIPS(Needs.PAIRS),
  /** LPIPS on AlexNet. */
  LPIPS_ALEX(Needs.PAIRS),
  /** LPIPS on VGG16. */
  LPIPS_VGG(Needs.PAIRS),
  /** Frechet distance on 64 Inception features. */
  FID64(Needs.SETS),
  /** Frechet distance on 192 Inception features. */
  FID192(Needs.SETS),
  /** Frechet distance on 768 Inception features. */
  FID768(Needs.SETS),
  /** Frechet distance on 2,048 Inception features: the literature's. */
  FID2048(Needs.SETS),
  /** Frechet distance on 2,023 spatial Inception features. */
  SFID(Needs.SETS),
  /** Kernel distance, with its interval. */
  KID(Needs.SETS),
  /** Precision, recall, density and coverage. */
  PRECISION(Needs.SETS),
  /** Inception score of the images. */
  IS(Needs.SETS),
  /** Use of the codebook and bits. */
  USAGE(Needs.TOKENS),
  /** Cosines of decoded features to the backbone's. */
  COSINE(Needs.TOKENS),
  /** What becomes of images when tokens are replaced by near ones. */
  SENSITIVITY(Needs.TOKENS),
  /** Accuracy of simple classifiers on decoded features. */
  PROBE(Needs.TOKENS),
  /** Negative log-likelihood of the tokens under the bundle's prior. */
  PRIOR(Needs.TOKENS);

  /** What is measured where nothing was asked for: what takes no more than a minute. */
  public static final Set<Metric> DEFAULTS = Set.of(PSNR, SSIM, LPIPS, USAGE, COSINE);

  private final Needs needs;

  /** What a metric compares. */
  private enum Needs {
    /** Each image with its original. */
    PAIRS,
    /** All images with all originals. */
    SETS,
    /** The tokens of a bundle. */
    TOKENS
  }

  Metric(Needs needs) {
    this.needs = needs;
  }

  /** Whether each image is compared with its original. */
  public boolean ofPairs() {
    return needs == Needs.PAIRS;
  }

  /** Whether all images are compared with all originals. */
  public boolean ofSets() {
    return needs == Needs.SETS;
  }

  /** Whether a bundle's tokens are needed. */
  public boolean ofTokens() {
    return needs == Needs.TOKENS;
  }

  /** The name in commands: {@code ms-ssim}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All names, for help and errors. */
  public static String names() {
    return Arrays.stream(values()).map(Metric::toString).collect(Collectors.joining(", "));
  }

  /**
   * The metrics of some names; {@code default} and {@code all} stand for several.
   *
   * @throws IllegalArgumentException if a name is unknown
   */
  public static Set<Metric> parse(Collection<String> names) {
    Set<Metric> chosen = EnumSet.noneOf(Metric.class);
    for (String name : names) {
      switch (name) {
        case "default" -> chosen.addAll(DEFAULTS);
        case "all" -> chosen.addAll(EnumSet.allOf(Metric.class));
        default -> chosen.add(one(name));
      }
    }
    return chosen;
  }

  private static Metric one(String name) {
    return Arrays.stream(values())
        .filter(metric -> metric.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "metric '%s' is unknown; valid are default, all, %s%s"
                        .formatted(
                            name, names(), NearNames.hint(name, List.of(names().split(", "))))));
  }
}
