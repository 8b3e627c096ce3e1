package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.Uniforms;
import io.github.ideal4j.onnx.trace.ExportException;
import io.github.ideal4j.prior.GptPrior;
import io.github.ideal4j.prior.GptPriorConfig;
import io.github.ideal4j.prior.GptPriorSampler;
import io.github.ideal4j.prior.TokenFilter;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PriorExportTest {

  private static final GptPriorConfig CONFIG =
      new GptPriorConfig(2, 32, 2, 64, 24, 3, 3, 4, 1e-5, 10000, GptPriorConfig.ClassRope.IDENTITY);
  private static final int[] LABELS = {0, 1, 2, 3, 1};

  private NDManager manager;
  private GptPrior prior;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    prior = GptPrior.create(CONFIG, 0.1, 1, manager);
    disturb(prior, 4);
  }

  /** A fresh head is zero, and behind it no mistake would show. */
  private static void disturb(GptPrior prior, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (NDArray array : prior.named().values()) {
      float[] values = array.toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (0.2 * random.nextGaussian());
      }
      try (NDArray moved = array.getManager().create(values, array.getShape())) {
        TorchOps.copy(List.of(array), List.of(moved));
      }
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static float[][] uniforms(long seed) {
    float[][] uniforms = new float[LABELS.length][];
    Arrays.setAll(uniforms, i -> Uniforms.of(seed, i, CONFIG.tokens()));
    return uniforms;
  }

  @Test
  void theReportSeesNoDifference() {
    PriorReport report = PriorExport.export(prior, manager).report();
    assertThat(report.differing()).isZero();
    assertThat(report.runs()).hasSize(4);
    assertThat(report.nllDifference()).isLessThan(1e-5);
  }

  @Test
  void wholeImagesAreThoseOfTheEngine() {
    GptPriorSampler reference = new GptPriorSampler(prior, manager);
    try (PriorGraph graph = new PriorGraph(PriorExport.export(prior, manager).sampler())) {
      for (double guidance : new double[] {1, 0, 1.5, 4}) {
        assertThat(graph.sample(LABELS, uniforms(0), new SamplingOptions(guidance, 0, 0, 1)))
            .isDeepEqualTo(reference.sample(LABELS, guidance, GptPriorSampler.greedy()));
        for (TokenFilter filter :
            List.of(
                TokenFilter.NONE,
                new TokenFilter(0.5, 3, 1),
                new TokenFilter(2, 24, 0.5),
                new TokenFilter(1, 7, 0.75))) {
          SamplingOptions options =
              new SamplingOptions(guidance, filter.temperature(), filter.topK(), filter.topP());
          assertThat(graph.sample(LABELS, uniforms(7), options))
              .as(options.toString())
              .isDeepEqualTo(
                  reference.sample(LABELS, guidance, GptPriorSampler.drawn(filter, uniforms(7))));
        }
      }
    }
  }

  @Test
  void graphsOfOtherWeightsAreRefusedWithTheirDifference() {
    PriorExport export = PriorExport.export(prior, manager);
    GptPrior other = GptPrior.create(CONFIG, 0, 1, manager);
    disturb(other, 5);
    PriorCheck check = new PriorCheck(other, manager);
    try (PriorGraph sampler = new PriorGraph(export.sampler());
        PriorGraph score = new PriorGraph(export.score());
        PriorGraph own = new PriorGraph(PriorExport.export(other, manager).sampler())) {
      assertThatThrownBy(() -> check.compare(sampler, score))
          .isInstanceOf(ExportException.class)
          .hasMessageStartingWith("prior.onnx chooses ")
          .hasMessageContaining("of 96 tokens unlike the prior");
      assertThatThrownBy(() -> check.compare(own, score))
          .isInstanceOf(ExportException.class)
          .hasMessageStartingWith("prior-score.onnx differs from the prior by ");
    }
  }
}
