package io.github.ideal4j.pipeline.evaluation;

import io.github.ideal4j.evaluation.Psnr;
import io.github.ideal4j.evaluation.bundle.EvaluatedBatch;
import io.github.ideal4j.evaluation.bundle.KeptImages;
import io.github.ideal4j.evaluation.bundle.Measure;
import io.github.ideal4j.evaluation.bundle.Measurements;
import io.github.ideal4j.evaluation.bundle.PerceptualMeasure;
import io.github.ideal4j.evaluation.bundle.QualityMeasure;
import io.github.ideal4j.evaluation.codec.Coded;
import io.github.ideal4j.evaluation.codec.JpegCodec;
import io.github.ideal4j.evaluation.codec.PixelCodec;
import io.github.ideal4j.evaluation.codec.WebpCodec;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** How quality grows with bits: codecs with a choice at several sizes, the others as they are. */
final class RateQuality {

  private static final int IMAGES = 48;
  private static final int BATCH = 16;
  private static final List<Integer> FACTORS = List.of(1, 2, 3, 4, 6, 8);

  private RateQuality() {}

  /**
   * One metric over bits.
   *
   * @param title of the metric
   * @param points of each codec, by rising bits
   */
  record Curve(String title, Map<String, List<Series.Point>> points) {}

  /** Makes one measure of a codec's images. */
  interface Perceptual {
    PerceptualMeasure make();
  }

  /**
   * Tries codecs on some of the kept images.
   *
   * @param bits of an image of the bundle
   * @param points of those without a choice: metrics by name, with {@code bitsPerImage}
   * @param perceptual makes LPIPS measures
   */
  static List<Curve> of(
      KeptImages kept, long bits, Map<String, Measurements> points, Perceptual perceptual) {
    Map<String, List<Series.Point>> psnr = new LinkedHashMap<>();
    Map<String, List<Series.Point>> lpips = new LinkedHashMap<>();
    points.forEach(
        (name, numbers) -> {
          Map<String, Double> all = numbers.byName();
          double at = all.get("bitsPerImage");
          if (all.containsKey("psnr")) {
            psnr.put(name, List.of(new Series.Point(at, all.get("psnr"))));
          }
          if (all.containsKey("lpips")) {
            lpips.put(name, List.of(new Series.Point(at, all.get("lpips"))));
          }
        });
    Map<String, LongFunction<PixelCodec>> choosable = new LinkedHashMap<>();
    choosable.put("jpeg", JpegCodec::new);
    if (WebpCodec.isAvailable()) {
      choosable.put("webp", WebpCodec::new);
    }
    choosable.forEach(
        (name, codec) -> {
          List<Series.Point> quality = new ArrayList<>();
          List<Series.Point> distance = new ArrayList<>();
          for (int factor : FACTORS) {
            measure(kept, codec.apply(factor * bits), perceptual.make(), quality, distance);
          }
          psnr.put(name, quality);
          lpips.put(name, distance);
        });
    return List.of(new Curve("PSNR, dB", psnr), new Curve("LPIPS", lpips));
  }

  private static void measure(
      KeptImages kept,
      PixelCodec codec,
      PerceptualMeasure perceptual,
      List<Series.Point> quality,
      List<Series.Point> distance) {
    QualityMeasure psnr = new QualityMeasure("psnr", Psnr::of);
    List<LoadedImage> all = kept.originals();
    int every = Math.max(1, (all.size() + IMAGES - 1) / IMAGES);
    List<LoadedImage> chosen = new ArrayList<>();
    for (int i = 0; i < all.size(); i += every) {
      chosen.add(all.get(i));
    }
    long bits = 0;
    for (int from = 0; from < chosen.size(); from += BATCH) {
      List<LoadedImage> batch = chosen.subList(from, Math.min(chosen.size(), from + BATCH));
      List<RgbImage> pixels = batch.stream().map(LoadedImage::image).toList();
      List<Coded> coded = codec.code(pixels);
      bits += coded.stream().mapToLong(Coded::bits).sum();
      EvaluatedBatch pairs =
          EvaluatedBatch.pairs(from, batch, coded.stream().map(Coded::image).toList());
      for (Measure measure : List.of(psnr, perceptual)) {
        measure.add(pairs);
      }
    }
    Measurements numbers = new Measurements();
    psnr.report(numbers);
    perceptual.report(numbers);
    double at = (double) bits / chosen.size();
    addRising(quality, at, numbers.byName().get("psnr"));
    addRising(distance, at, numbers.byName().get("lpips"));
  }

  /** A codec that cannot be smaller gives the same size again. */
  private static void addRising(List<Series.Point> points, double bits, double value) {
    if (points.isEmpty() || points.get(points.size() - 1).x() < bits) {
      points.add(new Series.Point(bits, value));
    }
  }
}
