package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.report.Series.Point;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void loggedNumbersBecomeLinesWithGaps() {
    SeriesReader reader =
        SeriesReader.of(
            List.of(
                Map.of("step", 1.0, "loss", 5.0),
                Map.of("step", 2.0, "loss", Double.NaN, "test", 4.0),
                Map.of("step", 3.0, "loss", 3.0)));
    assertThat(reader.line("loss", "Loss"))
        .isEqualTo(new Series("Loss", List.of(new Point(1, 5), new Point(3, 3)), false));
    assertThat(reader.last("loss")).isEqualTo(3);
    assertThat(reader.last("none")).isNaN();
    assertThat(reader.has("test")).isTrue();
    assertThat(reader.line("none", "None").points()).isEmpty();
    assertThatThrownBy(() -> SeriesReader.of(List.of(Map.of("loss", 1.0))))
        .hasMessageContaining("no 'step' in the logged line {loss=1.0}");
  }

  // A mean over a window that is cut off at the ends would bend the ends of a slope.
  @Test
  void smoothingKeepsAStraightLine() {
    List<Point> line = IntStream.range(0, 300).mapToObj(i -> new Point(i, 2.0 * i)).toList();
    List<Point> smooth = new Series("", line, true).smoothed();
    assertThat(smooth).hasSizeBetween(290, 300);
    for (Point point : smooth) {
      assertThat(point.y()).isCloseTo(2 * point.x(), within(1e-9));
    }
  }

  @Test
  void thinningKeepsBothEnds() {
    List<Point> line = IntStream.range(0, 5000).mapToObj(i -> new Point(i, i)).toList();
    List<Point> thin = Series.thinned(line, 100);
    assertThat(thin).hasSize(101).startsWith(new Point(0, 0)).endsWith(new Point(4999, 4999));
  }

  @Test
  void unknownMetricsAreDashes() {
    Block.Table table =
        new MetricTable("this run", "models/tiny")
            .add("PSNR", "%.1f dB", 20.04, Double.NaN)
            .build("");
    assertThat(table.rows()).containsExactly(List.of("PSNR", "20.0 dB", "–"));
    assertThatThrownBy(() -> new MetricTable("this run").add("PSNR", "%s", 1, 2))
        .hasMessageContaining("metric 'PSNR' has 2 values");
  }

  @Test
  void timesAreSaidAsPeopleSayThem() {
    assertThat(Timings.text(Duration.ofMillis(440))).isEqualTo("0.4 s");
    assertThat(Timings.text(Duration.ofMillis(9960))).isEqualTo("10 s");
    assertThat(Timings.text(Duration.ofMillis(59_700))).isEqualTo("1 min 0 s");
    assertThat(Timings.text(Duration.ofSeconds(261))).isEqualTo("4 min 21 s");
    assertThat(Timings.text(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
  }
}
