package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class-conditional GPT of LlamaGen (arXiv 2406.06525). From the sequence {@code [class, t1 ..
 * t(n-1)]} it predicts {@code t1 .. tn}. Parameters carry the names of the LlamaGen release.
 *
 * <p>To be trained in random order (RAR, arXiv 2411.00776) it has one table more: each input also
 * says which cell is to be predicted next. Rotary positions then follow the cells, so that a token
 * stays where it is in the picture.
 */
public final class GptPrior extends Prior {

  private final GptPriorConfig config;
  private final Parameter tokenTable;
  private final Parameter classTable;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final Parameter finalNorm;
  private final Parameter head;
  private final Parameter targetTable; // null without
  private Rope rope;

  private GptPrior(GptPriorConfig config, double dropout, long seed) {
    super(dropout);
    this.config = config;
    int dim = config.dim();
    tokenTable =
        addParameter(Weights.normal("tok_embeddings.weight", "", seed, config.codes(), dim));
    classTable =
        addParameter(
            Weights.normal(
                "cls_embedding.embedding_table.weight", "", seed, config.classes() + 1L, dim));
    for (int i = 0; i < config.layers(); i++) {
      TransformerLayer layer = new TransformerLayer(config, "layers.%d.".formatted(i), seed);
      layers.add(addChildBlock("layer" + i, layer));
    }
    finalNorm = addParameter(Weights.ones("norm.weight", dim));
    head = addParameter(Weights.zeros("output.weight", config.codes(), dim));
    targetTable =
        config.targetPositions()
            ? addParameter(Weights.normal("target_positions.weight", "", seed, config.cells(), dim))
            : null;
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
    GptPrior prior = new GptPrior(config, dropout, seed);
    prior.initialize(manager, DataType.FLOAT32, new Shape(1, config.tokens()), new Shape(1));
    return prior;
  }

  @Override
  public GptPriorConfig config() {
    return config;
  }

  @Override
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
    if (targetTable != null) {
      named.put(targetTable.getName(), targetTable.getArray());
    }
    return named;
  }

  @Override
  public boolean decays(String name, NDArray parameter) {
    return parameter.getShape().dimension() >= 2;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    for (TransformerLayer layer : layers) {
      layer.initialize(manager, type, new Shape(1, 1 + config.cells(), config.dim()));
    }
    rope = new Rope(manager, config);
    initializeOffsets(manager);
  }

  @Override
  NDArray sequenceLogits(
      ParameterStore store, NDArray grid, NDArray labels, NDArray order, boolean training) {
    if (order != null && targetTable == null) {
      throw new IllegalArgumentException(
          "an order needs a prior with targetPositions; this one predicts in raster order");
    }
    long length = config.cells();
    NDArray x = embedLabels(store, labels, training).expandDims(1); // [batch, 1, dim]
    if (length > 1) {
      NDArray given = grid.get(":, :, :{}", length - 1); // [batch, codebooks, cells - 1]
      NDArray tokens = embedTokens(given, value(store, tokenTable, grid, training));
      x = x.concat(tokens, 1); // [batch, cells, dim]
    }
    if (targetTable != null) {
      NDArray table = value(store, targetTable, grid, training); // [cells, dim]
      x = x.add(order == null ? table : embed(order, table));
    }
    x = TorchOps.dropout(x, dropout(), training);
    Rope.Turn turn = order == null ? rope.first(length, x) : rope.of(order);
    for (TransformerLayer layer : layers) {
      x = layer.forward(store, x, turn, dropout(), training);
    }
    return logits(store, x, training);
  }

  @Override
  NDList step(ParameterStore store, NDArray token, NDArray label, NDArray position, NDList cache) {
    NDArray x = stepInput(store, token, label, position).expandDims(1); // [batch, 1, dim]
    Rope.Turn turn = rope.at(position);
    NDList outputs = new NDList();
    for (int i = 0; i < layers.size(); i++) {
      KeyValueCache own = new KeyValueCache(cache.get(2 * i), cache.get(2 * i + 1));
      NDList stepped = layers.get(i).step(store, x, turn, own);
      x = stepped.get(0);
      outputs.add(stepped.get(1));
      outputs.add(stepped.get(2));
    }
    outputs.add(0, logits(store, x, false).squeeze(1));
    return outputs;
  }

  /** The class in step 0 and the last token afterwards: {@code [batch, dim]}. */
  private NDArray stepInput(ParameterStore store, NDArray token, NDArray label, NDArray position) {
    NDArray first = TorchOps.cast(position.eq(0), DataType.FLOAT32); // [1]
    NDArray later = TorchOps.cast(position.neq(0), DataType.FLOAT32); // [1]
    NDArray ofLabel = embedLabels(store, label, false);
    NDArray ofToken = embedTokens(token, value(store, tokenTable, token, false));
    NDArray x = ofLabel.mul(first).add(ofToken.mul(later));
    return targetTable == null
        ? x
        : x.add(embed(position, value(store, targetTable, position, false)));
  }

  private NDArray embedLabels(ParameterStore store, NDArray labels, boolean training) {
    return embed(labels, value(store, classTable, labels, training));
  }

  private NDArray logits(ParameterStore store, NDArray x, boolean training) {
    NDArray normed =
        TorchOps.rmsNorm(x, value(store, finalNorm, x, training), config.normEpsilon());
    return TorchOps.linear(normed, value(store, head, x, training), null);
  }

  private static NDArray value(
      ParameterStore store, Parameter parameter, NDArray beside, boolean training) {
    return store.getValue(parameter, beside.getDevice(), training);
  }
}
