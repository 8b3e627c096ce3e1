package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.prior.Prior;
import io.github.ideal4j.prior.PriorArchitecture;
import io.github.ideal4j.prior.PriorConfig;
import io.github.ideal4j.prior.PriorImport;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The exported graph against numbers of the LlamaGen and RAR releases on small random weights. */
@Tag("golden")
class PriorExportGoldenTest {

  /** Softmax in float64 here and in float32 there. */
  private static final float PROBABILITY = 1e-6f;

  private static PriorTrainingConfig config(PriorArchitecture.Kind kind, GoldenSet set)
      throws IOException {
    return PriorImport.config(
        kind, set.file("config.json"), set.file("weights.safetensors"), List.of());
  }

  @Test
  void greedyTokensAreThoseOfLlamaGenWithAndWithoutGuidance() throws IOException {
    GoldenSet set = GoldenSet.find("llamagen");
    try (SafetensorsFile reference = set.open("reference.safetensors")) {
      Map<String, GuidanceSchedule> plans = new LinkedHashMap<>();
      for (String name : reference.names()) {
        if (name.startsWith("generate.cfg") && name.endsWith(".tokens")) {
          plans.put(
              name,
              GuidanceSchedule.parse(
                  name.substring("generate.cfg".length(), name.length() - ".tokens".length())));
        }
      }
      compare(PriorArchitecture.Kind.GPT, set, reference.longs("labels"), plans);
    }
  }

  @Test
  void greedyTokensAreThoseOfRarByEveryPlan() throws IOException {
    GoldenSet set = GoldenSet.find("rar");
    try (SafetensorsFile reference = set.open("reference.safetensors")) {
      Map<String, GuidanceSchedule> plans = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> plan : set.config().get("generate").properties()) {
        plans.put(
            "generate.%s.tokens".formatted(plan.getKey()),
            new GuidanceSchedule(
                "rar.power_cosine",
                plan.getValue().get("guidance_scale").asDouble(),
                plan.getValue().get("guidance_power").asDouble()));
      }
      compare(PriorArchitecture.Kind.RAR, set, reference.longs("generate.labels"), plans);
    }
  }

  private static void compare(
      PriorArchitecture.Kind kind,
      GoldenSet set,
      long[] labels,
      Map<String, GuidanceSchedule> plans)
      throws IOException {
    assertThat(plans).isNotEmpty();
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu());
        SafetensorsFile reference = set.open("reference.safetensors")) {
      Prior prior = PriorImport.load(config(kind, set), set.file("weights.safetensors"), manager);
      PriorConfig config = prior.config();
      try (PriorGraph graph =
          new PriorGraph(PriorExport.export(prior, manager).sampler(), config.cells())) {
        plans.forEach(
            (key, guidance) -> {
              int images = (int) reference.shape(key)[0];
              int[] classes = Arrays.stream(labels, 0, images).mapToInt(x -> (int) x).toArray();
              int[][] tokens =
                  graph.sample(
                      classes,
                      new float[images][config.cells()],
                      new SamplingOptions(guidance, 0, 0, 1));
              assertThat(Arrays.stream(tokens).flatMapToInt(Arrays::stream).asLongStream())
                  .as(key)
                  .containsExactly(
                      Arrays.stream(reference.longs(key)).boxed().toArray(Long[]::new));
            });
      }
    }
  }

  @Test
  void filtersAreThoseOfTheRelease() throws IOException, OrtException {
    GoldenSet set = GoldenSet.find("llamagen");
    int codes = config(PriorArchitecture.Kind.GPT, set).data().codebookSize();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SafetensorsFile reference = set.open("reference.safetensors");
        OrtSession session = environment.createSession(filter(codes))) {
      float[] flat = reference.floats("filter.logits");
      float[][] logits = new float[flat.length / codes][];
      Arrays.setAll(logits, row -> Arrays.copyOfRange(flat, row * codes, (row + 1) * codes));
      List<String> names =
          reference.names().stream().filter(name -> name.startsWith("filter.k")).toList();
      assertThat(names).isNotEmpty();
      for (String name : names) {
        String[] parts = name.substring("filter.k".length()).split("_p", 2);
        try (OnnxTensor given = OnnxTensor.createTensor(environment, logits);
            OnnxTensor one = OnnxTensor.createTensor(environment, 1f);
            OnnxTensor topK = OnnxTensor.createTensor(environment, Long.parseLong(parts[0]));
            OnnxTensor topP = OnnxTensor.createTensor(environment, Float.parseFloat(parts[1]));
            OrtSession.Result result =
                session.run(
                    Map.of("logits", given, "temperature", one, "top_k", topK, "top_p", topP))) {
          assertThat(((OnnxTensor) result.get(0)).getFloatBuffer().array())
              .as(name)
              .usingComparatorWithPrecision(PROBABILITY)
              .containsExactly(reference.floats(name));
        }
      }
    }
  }

  private static byte[] filter(int codes) {
    GraphBuilder graph = new GraphBuilder("filter");
    Value logits = graph.input("logits", ElementType.FLOAT, "n", codes);
    Value temperature = graph.input("temperature", ElementType.FLOAT);
    Value topK = graph.input("top_k", ElementType.INT64);
    Value topP = graph.input("top_p", ElementType.FLOAT);
    TokenChoice choice = new TokenChoice(graph, codes, temperature, topK, topP);
    graph.output(
        choice.probabilities(graph, logits), "probabilities", ElementType.FLOAT, "n", codes);
    return graph.toModel().toByteArray();
  }
}
