package io.github.ideal4j.tribuo.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.TinyEncoder;
import io.github.ideal4j.tribuo.Tokens;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.test.Helpers;

/** What every featurizer must hold. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FeatureContractTest {

  private Path folder;
  private Bundle bundle;
  private TokenizerInfo tokenizer;
  private Path tokens;
  private int[][] grids;

  @BeforeAll
  void makeFiles(@TempDir Path empty) throws IOException {
    folder = empty;
    bundle = TinyEncoder.bundle(folder.resolve("bundle"), "tiny");
    tokenizer = bundle.tokenizer();
    Files.write(folder.resolve(BundleFiles.PRIOR_SCORE), prior().toModel().toByteArray());
    Random random = new Random(5);
    grids = new int[50][];
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < grids.length; i++) {
      int most = 1 + random.nextInt(tokenizer.codebookSize());
      grids[i] = random.ints(tokenizer.cells(), 0, most).toArray();
      rows.add(TokenRow.of(i, new TokenGrid(3, 3, grids[i])));
    }
    tokens = Tokens.write(folder.resolve("tokens.arrow"), tokenizer, rows);
  }

  /** Scores of a prior to which a code is as surprising as it is large, and more so by label. */
  private static GraphBuilder prior() {
    GraphBuilder graph = new GraphBuilder("prior-score");
    Value grid = graph.input("tokens", ElementType.INT32, "n", 3, 3);
    Value labels = graph.input("labels", ElementType.INT64, "n");
    Value flat = graph.cast(graph.reshape(grid, -1, 9), ElementType.FLOAT);
    Value more = graph.cast(graph.reshape(labels, -1, 1), ElementType.FLOAT);
    Value nll = graph.op("Add", graph.op("Mul", flat, graph.scalar(0.1f)), more);
    graph.output(nll, "nll", ElementType.FLOAT, "n", 9);
    return graph;
  }

  private Stream<TokenFeaturizer> featurizers() {
    List<TokenFeaturizer> all = new ArrayList<>();
    for (Weighting weighting : Weighting.values()) {
      all.add(new BagOfCodes(weighting));
    }
    all.add(new TfIdf(tokens));
    all.add(new SpatialPyramid());
    all.add(new SpatialPyramid(1));
    all.add(new SpatialPyramid(3));
    all.add(new SpatialBigrams());
    all.add(new SpatialBigrams(64));
    all.add(new PositionalCodes());
    all.add(new PositionalCodes(0));
    all.add(new PositionalCodes(40));
    Path codebook = bundle.folder().resolve(BundleFiles.CODEBOOK);
    all.add(new PooledCodebook(codebook));
    all.add(new PooledCodebook(codebook, List.of(Pooling.values())));
    DecodedFeatures decoded = new DecodedFeatures(bundle.folder().resolve(BundleFiles.DECODER));
    PriorScores prior = new PriorScores(folder.resolve(BundleFiles.PRIOR_SCORE), 2);
    all.add(decoded);
    all.add(prior);
    all.add(new Standardized(decoded, tokens));
    all.add(new Standardized(prior, tokens));
    all.add(new Namespaced("other", new SpatialPyramid()));
    all.add(new Namespaced("other", decoded));
    return all.stream();
  }

  private static Map<String, Double> features(TokenFeatures features, int[] grid) {
    FeatureSink sink = new FeatureSink();
    features.extract(grid, sink);
    Map<String, Double> found = new HashMap<>();
    String[] names = sink.names();
    double[] values = sink.values();
    for (int i = 0; i < names.length; i++) {
      found.put(names[i], values[i]);
    }
    assertThat(found).hasSize(names.length);
    assertThat(names).isSorted();
    return found;
  }

  @ParameterizedTest
  @MethodSource("featurizers")
  void namesAreSortedAndAllThereAre(TokenFeaturizer featurizer) {
    TokenFeatures prepared = featurizer.prepare(tokenizer);
    assertThat(prepared.names()).isSorted();
    HashSet<String> all = new HashSet<>(prepared.names());
    assertThat(all).hasSize(prepared.names().size());
    for (int[] grid : grids) {
      assertThat(all.containsAll(features(prepared, grid).keySet())).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("featurizers")
  void graphMakesTheSameFeatures(TokenFeaturizer featurizer) throws IOException {
    TokenFeatures prepared = featurizer.prepare(tokenizer);
    float[][] emitted = run(prepared);
    for (int i = 0; i < grids.length; i++) {
      Map<String, Double> expected = features(prepared, grids[i]);
      double worst = 0;
      for (int j = 0; j < prepared.names().size(); j++) {
        double value = expected.getOrDefault(prepared.names().get(j), 0.0);
        worst = Math.max(worst, Math.abs(emitted[i][j] - value) / Math.max(1, Math.abs(value)));
      }
      assertThat(worst).as("grid %d", i).isLessThan(2e-6);
    }
  }

  private float[][] run(TokenFeatures prepared) throws IOException {
    GraphBuilder graph = new GraphBuilder("features");
    int cells = tokenizer.cells();
    Value input = graph.input("tokens", ElementType.INT64, "n", cells);
    int width = prepared.names().size();
    graph.output(prepared.emit(graph, input), "features", ElementType.FLOAT, "n", width);
    LongBuffer values = LongBuffer.allocate(grids.length * cells);
    for (int[] grid : grids) {
      for (int token : grid) {
        values.put(token);
      }
    }
    try (OrtModel model = new OrtModel(graph.toModel(), SessionSettings.cpu())) {
      return model.run(
          List.of(
              new OrtModel.Input("tokens", values.flip(), OnnxJavaType.INT64, grids.length, cells)),
          outputs -> (float[][]) ((OnnxTensor) outputs.get("features").orElseThrow()).getValue());
    }
  }

  @ParameterizedTest
  @MethodSource("featurizers")
  void manyAtOnceAreTheSame(TokenFeaturizer featurizer) {
    TokenFeatures prepared = featurizer.prepare(tokenizer);
    FeatureTable table = new FeatureTable(List.of(featurizer), tokenizer);
    List<Label> outputs = new ArrayList<>();
    List<Map<String, Object>> metadata = new ArrayList<>();
    for (int i = 0; i < grids.length; i++) {
      outputs.add(LabelFactory.UNKNOWN_LABEL);
      metadata.add(Map.of());
    }
    List<Example<Label>> examples = table.examples(outputs, grids, metadata);
    for (int i = 0; i < grids.length; i++) {
      assertThat(examples.get(i).validateExample()).isTrue();
      Map<String, Double> found = new HashMap<>();
      for (Feature feature : examples.get(i)) {
        found.put(feature.getName(), feature.getValue());
      }
      Map<String, Double> expected = features(prepared, grids[i]);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      found.forEach((name, value) -> assertThat(value).isCloseTo(expected.get(name), within(1e-6)));
    }
  }

  @ParameterizedTest
  @MethodSource("featurizers")
  void provenanceMakesItAgain(TokenFeaturizer featurizer) {
    Helpers.testProvenanceMarshalling(featurizer.getProvenance());
    Helpers.testConfigurableRoundtrip(featurizer);
    try (ConfigurationManager manager = new ConfigurationManager()) {
      manager.addConfiguration(ProvenanceUtil.extractConfiguration(featurizer.getProvenance()));
      TokenFeaturizer again =
          manager.lookupAll(featurizer.getClass()).stream()
              .filter(other -> other.getProvenance().equals(featurizer.getProvenance()))
              .findFirst()
              .orElseThrow();
      assertThat(again.spec()).isEqualTo(featurizer.spec());
      TokenFeatures expected = featurizer.prepare(tokenizer);
      TokenFeatures found = again.prepare(tokenizer);
      for (int[] grid : grids) {
        assertThat(features(found, grid)).isEqualTo(features(expected, grid));
      }
    }
  }
}
