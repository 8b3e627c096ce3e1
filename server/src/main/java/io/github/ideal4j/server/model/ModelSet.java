package io.github.ideal4j.server.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleException;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.batching.RunListener;
import io.github.ideal4j.server.batching.Scheduler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All models by name: {@code NAME-encoder}, {@code NAME-decoder}, {@code NAME-prior} as Triton's
 * repository calls them, {@code NAME-tokenizer}, and the classifiers. Those of the first bundle are
 * also there without its name. Closing finishes what waits.
 */
public final class ModelSet implements AutoCloseable {

  /** Key of a fused classifier's metadata: names of its outputs as a JSON list. */
  private static final String OUTPUTS = "ideal.outputs";

  private static final String KIND = "ideal.kind";

  private final Map<String, ServedModel> models = new LinkedHashMap<>();
  private final Map<String, ServedBundle> bundles = new LinkedHashMap<>();
  private final Map<String, ServedClassifier> classifiers = new LinkedHashMap<>();
  private final List<GraphModel> graphs = new ArrayList<>();
  private final Scheduler scheduler;
  private final SessionSettings session;
  private final long maxPixels;
  private final RunListener listener;

  /**
   * An empty set.
   *
   * @param maxPixels of a photograph
   */
  public ModelSet(
      BatchingSettings batching, SessionSettings session, long maxPixels, RunListener listener) {
    scheduler = new Scheduler(batching);
    this.session = session;
    this.maxPixels = maxPixels;
    this.listener = listener;
  }

  /**
   * Loads a bundle's graphs and runs each once.
   *
   * @param name letters, digits, {@code _ . -}; empty for the tokenizer's own
   */
  public void addBundle(String name, Path folder) throws IOException {
    Bundle bundle = Bundle.open(folder);
    BundleDescription is = bundle.description();
    String own = name.isEmpty() ? is.name().replaceAll("[^A-Za-z0-9_.-]", "_") : checked(name);
    if (bundles.containsKey(own)) {
      throw new IllegalArgumentException(
          "two bundles are called '%s'; give NAME=%s".formatted(own, folder));
    }
    if (is.image().height() != is.image().width()) {
      throw new BundleException(
          "bundle %s takes images of %s pixels; only square ones are served"
              .formatted(folder, is.image()));
    }
    GraphModel encoder =
        graph(
            own + "-encoder",
            OrtModel.ofTransformer(bundle.file(BundleFiles.ENCODER), session),
            Set.of("images"),
            Set.of("tokens"),
            Map.of());
    GraphModel decoder =
        graph(
            own + "-decoder",
            OrtModel.ofTransformer(bundle.file(BundleFiles.DECODER), session),
            Set.of("tokens"),
            Set.of("images", "deep"),
            Map.of("tokens", ValueRange.closed(0, is.codebook().size() - 1, 0)));
    Optional<ServedModel> prior = Optional.empty();
    if (bundle.has(BundleFiles.PRIOR)) {
      prior = Optional.of(prior(own, bundle));
    }
    TokenizerModel tokenizer =
        new TokenizerModel(
            own + "-tokenizer", encoder, new PhotographReader(is.image().width(), maxPixels));
    put(tokenizer);
    boolean first = bundles.isEmpty();
    bundles.put(own, new ServedBundle(own, bundle, tokenizer, encoder, decoder, prior));
    if (first) {
      for (ServedModel model : List.copyOf(models.values())) {
        if (model.name().startsWith(own + "-")) {
          models.putIfAbsent(model.name().substring(own.length() + 1), model);
        }
      }
    }
  }

  private GraphModel prior(String own, Bundle bundle) throws IOException {
    int classes = bundle.description().prior().orElseThrow().classes();
    Map<String, ValueRange> ranges =
        Map.of(
            "labels", ValueRange.closed(0, classes, 0),
            "uniforms", new ValueRange(0, 1.0 + bundle.description().codebook().size(), true, 0.5),
            "guidance", ValueRange.closed(0, 100, 1),
            "temperature", ValueRange.closed(0, 100, 1),
            "top_k", ValueRange.closed(0, Integer.MAX_VALUE, 0),
            "top_p", ValueRange.closed(Float.MIN_NORMAL, 1, 1));
    return graph(
        own + "-prior",
        OrtModel.ofLoop(bundle.file(BundleFiles.PRIOR), session),
        ranges.keySet(),
        Set.of("tokens"),
        ranges);
  }

  private GraphModel graph(
      String name,
      OrtModel graph,
      Set<String> inputs,
      Set<String> outputs,
      Map<String, ValueRange> ranges)
      throws IOException {
    return put(own(name, graph.require(inputs, outputs), ranges));
  }

  private GraphModel own(String name, OrtModel graph, Map<String, ValueRange> ranges)
      throws BundleException {
    try {
      GraphModel model =
          new GraphModel(name, graph, ranges, scheduler, scheduler.settings(), listener);
      graphs.add(model);
      return model;
    } catch (BundleException | RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /**
   * Loads a file that {@code ideal fuse} wrote.
   *
   * @param name empty for the file's own
   */
  public void addClassifier(String name, Path file) throws IOException {
    String own =
        name.isEmpty()
            ? file.getFileName()
                .toString()
                .replaceAll("\\.onnx$", "")
                .replaceAll("[^A-Za-z0-9_.-]", "_")
            : checked(name);
    OrtModel graph = OrtModel.ofTransformer(file, session);
    Map<String, String> metadata = graph.metadata();
    if (!metadata.containsKey(OUTPUTS) || !metadata.containsKey(KIND)) {
      graph.close();
      throw new BundleException(
          "%s is no fused classifier: it has no metadata '%s'".formatted(file, KIND));
    }
    GraphModel model = put(own(own, graph, Map.of()));
    long[] shape = graph.shape("images");
    if (shape[1] != shape[2]) {
      throw new BundleException(
          "%s takes images of %d x %d pixels; only square ones are served"
              .formatted(file, shape[2], shape[1]));
    }
    PhotographReader reader = new PhotographReader(Math.toIntExact(shape[1]), maxPixels);
    TokenizerModel photographs = put(new TokenizerModel(own + "-photographs", model, reader));
    try {
      List<String> outputs =
          new ObjectMapper().readValue(metadata.get(OUTPUTS), new TypeReference<List<String>>() {});
      classifiers.put(
          own, new ServedClassifier(own, model, photographs, outputs, metadata.get(KIND)));
    } catch (JsonProcessingException e) {
      throw new BundleException(
          "%s: metadata '%s' is no list of names".formatted(file, OUTPUTS), e);
    }
  }

  private static String checked(String name) {
    if (!name.matches("[A-Za-z0-9_.-]{1,100}")) {
      throw new IllegalArgumentException(
          "a model's name has letters, digits, '_', '.' and '-', got '%s'".formatted(name));
    }
    return name;
  }

  private <T extends ServedModel> T put(T model) {
    if (models.putIfAbsent(model.name(), model) != null) {
      throw new IllegalArgumentException(
          "two models are called '%s'; give one NAME=...".formatted(model.name()));
    }
    return model;
  }

  /** The model of a name. */
  public Optional<ServedModel> model(String name) {
    return Optional.ofNullable(models.get(name));
  }

  /** All names and their models. */
  public Map<String, ServedModel> models() {
    return models;
  }

  /** The models, each once. */
  public Collection<ServedModel> distinct() {
    return models.values().stream().distinct().toList();
  }

  /** Bundles by name, in the order they were added. */
  public Map<String, ServedBundle> bundles() {
    return bundles;
  }

  /** Classifiers by name. */
  public Map<String, ServedClassifier> classifiers() {
    return classifiers;
  }

  @Override
  public void close() {
    scheduler.close();
    graphs.forEach(GraphModel::close);
  }
}
