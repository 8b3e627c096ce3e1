package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.AdamW;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import io.github.ideal4j.training.OptimizerConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against numbers of the RAR release on small random weights. */
@Tag("golden")
class RarPriorGoldenTest {

  private static final float LOGITS = 2e-5f;

  /** Guidance multiplies rounding by its scale. */
  private static final float GUIDED = 5e-5f;

  private static final double LOSS = 1e-5;

  /** Of the largest entry of a gradient. */
  private static final float GRADIENT = 1e-4f;

  /** Of gradients that are zero in exact arithmetic. */
  private static final float ROUNDING = 1e-7f;

  private NDManager manager;
  private SafetensorsFile reference;
  private JsonNode json;
  private RarPriorConfig config;
  private RarPrior prior;
  private ParameterStore store;

  @BeforeEach
  void load() throws IOException {
    GoldenSet set = GoldenSet.find("rar");
    json = set.config();
    config =
        (RarPriorConfig)
            PriorImport.config(
                    PriorArchitecture.Kind.RAR,
                    set.file("config.json"),
                    set.file("weights.safetensors"),
                    List.of())
                .prior();
    manager = TorchEngine.start(1).newManager(Device.cpu());
    store = new ParameterStore(manager, false);
    prior = RarPrior.create(config, 0, 1, manager);
    reference = set.open("reference.safetensors");
    prior.load(set.folder().resolve("weights.safetensors"));
  }

  @AfterEach
  void close() throws Exception {
    Autograd.setRecording(false);
    if (reference != null) {
      reference.close();
    }
    if (manager != null) {
      manager.close();
    }
  }

  private NDArray tokens() {
    return manager.create(reference.longs("tokens"), new Shape(images(), config.cells()));
  }

  private int images() {
    return reference.longs("labels").length;
  }

  private NDArray labels() {
    return manager.create(reference.longs("labels"));
  }

  /** Null in raster order, which is another path through the model. */
  private NDArray order(String set) {
    return set.equals("raster")
        ? null
        : manager.create(reference.longs(set + ".order"), new Shape(images(), config.cells()));
  }

  /** A reference without what belongs to the last place, at which nothing is predicted. */
  private float[] known(String name, int places) {
    long[] shape = reference.shape(name);
    NDArray all = manager.create(reference.floats(name), new Shape(shape));
    return all.get(new NDIndex(":, 0:{}", places)).toFloatArray();
  }

  private static void assertClose(String what, float[] actual, float[] expected, float tolerance) {
    assertThat(actual).as(what).usingComparatorWithPrecision(tolerance).containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"raster", "shared", "mixed"})
  void inputsLogitsLossAndEveryGradientAgree(String set) {
    int places = config.cells() + 1;
    NDArray order = order(set);
    NDArray targets = prior.inOrder(tokens(), order);
    assertThat(targets.toLongArray()).containsExactly(reference.longs(set + ".targets"));
    NDArray grid = targets.expandDims(1);
    assertClose(
        "input",
        prior.input(store, grid, labels(), order, false).toFloatArray(),
        known(set + ".input", places),
        LOGITS);
    assertClose(
        "condition",
        prior.condition(store, labels(), false).toFloatArray(),
        known("adaln_condition", places),
        LOGITS);

    Autograd.setRecording(true);
    NDList inputs = new NDList(tokens(), labels());
    if (order != null) {
      inputs.add(order);
    }
    NDArray logits = prior.forward(store, inputs, true).singletonOrThrow();
    NDArray loss = CrossEntropy.mean(logits, targets);
    Autograd.backward(loss);
    Autograd.setRecording(false);
    assertClose("logits", logits.toFloatArray(), known(set + ".logits", config.cells()), LOGITS);
    assertThat((double) loss.getFloat())
        .isCloseTo(reference.floats(set + ".loss")[0], within(LOSS));
    prior.named().forEach((name, parameter) -> compareGradient(set, name, parameter));
  }

  private void compareGradient(String set, String name, NDArray parameter) {
    float[] expected = reference.floats(set + ".grad." + name);
    float largest = 0;
    for (float entry : expected) {
      largest = Math.max(largest, Math.abs(entry));
    }
    try (NDArray gradient = Autograd.gradient(parameter)) {
      float[] actual = gradient.toFloatArray();
      float tolerance = Math.max(ROUNDING, GRADIENT * largest);
      assertClose(name, Arrays.copyOf(actual, expected.length), expected, tolerance);
      for (int i = expected.length; i < actual.length; i++) {
        assertThat(actual[i]).as("%s beyond the rows that are read", name).isZero();
      }
    }
  }

  @Test
  void whatHappensInsideAgrees() {
    int places = config.cells() + 1;
    NDArray order = order("mixed");
    NDArray grid = prior.inOrder(tokens(), order).expandDims(1);
    NDArray condition = TorchOps.silu(prior.condition(store, labels(), false));
    NDArray x = prior.input(store, grid, labels(), order, false);
    assertClose(
        "modulation",
        prior.layers().get(0).modulationOf(store, condition).toFloatArray(),
        known("mixed.trace.block.0.modulation", places),
        LOGITS);
    for (int i = 0; i < config.layers(); i++) {
      x = prior.layers().get(i).forward(store, x, condition, 0, false);
      String name = "mixed.trace.block.%d.output".formatted(i);
      assertClose(name, x.toFloatArray(), known(name, places), LOGITS);
    }
    assertClose(
        "final modulation",
        prior.headModulation(store, condition.get(new NDIndex(":, 1:")), false).toFloatArray(),
        known("mixed.trace.final.modulation", config.cells()),
        LOGITS);
  }

  @Test
  void aStepOfTheOptimizerAgreesInWhatDecays() {
    JsonNode settings = json.get("optimizer");
    List<String> decayed = List.of(settings.get("decayed").asText().split(" "));
    prior
        .named()
        .forEach(
            (name, parameter) ->
                assertThat(prior.decays(name, parameter))
                    .as(name)
                    .isEqualTo(decayed.contains(name)));
    try (AdamW optimizer =
        new AdamW(
            new AdamW.Settings(
                settings.get("betas").get(0).asDouble(),
                settings.get("betas").get(1).asDouble(),
                settings.get("eps").asDouble(),
                settings.get("weight_decay").asDouble(),
                settings.get("clip_norm").asDouble()),
            manager)) {
      Map<String, NDArray> named = prior.named();
      named.forEach((name, array) -> optimizer.add(name, array, prior.decays(name, array)));
      Autograd.setRecording(true);
      NDArray logits =
          prior
              .forward(store, new NDList(tokens(), labels(), order("mixed")), true)
              .singletonOrThrow();
      Autograd.backward(CrossEntropy.mean(logits, prior.inOrder(tokens(), order("mixed"))));
      Autograd.setRecording(false);
      optimizer.step(settings.get("lr").asDouble());
      for (String key : reference.names()) {
        if (key.startsWith("step.after.")) {
          String name = key.substring("step.after.".length());
          float[] expected = reference.floats(key);
          float[] actual = Arrays.copyOf(named.get(name).toFloatArray(), expected.length);
          // Adam divides a gradient by its own size: rounding of tiny ones moves a step of 4e-4.
          assertClose(name, actual, expected, 5e-6f);
        }
      }
    }
  }

  @Test
  void theShareOfPermutedImagesFollowsTheRelease() {
    JsonNode schedule = json.get("schedule");
    long total = schedule.get("total").asLong();
    RandomOrder order =
        new RandomOrder(
            schedule.get("anneal_start").asDouble() / total,
            schedule.get("anneal_end").asDouble() / total);
    float[] steps = floats("schedule.step");
    float[] expected = floats("schedule.random_ratio");
    for (int i = 0; i < steps.length; i++) {
      assertThat(order.probability((long) steps[i], total))
          .as("step %s", steps[i])
          .isCloseTo(expected[i], within(1e-7));
    }
  }

  @Test
  void theLearningRateFollowsTheRelease() {
    JsonNode schedule = json.get("schedule");
    double peak = schedule.get("peak_lr").asDouble();
    OptimizerConfig optimizer =
        new OptimizerConfig(
            peak,
            schedule.get("warmup").asInt(),
            schedule.get("end_lr").asDouble() / peak,
            0.9,
            0.96,
            1e-8,
            0.03,
            1,
            true,
            OptimizerConfig.DecayOn.RELEASED);
    float[] steps = floats("schedule.step");
    float[] expected = floats("schedule.learning_rate");
    for (int i = 0; i < steps.length; i++) {
      assertThat(optimizer.rate((long) steps[i], schedule.get("total").asLong()))
          .as("step %s", steps[i])
          .isCloseTo(expected[i], within(1e-6 * peak));
    }
  }

  private float[] floats(String name) {
    return NamedArrays.read(reference, name, manager).toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "one", "constant", "power_cosine", "rar_b"})
  void generationAgrees(String plan) {
    JsonNode settings = json.get("generate").get(plan);
    GuidanceSchedule guidance =
        new GuidanceSchedule(
            "rar.power_cosine",
            settings.get("guidance_scale").asDouble(),
            settings.get("guidance_power").asDouble());
    int[] labels =
        Arrays.stream(reference.longs("generate.labels")).mapToInt(label -> (int) label).toArray();
    PriorSampler.Samples samples =
        new PriorSampler(prior, manager).sampleWithLogits(labels, guidance, PriorSampler.greedy());
    String key = "generate.%s.".formatted(plan);
    assertThat(Arrays.stream(samples.tokens()).flatMapToInt(Arrays::stream).asLongStream())
        .containsExactly(
            Arrays.stream(reference.longs(key + "tokens")).boxed().toArray(Long[]::new));
    if (reference.has(key + "raw_logits")) {
      assertClose("raw", flat(samples.rawLogits()), reference.floats(key + "raw_logits"), LOGITS);
    }
    if (reference.has(key + "logits")) {
      assertClose("logits", flat(samples.logits()), reference.floats(key + "logits"), GUIDED);
    }
    if (reference.has(key + "probabilities")) {
      double temperature = settings.get("temperature").asDouble();
      TokenFilter filter = new TokenFilter(temperature, 0, 1);
      float[] probabilities = new float[0];
      for (float[][] image : samples.logits()) {
        for (float[] step : image) {
          float[] own = filter.probabilities(step);
          int length = probabilities.length;
          probabilities = Arrays.copyOf(probabilities, length + own.length);
          System.arraycopy(own, 0, probabilities, length, own.length);
        }
      }
      assertClose("probabilities", probabilities, reference.floats(key + "probabilities"), GUIDED);
    }
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
