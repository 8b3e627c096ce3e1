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
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.prior.GptPrior;
import io.github.ideal4j.prior.GptPriorConfig;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The exported graph against numbers of the LlamaGen release on small random weights. */
@Tag("golden")
class PriorExportGoldenTest {

  /** Softmax in float64 here and in float32 there. */
  private static final float PROBABILITY = 1e-6f;

  private static GptPriorConfig config(JsonNode json) {
    int grid = json.get("grid").asInt();
    return new GptPriorConfig(
        json.get("n_layer").asInt(),
        json.get("dim").asInt(),
        json.get("n_head").asInt(),
        json.get("ffn_hidden").asInt(),
        json.get("vocab_size").asInt(),
        1,
        json.get("num_classes").asInt(),
        grid,
        grid,
        json.get("norm_eps").asDouble(),
        json.get("rope_base").asDouble(),
        GptPriorConfig.ClassRope.ZERO,
        false);
  }

  @Test
  void greedyTokensAreThoseOfTheReleaseWithAndWithoutGuidance() throws IOException {
    GoldenSet set = GoldenSet.find("llamagen");
    GptPriorConfig config = config(set.config());
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu());
        SafetensorsFile reference = set.open("reference.safetensors")) {
      GptPrior prior = GptPrior.create(config, 0, 1, manager);
      prior.load(set.folder().resolve("weights.safetensors"));
      try (PriorGraph graph =
          new PriorGraph(PriorExport.export(prior, manager).sampler(), config.cells())) {
        for (int guidance : new int[] {1, 2}) {
          String key = "generate.cfg%d.tokens".formatted(guidance);
          long[] expected = reference.longs(key);
          int images = expected.length / config.tokens();
          int[] labels =
              Arrays.stream(reference.longs("labels"), 0, images).mapToInt(x -> (int) x).toArray();
          int[][] tokens =
              graph.sample(
                  labels,
                  new float[images][config.tokens()],
                  new SamplingOptions(guidance, 0, 0, 1));
          assertThat(Arrays.stream(tokens).flatMapToInt(Arrays::stream).asLongStream().toArray())
              .as(key)
              .containsExactly(expected);
        }
      }
    }
  }

  @Test
  void filtersAreThoseOfTheRelease() throws IOException, OrtException {
    GoldenSet set = GoldenSet.find("llamagen");
    int codes = config(set.config()).codebookSize();
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
    TokenChoice choice = new TokenChoice(codes, temperature, topK, topP);
    graph.output(
        choice.probabilities(graph, logits), "probabilities", ElementType.FLOAT, "n", codes);
    return graph.toModel().toByteArray();
  }
}
