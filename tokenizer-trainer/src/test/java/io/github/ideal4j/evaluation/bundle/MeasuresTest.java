package io.github.ideal4j.evaluation.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.evaluation.EvaluationProtocol;
import io.github.ideal4j.evaluation.Psnr;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What passes by is counted once, whatever the batches. */
class MeasuresTest {

  private static final int SIDE = 4;

  private static LoadedImage original(int number) {
    return new LoadedImage(
        new ImageEntry(number + ".png", "kind " + number % 2, "test"), grey(number));
  }

  private static RgbImage grey(int level) {
    byte[] pixels = new byte[SIDE * SIDE * RgbImage.CHANNELS];
    Arrays.fill(pixels, (byte) level);
    return new RgbImage(SIDE, SIDE, pixels);
  }

  /**
   * Originals {@code from} to {@code to}, whose images are off by one level in 2 and by two else.
   */
  private static EvaluatedBatch batch(int from, int to) {
    List<LoadedImage> originals =
        IntStream.range(from, to).mapToObj(MeasuresTest::original).toList();
    List<RgbImage> images = IntStream.range(from, to).mapToObj(i -> grey(i + 1 + i % 2)).toList();
    List<int[]> tokens = IntStream.range(from, to).mapToObj(i -> new int[] {i % 4, 0}).toList();
    List<float[]> deep =
        IntStream.range(from, to).mapToObj(i -> new float[] {i, 0, 0, i + 2}).toList();
    return new EvaluatedBatch(from, originals, images, tokens, deep);
  }

  private static Measurements report(Measure measure) {
    Measurements to = new Measurements();
    measure.report(to);
    return to;
  }

  @Test
  void qualityIsTheMeanOverImagesAndNotOverBatches() {
    QualityMeasure measure = new QualityMeasure("psnr", Psnr::of);
    measure.add(batch(0, 3));
    measure.add(batch(3, 4));
    double one = 10 * Math.log10(255.0 * 255.0);
    double two = one - 10 * Math.log10(4);
    assertThat(report(measure).byName().get("psnr")).isCloseTo((one + two) / 2, within(1e-9));
  }

  @Test
  void usageCountsBitsOfACodeAndOfAnIdealCode() {
    UsageMeasure measure = new UsageMeasure(8);
    measure.add(batch(0, 4)); // 0 five times, 1, 2 and 3 once
    Measurements usage = report(measure);
    assertThat(measure.histogram()).containsExactly(5, 1, 1, 1, 0, 0, 0, 0);
    assertThat(usage.byName()).containsEntry("usage", 0.5).containsEntry("bitsPerImage", 2 * 3.0);
    double entropy = 5.0 / 8 * Math.log(8.0 / 5) / Math.log(2) + 3.0 / 8 * 3;
    assertThat(usage.byName().get("bitsPerToken")).isCloseTo(entropy, within(1e-12));
    assertThat(usage.byName().get("bitsPerImageIdealCode")).isCloseTo(2 * entropy, within(1e-12));
  }

  /** Equal indices of two codebooks are two codes. */
  @Test
  void eachOfSeveralCodebooksIsCountedByItself() {
    UsageMeasure measure = new UsageMeasure(4, 2);
    measure.add(batch(0, 4)); // the first codebook gives 0 to 3, the second 0 alone
    Measurements usage = report(measure);
    assertThat(measure.histogram()).containsExactly(1, 1, 1, 1, 4, 0, 0, 0);
    assertThat(usage.byName())
        .containsEntry("usageOfCodebook1", 1.0)
        .containsEntry("usageOfCodebook2", 0.25)
        .containsEntry("usage", 0.625)
        .containsEntry("bitsPerImage", 2 * 2.0);
    assertThat(usage.byName().get("perplexityOfCodebook1")).isCloseTo(4, within(1e-12));
    assertThat(usage.byName().get("perplexityOfCodebook2")).isCloseTo(1, within(1e-12));
    assertThat(usage.byName().get("perplexity")).isCloseTo(2, within(1e-12));
  }

  @Test
  void otherImagesAreMeasuredUnderTheirPrefix() {
    OtherImages measure =
        new OtherImages(
            "perturbed",
            b -> EvaluatedBatch.pairs(b.first(), b.originals(), b.pixels()),
            List.of(
                new QualityMeasure("difference", (a, b) -> a.sample(0, 0, 0) - b.sample(0, 0, 0))));
    measure.add(batch(0, 4));
    assertThat(report(measure).byName())
        .containsExactly(java.util.Map.entry("perturbedDifference", 0.0));
  }

  @Test
  void extremesAreTheSameInAnyOrder() {
    Extremes extremes = new Extremes(2);
    for (int distance : new int[] {3, 1, 5, 2, 4}) {
      extremes.add(new Extremes.Pair(distance + ".png", grey(0), grey(0), distance));
    }
    assertThat(extremes.worst()).extracting(Extremes.Pair::distance).containsExactly(5.0, 4.0);
    assertThat(extremes.best()).extracting(Extremes.Pair::distance).containsExactly(1.0, 2.0);
  }

  @Test
  void pooledFeaturesAreMeansOverTokens() {
    PooledFeatures measure = new PooledFeatures(java.util.Optional.empty(), null);
    measure.add(batch(0, 2));
    assertThat(measure.labels()).containsExactly("kind 0", "kind 1");
    assertThat(measure.decoded()[0]).containsExactly(0, 1);
    assertThat(measure.decoded()[1]).containsExactly(0.5f, 1.5f);
    assertThat(measure.taught()).isEmpty();
  }

  @Test
  void sumSeesPixelsAndOrderButNotBatches() {
    PixelSum whole = new PixelSum();
    whole.add(batch(0, 4));
    PixelSum parts = new PixelSum();
    parts.add(batch(0, 1));
    parts.add(batch(1, 4));
    PixelSum other = new PixelSum();
    other.add(batch(1, 4));
    other.add(batch(0, 1));
    String sum = whole.sha256();
    assertThat(sum).hasSize(64).isEqualTo(parts.sha256()).isNotEqualTo(other.sha256());
    assertThat(parts.images()).isEqualTo(4);
  }

  @Test
  void rowsAreDrawnEvenlyFromAllThatPassedBy() {
    int draws = 2_000;
    int[] kept = new int[10];
    for (int seed = 0; seed < draws; seed++) {
      RowSample sample = new RowSample(1, 3, seed);
      for (int i = 0; i < kept.length; i++) {
        sample.add(new float[] {i});
      }
      assertThat(sample.seen()).isEqualTo(10);
      for (double row : sample.rows().toArray()) {
        kept[(int) row]++;
      }
    }
    // Binomial: 600 of 2,000 each, deviation 20.
    assertThat(Arrays.stream(kept).boxed()).allMatch(count -> Math.abs(count - 600) < 100);
  }

  @Test
  void fewRowsAreAllKeptInTheirOrder() {
    RowSample sample = new RowSample(2, 100, 0);
    sample.add(new float[] {1, 2, 3, 4});
    assertThat(sample.rows().toArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aNameIsMeasuredOnce() {
    Measurements numbers = new Measurements().put("psnr", 1).put("lpips", Double.NaN);
    assertThat(numbers.byName()).containsOnlyKeys("psnr");
    assertThatThrownBy(() -> numbers.put("psnr", 2)).hasMessageContaining("psnr");
  }

  @Test
  void unequalNumbersOfImagesAreRefused() {
    assertThatThrownBy(() -> EvaluatedBatch.pairs(0, List.of(original(1)), List.of()))
        .hasMessageContaining("1 originals, but 0 images");
  }

  @Test
  void unknownProtocolIsRefusedWithAllNames() {
    assertThat(EvaluationProtocol.parse("torch-fidelity"))
        .isEqualTo(EvaluationProtocol.TORCH_FIDELITY);
    assertThatThrownBy(() -> EvaluationProtocol.parse("adm"))
        .hasMessage(
            "protocol 'adm' is unknown; valid are adm256, native, torch-fidelity; did you mean adm256?");
  }
}
