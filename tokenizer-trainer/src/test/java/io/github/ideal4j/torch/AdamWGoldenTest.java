package io.github.ideal4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The optimizer against torch.optim.AdamW, and averages against two releases' own. */
@Tag("golden")
class AdamWGoldenTest {

  private static final float TOLERANCE = 3e-6f; // parameters after a step, float32

  @Test
  void parametersFollowTheReference() throws IOException {
    GoldenSet set = GoldenSet.find("optim");
    JsonNode cases = new ObjectMapper().readTree(set.file("adamw.json").toFile()).get("cases");
    try (SafetensorsFile numbers = set.open("adamw.safetensors")) {
      for (Map.Entry<String, JsonNode> one : cases.properties()) {
        follow(one.getKey(), one.getValue(), numbers);
      }
    }
  }

  private static void follow(String name, JsonNode config, SafetensorsFile numbers) {
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      AdamW.Settings settings =
          new AdamW.Settings(
              config.get("betas").get(0).asDouble(),
              config.get("betas").get(1).asDouble(),
              config.get("eps").asDouble(),
              config.get("weight_decay").asDouble(),
              config.get("clip_grad_norm").asDouble());
      float[] rates = numbers.floats(name + ".learning_rate");
      try (AdamW optimizer = new AdamW(settings, manager)) {
        Map<String, NDArray> parameters = parameters(name, numbers, manager);
        List<String> decayed = texts(config.get("decayed"));
        parameters.forEach((key, array) -> optimizer.add(key, array, decayed.contains(key)));
        for (int step = 0; step < rates.length; step++) {
          setGradients(name, config, numbers, parameters, step);
          optimizer.step(rates[step]);
          for (Map.Entry<String, NDArray> parameter : parameters.entrySet()) {
            float[] expected =
                row(numbers, "%s.parameter.%s".formatted(name, parameter.getKey()), step + 1);
            assertThat(parameter.getValue().toFloatArray())
                .as("%s %s after step %d", name, parameter.getKey(), step)
                .usingComparatorWithPrecision(TOLERANCE)
                .containsExactly(expected);
          }
        }
      }
    }
  }

  private static Map<String, NDArray> parameters(
      String name, SafetensorsFile numbers, NDManager manager) {
    String prefix = name + ".parameter.";
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (String key : numbers.names()) {
      if (key.startsWith(prefix)) {
        long[] sides = numbers.shape(key);
        Shape shape = new Shape(Arrays.copyOfRange(sides, 1, sides.length));
        NDArray array = manager.create(row(numbers, key, 0), shape).duplicate();
        array.setRequiresGradient(true);
        parameters.put(key.substring(prefix.length()), array);
      }
    }
    return parameters;
  }

  /** Makes autograd collect the given gradients, by a loss that is linear in the parameters. */
  private static void setGradients(
      String name,
      JsonNode config,
      SafetensorsFile numbers,
      Map<String, NDArray> parameters,
      int step) {
    Autograd.setRecording(true);
    for (Map.Entry<String, NDArray> parameter : parameters.entrySet()) {
      String key = "%s.gradient.%s".formatted(name, parameter.getKey());
      if (numbers.has(key) && !withoutGradient(config, parameter.getKey(), step)) {
        NDArray array = parameter.getValue();
        NDArray gradient = array.getManager().create(row(numbers, key, step), array.getShape());
        Autograd.backward(array.mul(gradient).sum());
      }
    }
    Autograd.setRecording(false);
  }

  private static boolean withoutGradient(JsonNode config, String parameter, int step) {
    for (JsonNode missing : config.path("without_gradient").path(parameter)) {
      if (missing.asInt() == step) {
        return true;
      }
    }
    return false;
  }

  @Test
  void averagesFollowTheReference() throws IOException {
    GoldenSet set = GoldenSet.find("optim");
    JsonNode cases = new ObjectMapper().readTree(set.file("ema.json").toFile()).get("cases");
    try (SafetensorsFile numbers = set.open("ema.safetensors");
        NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      for (Map.Entry<String, JsonNode> one : cases.properties()) {
        for (String key : numbers.names()) {
          if (key.startsWith(one.getKey() + ".")) {
            average(one.getKey(), key, one.getValue().get("decay").asDouble(), numbers, manager);
          }
        }
      }
    }
  }

  private static void average(
      String rule, String key, double decay, SafetensorsFile numbers, NDManager manager) {
    String model = "model." + key.substring(rule.length() + 1);
    NDArray average = manager.create(row(numbers, key, 0)).duplicate();
    for (int n = 1; n < numbers.shape(key)[0]; n++) {
      double d = rule.equals("warm") ? Math.min(decay, (1.0 + n) / (10.0 + n)) : decay;
      float[] expected = row(numbers, key, n);
      if (!Arrays.equals(row(numbers, model, n), row(numbers, model, n - 1))
          || !Arrays.equals(expected, row(numbers, key, n - 1))) {
        NDArray value = manager.create(row(numbers, model, n));
        TorchOps.lerp(List.of(average), List.of(value), 1 - d);
      }
      assertThat(average.toFloatArray())
          .as("%s, update %d", key, n)
          .usingComparatorWithPrecision(TOLERANCE)
          .containsExactly(expected);
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  /** Row {@code i} of the first axis. */
  private static float[] row(SafetensorsFile numbers, String key, int i) {
    float[] all = numbers.floats(key);
    int length = all.length / (int) numbers.shape(key)[0];
    return Arrays.copyOfRange(all, i * length, (i + 1) * length);
  }
}
