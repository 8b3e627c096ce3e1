package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.onnx.graph.OnnxFile;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.Uniforms;
import io.github.ideal4j.onnx.trace.ExportException;
import io.github.ideal4j.prior.Prior;
import io.github.ideal4j.prior.PriorConfig;
import io.github.ideal4j.prior.PriorSampler;
import io.github.ideal4j.prior.PriorShapes;
import io.github.ideal4j.prior.TokenFilter;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PriorExportTest {

  private static final int IMAGES = 4;

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static int[] labels(PriorConfig config) {
    int[] labels = new int[IMAGES];
    Arrays.setAll(labels, i -> i % (config.classes() + 1));
    return labels;
  }

  private static float[][] uniforms(PriorConfig config, long seed) {
    float[][] uniforms = new float[IMAGES][];
    Arrays.setAll(uniforms, i -> Uniforms.of(seed, i, config.tokens()));
    return uniforms;
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void wholeImagesAreThoseOfTheEngine(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    PriorExport export = PriorExport.export(prior, manager);
    assertThat(export.report().differing()).isZero();
    assertThat(export.report().runs()).hasSize(5);
    assertThat(export.report().nllDifference()).isLessThan(1e-5);
    PriorSampler reference = new PriorSampler(prior, manager);
    int[] labels = labels(config);
    try (PriorGraph graph = new PriorGraph(export.sampler(), config.cells())) {
      for (String text : List.of("1", "0", "1.5", "power-cosine:4:2.75", "llamagen.interval:3:2")) {
        GuidanceSchedule guidance = GuidanceSchedule.parse(text);
        assertThat(
                graph.sample(labels, uniforms(config, 0), new SamplingOptions(guidance, 0, 0, 1)))
            .as(text)
            .isDeepEqualTo(reference.sample(labels, guidance, PriorSampler.greedy()));
        for (TokenFilter filter :
            List.of(
                TokenFilter.NONE,
                new TokenFilter(0.5, 3, 1),
                new TokenFilter(2, config.codebookSize(), 0.5),
                new TokenFilter(1, 7, 0.75))) {
          SamplingOptions options =
              new SamplingOptions(guidance, filter.temperature(), filter.topK(), filter.topP());
          assertThat(graph.sample(labels, uniforms(config, 7), options))
              .as(options.toString())
              .isDeepEqualTo(
                  reference.sample(
                      labels, guidance, PriorSampler.drawn(filter, uniforms(config, 7))));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void aNumberOfOneOrMoreSaysWhichTokenItIs(PriorConfig config) {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    float[][] uniforms = uniforms(config, 3);
    SamplingOptions options = new SamplingOptions(2, 1, 0, 1);
    try (PriorGraph graph =
        new PriorGraph(PriorExport.export(prior, manager).sampler(), config.cells())) {
      int[][] free = graph.sample(labels(config), uniforms, options);
      float[][] partly = uniforms(config, 3);
      int half = config.tokens() / 2;
      for (int image = 0; image < IMAGES; image++) {
        for (int token = 0; token < half; token++) {
          partly[image][token] = 1 + (free[image][token] + 1) % config.codebookSize();
        }
      }
      int[][] given = graph.sample(labels(config), partly, options);
      PriorSampler.Choice drawn = PriorSampler.drawn(TokenFilter.NONE, uniforms);
      int[][] expected =
          new PriorSampler(prior, manager)
              .sample(
                  labels(config),
                  options.guidance(),
                  (image, token, logits) ->
                      token < half
                          ? (free[image][token] + 1) % config.codebookSize()
                          : drawn.choose(image, token, logits));
      assertThat(given).isDeepEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.ideal4j.prior.PriorShapes#all")
  void stepsWithTheCacheOutsideGiveTheSameTokens(PriorConfig config)
      throws OrtException, IOException {
    Prior prior = PriorShapes.disturbed(config, 4, manager);
    int[][] expected =
        new PriorSampler(prior, manager)
            .sample(labels(config), GuidanceSchedule.constant(1), PriorSampler.greedy());
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    byte[] model = PriorExport.export(prior, manager).step().toByteArray();
    try (OrtSession session = environment.createSession(model)) {
      int lead = Integer.parseInt(session.getMetadata().getCustomMetadata().get(BundleFiles.LEAD));
      Map<String, Object> inputs = new HashMap<>();
      inputs.put("token", new long[IMAGES][config.codebooks()]);
      inputs.put("label", Arrays.stream(labels(config)).asLongStream().toArray());
      int[][] tokens = new int[IMAGES][config.tokens()];
      Map<String, OnnxTensor> cache = new HashMap<>();
      for (int layer = 0; layer < config.layers(); layer++) {
        for (String name : List.of("key.", "value.")) {
          cache.put(
              name + layer,
              OnnxTensor.createTensor(
                  environment,
                  java.nio.FloatBuffer.allocate(0),
                  new long[] {IMAGES, config.heads(), 0, config.headDim()}));
        }
      }
      for (int position = 0; position < lead + config.cells(); position++) {
        inputs.put("position", new long[] {position});
        Map<String, OnnxTensor> given = new HashMap<>(cache);
        for (Map.Entry<String, Object> input : inputs.entrySet()) {
          given.put(input.getKey(), OnnxTensor.createTensor(environment, input.getValue()));
        }
        try (OrtSession.Result result = session.run(given)) {
          for (String name : List.copyOf(cache.keySet())) {
            OnnxTensor next = (OnnxTensor) result.get(name + ".next").orElseThrow();
            cache.put(
                name,
                OnnxTensor.createTensor(
                    environment, next.getFloatBuffer(), next.getInfo().getShape()));
          }
          if (position >= lead) {
            float[][][] logits = (float[][][]) result.get("logits").orElseThrow().getValue();
            long[][] chosen = new long[IMAGES][config.codebooks()];
            for (int image = 0; image < IMAGES; image++) {
              for (int codebook = 0; codebook < config.codebooks(); codebook++) {
                int best = PriorSampler.greedy().choose(image, 0, logits[image][codebook]);
                chosen[image][codebook] = best;
                tokens[image][codebook * config.cells() + position - lead] = best;
              }
            }
            inputs.put("token", chosen);
          }
        }
      }
      assertThat(tokens).isDeepEqualTo(expected);
    }
  }

  @Test
  void graphsShareTheFileOfTheirWeightsWhereItIsLarge() throws IOException, OrtException {
    PriorConfig config = PriorShapes.all().get(0);
    PriorExport export = PriorExport.export(PriorShapes.disturbed(config, 4, manager), manager);
    Path sampler = folder.resolve(BundleFiles.PRIOR);
    OnnxFile.write(export.sampler(), sampler, 0);
    long weights = Files.size(OnnxFile.dataFile(sampler));
    assertThat(weights).isGreaterThan(4L * config.layers() * config.dim() * config.dim());
    for (String name : List.of(BundleFiles.PRIOR_STEP, BundleFiles.PRIOR_SCORE)) {
      Path file = folder.resolve(name);
      OnnxFile.writeSharing(
          name.equals(BundleFiles.PRIOR_STEP) ? export.step() : export.score(), file, sampler);
      assertThat(OnnxFile.dataFile(file)).doesNotExist();
      assertThat(Files.size(file)).as(name).isLessThan(weights / 2);
      OrtEnvironment.getEnvironment().createSession(file.toString()).close();
    }
  }

  @Test
  void graphsOfOtherWeightsAreRefusedWithTheirDifference() {
    PriorConfig config = PriorShapes.all().get(0);
    PriorExport export = PriorExport.export(PriorShapes.disturbed(config, 4, manager), manager);
    Prior other = PriorShapes.disturbed(config, 5, manager);
    PriorCheck check = new PriorCheck(other, manager);
    try (PriorGraph sampler = new PriorGraph(export.sampler(), config.cells());
        PriorGraph score = new PriorGraph(export.score(), config.cells());
        PriorGraph own =
            new PriorGraph(PriorExport.export(other, manager).sampler(), config.cells())) {
      assertThatThrownBy(() -> check.compare(sampler, score))
          .isInstanceOf(ExportException.class)
          .hasMessageStartingWith("prior.onnx chooses ")
          .hasMessageContaining("of 96 tokens unlike the prior");
      assertThatThrownBy(() -> check.compare(own, score))
          .isInstanceOf(ExportException.class)
          .hasMessageStartingWith("prior-score.onnx differs from the prior by ");
    }
  }
}
