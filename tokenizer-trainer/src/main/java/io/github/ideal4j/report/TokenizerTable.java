package io.github.ideal4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The table of a tokenizer's metrics, from numbers as {@link
 * io.github.ideal4j.evaluation.TokenizerMetrics#byName} gives them or a file holds them.
 */
public final class TokenizerTable {

  private record Metric(String name, String title, String format, double factor) {}

  private static final List<Metric> METRICS =
      List.of(
          new Metric("psnr", "PSNR ↑", "%.2f dB", 1),
          new Metric("ssim", "SSIM ↑", "%.3f", 1),
          new Metric("lpips", "LPIPS ↓", "%.3f", 1),
          new Metric("usage", "Codebook used ↑", "%.1f %%", 100),
          new Metric("perplexity", "Codebook perplexity ↑", "%,.0f", 1),
          new Metric("cosineDeep", "Cosine to the teacher, deep ↑", "%.3f", 1),
          new Metric("cosineDeepCentred", "Cosine to the teacher, deep, centred ↑", "%.3f", 1),
          new Metric("cosineShallow", "Cosine to the teacher, shallow ↑", "%.3f", 1));

  private TokenizerTable() {}

  /**
   * One row a metric that any column has.
   *
   * @param caption what was measured on what
   * @param columns numbers by name, by the title of their column, in order; this run comes first
   */
  public static Block.Table of(String caption, Map<String, Map<String, Double>> columns) {
    List<String> titles = new ArrayList<>(columns.keySet());
    MetricTable table = new MetricTable(titles.toArray(String[]::new));
    for (Metric metric : METRICS) {
      double[] values =
          columns.values().stream()
              .mapToDouble(numbers -> numbers.getOrDefault(metric.name(), Double.NaN))
              .map(value -> value * metric.factor())
              .toArray();
      if (!allUnknown(values)) {
        table.add(metric.title(), metric.format(), values);
      }
    }
    return table.build(caption);
  }

  private static boolean allUnknown(double[] values) {
    for (double value : values) {
      if (!Double.isNaN(value)) {
        return false;
      }
    }
    return true;
  }
}
