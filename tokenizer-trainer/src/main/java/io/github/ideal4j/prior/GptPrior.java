package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class-conditional GPT of LlamaGen (arXiv 2406.06525). From the sequence {@code [class, t1 ..
 * t(n-1)]} it predicts {@code t1 .. tn}, the tokens of an image in raster order.
 *
 * <p>As a block it takes {@code tokens} int64 {@code [batch, n]} and {@code labels} int64 {@code
 * [batch]} ({@link GptPriorConfig#nullClass()} for "no class") and gives logits {@code [batch, n,
 * codebookSize]}; the last token is not looked at. Parameters carry the names of the LlamaGen
 * release, see {@link #named()}.
 */
public final class GptPrior extends AbstractBlock {

  private static final byte VERSION = 1;

  private final GptPriorConfig config;
  private final double dropout;
  private final Parameter tokenTable;
  private final Parameter classTable;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final Parameter finalNorm;
  private final Parameter head;
  private Rope rope;

  private GptPrior(GptPriorConfig config, double dropout, long seed) {
    super(VERSION);
    this.config = config;
    this.dropout = dropout;
    int dim = config.dim();
    tokenTable =
        addParameter(Weights.normal("tok_embeddings.weight", "", seed, config.codebookSize(), dim));
    classTable =
        addParameter(
            Weights.normal(
                "cls_embedding.embedding_table.weight", "", seed, config.classes() + 1L, dim));
    for (int i = 0; i < config.layers(); i++) {
      TransformerLayer layer = new TransformerLayer(config, "layers.%d.".formatted(i), seed);
      layers.add(addChildBlock("layer" + i, layer));
    }
    finalNorm = addParameter(Weights.ones("norm.weight", dim));
    head = addParameter(Weights.zeros("output.weight", config.codebookSize(), dim));
  }

  /**
   * Makes a prior with first values that follow from the seed: normal numbers of deviation 0.02,
   * ones in the norms, zeros in the head.
   *
   * @param config its shape
   * @param dropout probability in training, at the embeddings and both branches of every layer
   * @param seed of the first values
   * @param manager owns all arrays, on its device
   */
  public static GptPrior create(
      GptPriorConfig config, double dropout, long seed, NDManager manager) {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), got " + dropout);
    }
    GptPrior prior = new GptPrior(config, dropout, seed);
    prior.initialize(manager, DataType.FLOAT32, new Shape(1, config.tokens()), new Shape(1));
    return prior;
  }

  /** Its shape. */
  public GptPriorConfig config() {
    return config;
  }

  /** Takes over all parameters from a file that names them as the release does. */
  public void load(Path file) throws IOException {
    NamedArrays.load(file, named());
  }

  /** All parameters by the names of the LlamaGen release, in a fixed order. */
  public Map<String, NDArray> named() {
    Map<String, NDArray> named = new LinkedHashMap<>();
    named.put(tokenTable.getName(), tokenTable.getArray());
    named.put(classTable.getName(), classTable.getArray());
    for (int i = 0; i < layers.size(); i++) {
      String prefix = "layers.%d.".formatted(i);
      layers
          .get(i)
          .named()
          .forEach((name, parameter) -> named.put(prefix + name, parameter.getArray()));
    }
    named.put(finalNorm.getName(), finalNorm.getArray());
    named.put(head.getName(), head.getArray());
    return named;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    for (TransformerLayer layer : layers) {
      layer.initialize(manager, type, new Shape(1, 1 + config.tokens(), config.dim()));
    }
    rope = new Rope(manager, config);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray tokens = inputs.get(0);
    NDArray labels = inputs.get(1);
    long length = config.tokens();
    if (tokens.getShape().dimension() != 2 || tokens.getShape().get(1) != length) {
      throw new IllegalArgumentException(
          "tokens must be [batch, %d], got %s".formatted(length, tokens.getShape()));
    }
    NDArray given = tokens.get(":, :{}", length - 1); // [batch, n - 1]
    NDArray x = embedLabels(store, labels, training).expandDims(1); // [batch, 1, dim]
    if (length > 1) {
      x = x.concat(embedTokens(store, given, training), 1); // [batch, n, dim]
    }
    x = TorchOps.dropout(x, dropout, training);
    Rope.Turn turn = rope.first(length);
    for (TransformerLayer layer : layers) {
      x = layer.forward(store, x, turn, dropout, training);
    }
    return new NDList(logits(store, x, training));
  }

  NDArray embedTokens(ParameterStore store, NDArray tokens, boolean training) {
    return embed(tokens, store.getValue(tokenTable, tokens.getDevice(), training));
  }

  NDArray embedLabels(ParameterStore store, NDArray labels, boolean training) {
    return embed(labels, store.getValue(classTable, labels.getDevice(), training));
  }

  private static NDArray embed(NDArray ids, NDArray table) {
    return Embedding.embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
  }

  NDArray logits(ParameterStore store, NDArray x, boolean training) {
    NDArray scale = store.getValue(finalNorm, x.getDevice(), training);
    NDArray normed = TorchOps.rmsNorm(x, scale, config.normEpsilon());
    return TorchOps.linear(normed, store.getValue(head, x.getDevice(), training), null);
  }

  List<TransformerLayer> layers() {
    return layers;
  }

  Rope rope() {
    return rope;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), config.tokens(), config.codebookSize())};
  }
}
