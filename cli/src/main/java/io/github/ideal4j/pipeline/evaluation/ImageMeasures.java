package io.github.ideal4j.pipeline.evaluation;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.evaluation.MsSsim;
import io.github.ideal4j.evaluation.Psnr;
import io.github.ideal4j.evaluation.Ssim;
import io.github.ideal4j.evaluation.bundle.DistributionMeasure;
import io.github.ideal4j.evaluation.bundle.FeatureSet;
import io.github.ideal4j.evaluation.bundle.Measure;
import io.github.ideal4j.evaluation.bundle.Measurements;
import io.github.ideal4j.evaluation.bundle.PerceptualMeasure;
import io.github.ideal4j.evaluation.bundle.QualityMeasure;
import io.github.ideal4j.evaluation.bundle.SetDistances;
import io.github.ideal4j.evaluation.network.Inception;
import io.github.ideal4j.evaluation.network.InceptionTap;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.loss.LpipsNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is measured of images and their originals, whoever made the images. What cannot be had is
 * left out with a remark, or refused if it was asked for by name.
 */
final class ImageMeasures {

  private static final Map<Metric, InceptionTap> TAPS =
      Map.of(
          Metric.FID64, InceptionTap.POOL_64,
          Metric.FID192, InceptionTap.POOL_192,
          Metric.FID768, InceptionTap.POOL_768,
          Metric.FID2048, InceptionTap.POOL_2048,
          Metric.SFID, InceptionTap.SPATIAL,
          Metric.IS, InceptionTap.PROBABILITIES);
  private static final Map<Metric, LpipsNetwork> PERCEPTUAL =
      Map.of(
          Metric.LPIPS, LpipsNetwork.SQUEEZE,
          Metric.LPIPS_ALEX, LpipsNetwork.ALEX,
          Metric.LPIPS_VGG, LpipsNetwork.VGG);

  private final EvaluationSettings settings;
  private final EvaluationNetworks networks;
  private final NDManager manager;
  private final Measurements remarks;
  private final Set<InceptionTap> taps;
  private final Set<SetDistances.Kind> kinds = EnumSet.noneOf(SetDistances.Kind.class);

  /**
   * Finds out what can be measured.
   *
   * @param remarks gets what is left out and why
   */
  ImageMeasures(
      EvaluationSettings settings,
      EvaluationNetworks networks,
      NDManager manager,
      Measurements remarks)
      throws IOException {
    this.settings = settings;
    this.networks = networks;
    this.manager = manager;
    this.remarks = remarks;
    taps = findTaps();
  }

  private Set<InceptionTap> findTaps() throws IOException {
    Set<InceptionTap> found = EnumSet.noneOf(InceptionTap.class);
    if (settings.metrics().stream().noneMatch(Metric::ofSets)) {
      return found;
    }
    Optional<Inception> inception = networks.inception();
    for (Metric metric : settings.ordered()) {
      if (!metric.ofSets()) {
        continue;
      }
      if (inception.isEmpty()) {
        leaveOut(metric, "needs Inception's weights (--inception FILE)");
        continue;
      }
      InceptionTap tap = TAPS.getOrDefault(metric, widest(inception.get()));
      if (!inception.get().taps().contains(tap)) {
        leaveOut(metric, "needs complete Inception weights (--inception FILE)");
        continue;
      }
      found.add(tap);
      kinds.add(
          switch (metric) {
            case KID -> SetDistances.Kind.KERNEL;
            case PRECISION -> SetDistances.Kind.PRECISION;
            case IS -> SetDistances.Kind.SCORE;
            default -> SetDistances.Kind.FRECHET;
          });
    }
    return found;
  }

  /** Where rows are compared: the usual 2,048 features if they can be had. */
  private static InceptionTap widest(Inception inception) {
    return inception.taps().contains(InceptionTap.POOL_2048)
        ? InceptionTap.POOL_2048
        : InceptionTap.POOL_768;
  }

  /** Leaves a metric out, unless it was asked for by name. */
  void leaveOut(Metric metric, String reason) {
    if (settings.named()) {
      throw new IllegalArgumentException("%s %s".formatted(metric, reason));
    }
    remarks.note("%s is left out: it %s".formatted(metric, reason));
  }

  /** A set to compare with, or none where no metric of sets is wanted. */
  Optional<FeatureSet> newSet() throws IOException {
    if (taps.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new FeatureSet(networks.inception().orElseThrow(), taps, settings.seed()));
  }

  /** How far two sets are apart. */
  SetDistances distances() {
    return new SetDistances(kinds, settings.seed());
  }

  /**
   * What compares each image with its original.
   *
   * @param side of the images, or 0 where they differ
   */
  List<Measure> pairs(int side) throws IOException {
    List<Measure> measures = new ArrayList<>();
    for (Metric metric : settings.ordered()) {
      switch (metric) {
        case PSNR -> measures.add(new QualityMeasure("psnr", Psnr::of));
        case SSIM -> measures.add(new QualityMeasure("ssim", Ssim::of));
        case MS_SSIM -> {
          if (side > 0 && side < MsSsim.SMALLEST_SIDE) {
            leaveOut(
                metric,
                "needs %d pixels a side, these have %d".formatted(MsSsim.SMALLEST_SIDE, side));
          } else {
            measures.add(new QualityMeasure("msSsim", MsSsim::of));
          }
        }
        case LPIPS, LPIPS_ALEX, LPIPS_VGG -> addPerceptual(metric, measures);
        default -> {} // not of pairs
      }
    }
    return measures;
  }

  private void addPerceptual(Metric metric, List<Measure> measures) throws IOException {
    LpipsNetwork network = PERCEPTUAL.get(metric);
    Optional<Lpips> lpips = networks.lpips(network);
    if (lpips.isEmpty()) {
      leaveOut(metric, "needs torchvision's backbone (--%s FILE)".formatted(metric));
      return;
    }
    String name =
        switch (network) {
          case SQUEEZE -> "lpips";
          case ALEX -> "lpipsAlex";
          case VGG -> "lpipsVgg";
        };
    measures.add(new PerceptualMeasure(name, lpips.get(), manager));
  }

  /** Pairs and sets together. */
  List<Measure> all(int side, Optional<FeatureSet> reference) throws IOException {
    List<Measure> measures = pairs(side);
    if (reference.isPresent()) {
      measures.add(new DistributionMeasure(reference.get(), newSet().orElseThrow(), distances()));
    }
    return measures;
  }
}
