package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the effective scales of the releases' samplers. */
@Tag("golden")
class GuidanceGoldenTest {

  /** Float32, and a cosine of float32 there. */
  private static final float SCALE = 2e-6f;

  @Test
  void everyTableIsThatOfItsName() throws IOException {
    GoldenSet set = GoldenSet.find("guidance");
    try (SafetensorsFile reference = set.open("reference.safetensors")) {
      for (Map.Entry<String, JsonNode> table : set.config().properties()) {
        JsonNode settings = table.getValue();
        int steps = settings.path(settings.has("tokens") ? "tokens" : "steps").asInt();
        GuidanceSchedule schedule = schedule(table.getKey(), settings);
        float[] expected = reference.floats(table.getKey());
        assertThat(schedule.scales(steps))
            .as("%s as %s", table.getKey(), schedule)
            .usingComparatorWithPrecision(SCALE * (float) Math.max(1, schedule.scale()))
            .containsExactly(expected);
        assertThat(GuidanceSchedule.parse(schedule.toString())).isEqualTo(schedule);
      }
    }
  }

  private static GuidanceSchedule schedule(String table, JsonNode settings) {
    double scale = settings.get("scale").asDouble();
    String name = table;
    if (!GuidanceSchedule.names().contains(table)) {
      // Tables of one rule with other numbers.
      name = table.startsWith("rar.") ? "rar.power_cosine" : table;
      name = table.startsWith("llamagen.interval") ? "llamagen.interval" : name;
      name = table.equals("llamagen.below_one") ? "llamagen.constant" : name;
    }
    return switch (name) {
      case "llamagen.interval" ->
          new GuidanceSchedule(name, scale, settings.get("cfg_interval").asDouble());
      case "maskgen_kl.linear" ->
          new GuidanceSchedule(name, scale, settings.get("sequence").asDouble());
      case "rar.power_cosine", "maskgit.power_cosine" ->
          new GuidanceSchedule(name, scale, settings.get("power").asDouble());
      default -> GuidanceSchedule.named(name, scale);
    };
  }
}
