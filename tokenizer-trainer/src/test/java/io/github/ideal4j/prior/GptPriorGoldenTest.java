package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The prior against numbers of the LlamaGen release on small random weights. */
@Tag("golden")
class GptPriorGoldenTest {

  /** Logits after a few layers in float32. */
  private static final float LOGITS = 2e-5f;

  private static final double LOSS = 1e-5;

  /** Of the largest entry of a gradient. */
  private static final float GRADIENT = 1e-4f;

  private static final Pattern GENERATED = Pattern.compile("generate\\.cfg[0-9.]+\\.tokens");

  private NDManager manager;
  private SafetensorsFile reference;
  private PriorConfig config;
  private Prior prior;

  @BeforeEach
  void load() throws IOException {
    GoldenSet set = GoldenSet.find("llamagen");
    config =
        PriorImport.config(
                PriorArchitecture.Kind.GPT,
                set.file("config.json"),
                set.file("weights.safetensors"),
                List.of())
            .prior();
    manager = TorchEngine.start(1).newManager(Device.cpu());
    prior = Prior.create(config, 0, 1, manager);
    reference = set.open("reference.safetensors");
    prior.load(set.folder().resolve("weights.safetensors"));
  }

  @AfterEach
  void close() throws Exception {
    if (reference != null) {
      reference.close();
    }
    if (manager != null) {
      manager.close();
    }
  }

  @Test
  void rotaryTableAgrees() {
    float[] expected = reference.floats("rope_table");
    int at = 0;
    for (int place = 0; place <= config.tokens(); place++) {
      for (double[] pair : Rope.pairs((GptPriorConfig) config, place)) {
        assertThat(pair[0]).isCloseTo(expected[at++], within(1e-6));
        assertThat(pair[1]).isCloseTo(expected[at++], within(1e-6));
      }
    }
    assertThat(at).isEqualTo(expected.length);
  }

  @Test
  void logitsLossAndEveryGradientAgree() {
    long[] labels = reference.longs("labels");
    NDArray tokens =
        manager.create(reference.longs("tokens"), new Shape(labels.length, config.tokens()));
    Autograd.setRecording(true);
    NDArray logits =
        prior
            .forward(
                new ParameterStore(manager, false),
                new NDList(tokens, manager.create(labels)),
                true)
            .singletonOrThrow();
    NDArray loss = CrossEntropy.mean(logits, tokens);
    Autograd.backward(loss);
    Autograd.setRecording(false);
    assertThat(logits.toFloatArray())
        .usingComparatorWithPrecision(LOGITS)
        .containsExactly(reference.floats("train_logits"));
    assertThat((double) loss.getFloat()).isCloseTo(reference.floats("train_loss")[0], within(LOSS));
    prior.named().forEach(this::compareGradient);
  }

  private void compareGradient(String name, NDArray parameter) {
    float[] expected = reference.floats("grad." + name);
    float largest = 0;
    for (float entry : expected) {
      largest = Math.max(largest, Math.abs(entry));
    }
    try (NDArray gradient = Autograd.gradient(parameter)) {
      assertThat(gradient.toFloatArray())
          .as(name)
          .usingComparatorWithPrecision(GRADIENT * largest)
          .containsExactly(expected);
    }
  }

  @Test
  void greedyGenerationAgreesWithAndWithoutGuidance() {
    List<String> keys = reference.names().stream().filter(GENERATED.asMatchPredicate()).toList();
    assertThat(keys).isNotEmpty();
    for (String name : keys) {
      String key = name.substring(0, name.length() - "tokens".length());
      double guidance =
          Double.parseDouble(key.substring("generate.cfg".length(), key.length() - 1));
      long[] expected = reference.longs(key + "tokens");
      int images = expected.length / config.tokens();
      int[] labels = new int[images];
      for (int i = 0; i < images; i++) {
        labels[i] = (int) reference.longs("labels")[i];
      }
      PriorSampler.Samples samples =
          new PriorSampler(prior, manager)
              .sampleWithLogits(labels, GuidanceSchedule.constant(guidance), PriorSampler.greedy());
      assertThat(flat(samples.tokens())).as(key + "tokens").containsExactly(expected);
      assertThat(flat(samples.rawLogits()))
          .as(key + "raw_logits")
          .usingComparatorWithPrecision(LOGITS)
          .containsExactly(reference.floats(key + "raw_logits"));
    }
  }

  @Test
  void filtersAgree() {
    float[] logits = reference.floats("filter.logits");
    int size = config.codebookSize();
    for (String name : reference.names()) {
      if (!name.startsWith("filter.k")) {
        continue;
      }
      String[] parts = name.substring("filter.k".length()).split("_p", 2);
      TokenFilter filter =
          new TokenFilter(1, Integer.parseInt(parts[0]), Double.parseDouble(parts[1]));
      float[] expected = reference.floats(name);
      for (int row = 0; row < logits.length / size; row++) {
        float[] given = Arrays.copyOfRange(logits, row * size, (row + 1) * size);
        assertThat(filter.probabilities(given))
            .as(name)
            .usingComparatorWithPrecision(1e-6f)
            .containsExactly(Arrays.copyOfRange(expected, row * size, (row + 1) * size));
      }
    }
  }

  private static long[] flat(int[][] tokens) {
    return Arrays.stream(tokens).flatMapToInt(Arrays::stream).asLongStream().toArray();
  }

  private static float[] flat(float[][][] logits) {
    float[] all = new float[logits.length * logits[0].length * logits[0][0].length];
    int at = 0;
    for (float[][] row : logits) {
      for (float[] step : row) {
        System.arraycopy(step, 0, all, at, step.length);
        at += step.length;
      }
    }
    return all;
  }
}
