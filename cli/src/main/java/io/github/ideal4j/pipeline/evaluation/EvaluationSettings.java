package io.github.ideal4j.pipeline.evaluation;

import io.github.ideal4j.evaluation.EvaluationProtocol;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is measured and how.
 *
 * @param metrics what to measure; what cannot be had is left out and said, unless it was named
 * @param named whether the metrics were named one by one
 * @param protocol what is done to images first
 * @param files networks that are not inside the project's modules
 * @param peers codecs beside the bundle
 * @param probeSplit the split that probes learn from
 * @param seed of all draws
 * @param device of what is not served
 * @param threads of the processor
 * @param session settings of the served graphs
 */
public record EvaluationSettings(
    Set<Metric> metrics,
    boolean named,
    EvaluationProtocol protocol,
    Files files,
    List<String> peers,
    String probeSplit,
    long seed,
    String device,
    int threads,
    SessionSettings session) {

  /** Copies. */
  public EvaluationSettings {
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("nothing to measure; valid are " + Metric.names());
    }
    metrics = Set.copyOf(metrics);
    peers = List.copyOf(peers);
  }

  /**
   * Where networks and caches are.
   *
   * @param backbone of the bundle, for cosines and probes
   * @param featureCache folder of cached backbone features
   * @param inception weights of the Inception network
   * @param alex AlexNet's backbone weights, for LPIPS
   * @param vgg VGG16's
   */
  public record Files(
      Optional<Path> backbone,
      Path featureCache,
      Optional<Path> inception,
      Optional<Path> alex,
      Optional<Path> vgg) {}

  /** What the quickstart measures. */
  public static EvaluationSettings quick(
      Path backbone, Path featureCache, int threads, SessionSettings session) {
    return new EvaluationSettings(
        Metric.DEFAULTS,
        false,
        EvaluationProtocol.NATIVE,
        new Files(
            Optional.of(backbone),
            featureCache,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        List.of(),
        "train",
        0,
        "cpu",
        threads,
        session);
  }

  /** Whether a metric is wanted. */
  public boolean wants(Metric metric) {
    return metrics.contains(metric);
  }

  /** The wanted metrics in their order. */
  public EnumSet<Metric> ordered() {
    return EnumSet.copyOf(metrics);
  }
}
