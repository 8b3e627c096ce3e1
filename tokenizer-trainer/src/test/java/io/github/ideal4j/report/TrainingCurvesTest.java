package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.report.Block.LineChart;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingCurvesTest {

  @Test
  void lossesPartsAndMeasurementsGetTheirOwnCharts() {
    SeriesReader run =
        SeriesReader.of(
            List.of(
                Map.of("step", 1.0, "loss", 3.0, "pixel", 2.0, "deep", 1.0, "seconds", 0.1),
                Map.of("step", 2.0, "loss", 2.0, "pixel", 1.5, "deep", 0.5, "seconds", 0.2),
                Map.of(
                    "step",
                    3.0,
                    "loss",
                    1.0,
                    "pixel",
                    0.5,
                    "deep",
                    0.5,
                    "seconds",
                    0.3,
                    "validationLossWithoutClass",
                    1.5,
                    "psnr",
                    20.0)));
    List<LineChart> charts =
        TrainingCurves.of("Tokenizer", run).stream().map(LineChart.class::cast).toList();
    assertThat(charts)
        .extracting(LineChart::caption)
        .containsExactly("Tokenizer: loss", "Tokenizer: parts of the loss", "Tokenizer: psnr");
    assertThat(charts.get(0).series())
        .extracting(Series::name)
        .containsExactly("training", "validation loss without class");
    assertThat(charts.get(1).series())
        .extracting(Series::name)
        .containsExactlyInAnyOrder("pixel", "deep");
  }
}
