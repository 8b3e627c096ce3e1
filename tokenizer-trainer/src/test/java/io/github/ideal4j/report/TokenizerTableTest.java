package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.evaluation.CodebookUsage;
import io.github.ideal4j.evaluation.FeatureAlignment;
import io.github.ideal4j.evaluation.ImageQuality;
import io.github.ideal4j.evaluation.TokenizerMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenizerTableTest {

  @Test
  void everyKnownMetricIsARowAndAReferenceAColumn() {
    TokenizerMetrics metrics =
        new TokenizerMetrics(
            new ImageQuality(381, 20.041, 0.639),
            Double.NaN,
            CodebookUsage.of(new long[] {1, 1, 0, 0}),
            FeatureAlignment.unknown());
    Map<String, Map<String, Double>> columns = new LinkedHashMap<>();
    columns.put("this run", metrics.byName());
    columns.put("models/tiny", Map.of("psnr", 20.68, "lpips", 0.128));
    Block.Table table = TokenizerTable.of("On test photographs.", columns);
    assertThat(table.header()).containsExactly("Metric", "this run", "models/tiny");
    assertThat(table.rows())
        .containsExactly(
            List.of("PSNR ↑", "20.04 dB", "20.68 dB"),
            List.of("SSIM ↑", "0.639", "–"),
            List.of("LPIPS ↓", "–", "0.128"),
            List.of("Codebook used ↑", "50.0 %", "–"),
            List.of("Codebook perplexity ↑", "2", "–"));
  }
}
