package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * From values of 0 to 1 to what a backbone expects: {@code (x - mean) / std}, channel by channel.
 *
 * @param mean of red, green and blue
 * @param std of red, green and blue, above 0
 */
public record Normalization(List<Double> mean, List<Double> std) {

  /** To -1 to 1: what SigLIP and timm's AugReg take. */
  public static final Normalization HALF =
      new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(s -> !(s > 0))) {
      throw new IllegalArgumentException(
          "mean and std need three numbers each, std above 0, got %s and %s".formatted(mean, std));
    }
  }

  /** Reads {@code image_mean} and {@code image_std} of a {@code preprocessor_config.json}. */
  static Normalization of(JsonNode preprocessor) {
    if (!preprocessor.path("do_normalize").asBoolean(true)) {
      return new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    }
    return new Normalization(
        numbers(preprocessor.path("image_mean"), HALF.mean),
        numbers(preprocessor.path("image_std"), HALF.std));
  }

  private static List<Double> numbers(JsonNode list, List<Double> otherwise) {
    if (!list.isArray()) {
      return otherwise;
    }
    List<Double> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.asDouble(Double.NaN)));
    return numbers;
  }
}
