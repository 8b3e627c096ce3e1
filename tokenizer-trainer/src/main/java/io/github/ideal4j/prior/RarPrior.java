package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.torch.Scopes;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RAR (arXiv 2411.00776): a transformer that is trained on permuted tokens and, at the end, on
 * raster order. The sequence is {@code [start, class, t1 .. t(n-1)]}, from whose class place on
 * {@code t1 .. tn} are predicted. Each place has a learned position of what it holds and one of
 * what it has to predict, and a condition (class and step) that modulates every block. Parameters
 * carry the names of the RAR release.
 */
public final class RarPrior extends Prior {

  /** Places before the tokens: the start and the class. */
  private static final int BEFORE = 2;

  private final RarPriorConfig config;
  private final Map<String, Parameter> own = new LinkedHashMap<>();
  private final List<AdaptiveLayer> layers = new ArrayList<>();
  private final Map<String, Parameter> head = new LinkedHashMap<>();
  private NDArray firstClass; // int64 [1]: the row of class 0

  private RarPrior(RarPriorConfig config, double dropout, long seed) {
    super(dropout);
    this.config = config;
    int dim = config.dim();
    int positions = config.positionRows();
    add(own, Weights.zeros("cls_token", 1, 1, dim));
    add(own, Weights.normal("pos_embed", "", seed, 1, positions, dim));
    add(own, Weights.normal("target_aware_pos_embed", "", seed, 1, positions, dim));
    add(own, Weights.normal("timesteps_embeddings", "", seed, 1, config.stepRows(), dim));
    add(own, Weights.normal("embeddings.weight", "", seed, config.embeddingRows(), dim));
    for (int i = 0; i < config.layers(); i++) {
      AdaptiveLayer layer = new AdaptiveLayer(config, "blocks.%d.".formatted(i), seed);
      layers.add(addChildBlock("block" + i, layer));
    }
    add(head, Weights.zeros("adaln_before_head.adaLN_modulation.1.weight", 2L * dim, dim));
    add(head, Weights.zeros("adaln_before_head.adaLN_modulation.1.bias", 2L * dim));
    add(head, Weights.normal("lm_head.weight", "", seed, config.codes(), dim));
    add(head, Weights.zeros("lm_head.bias", config.codes()));
  }

  private void add(Map<String, Parameter> group, Parameter parameter) {
    group.put(parameter.getName(), addParameter(parameter));
  }

  /**
   * Makes a prior with first values that follow from the seed: normal numbers of deviation 0.02,
   * ones and zeros in the norms, zeros in every modulation, so that all blocks start as the
   * identity.
   *
   * @param config its shape
   * @param dropout probability in training, after the attention and twice in the feed-forward part
   * @param seed of the first values
   * @param manager owns all arrays, on its device
   */
  public static RarPrior create(
      RarPriorConfig config, double dropout, long seed, NDManager manager) {
    RarPrior prior = new RarPrior(config, dropout, seed);
    prior.initialize(manager, DataType.FLOAT32, new Shape(1, config.tokens()), new Shape(1));
    return prior;
  }

  @Override
  public RarPriorConfig config() {
    return config;
  }

  @Override
  public Map<String, NDArray> named() {
    Map<String, NDArray> named = new LinkedHashMap<>();
    own.forEach((name, parameter) -> named.put(name, parameter.getArray()));
    for (int i = 0; i < layers.size(); i++) {
      String prefix = "blocks.%d.".formatted(i);
      layers
          .get(i)
          .named()
          .forEach((name, parameter) -> named.put(prefix + name, parameter.getArray()));
    }
    head.forEach((name, parameter) -> named.put(name, parameter.getArray()));
    return named;
  }

  /** All but vectors and what the release's rule finds in a name: "ln", "bias", "embed", "norm". */
  @Override
  public boolean decays(String name, NDArray parameter) {
    return parameter.getShape().dimension() >= 2
        && List.of("ln", "bias", "embed", "norm").stream().noneMatch(name::contains);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    for (AdaptiveLayer layer : layers) {
      layer.initialize(manager, type, new Shape(1, 1 + config.cells(), config.dim()));
    }
    initializeOffsets(manager);
    firstClass = longs(manager, new long[] {config.codes() + 1L}, 1);
  }

  @Override
  NDArray sequenceLogits(
      ParameterStore store, NDArray grid, NDArray labels, NDArray order, boolean training) {
    NDArray condition = TorchOps.silu(condition(store, labels, training));
    NDArray x = input(store, grid, labels, order, training);
    for (AdaptiveLayer layer : layers) {
      x = layer.forward(store, x, condition, dropout(), training);
    }
    NDIndex fromClass = new NDIndex(":, 1:");
    return logits(store, x.get(fromClass), condition.get(fromClass), training);
  }

  /**
   * The condition of each place before its activation: {@code [batch, 1 + cells, dim]}, places
   * start, class and all tokens but the last.
   */
  NDArray condition(ParameterStore store, NDArray labels, boolean training) {
    NDArray ofClass = embedLabels(store, labels, training).expandDims(1); // [batch, 1, dim]
    NDArray steps = table(store, "timesteps_embeddings", labels, training);
    return ofClass.add(steps.get(new NDIndex("0:{}", 1 + config.cells())));
  }

  /**
   * What enters the first block, for the same places.
   *
   * @param grid int64 {@code [batch, codebooks, cells]}, in the order of prediction
   * @param order int64 {@code [batch, cells]}, or null for raster order
   */
  NDArray input(
      ParameterStore store, NDArray grid, NDArray labels, NDArray order, boolean training) {
    long cells = config.cells();
    long batch = labels.getShape().get(0);
    NDArray contents = table(store, "pos_embed", labels, training);
    NDArray targets =
        table(store, "target_aware_pos_embed", labels, training)
            .get(new NDIndex("{}:{}", BEFORE, BEFORE + cells)); // [cells, dim]
    NDArray ofCells = contents.get(new NDIndex("{}:{}", BEFORE, BEFORE + cells)); // [cells, dim]
    NDArray start =
        table(store, "cls_token", labels, training)
            .add(contents.get(new NDIndex("0:1"))) // [1, dim]
            .expandDims(0);
    NDArray ofClass =
        embedLabels(store, labels, training)
            .add(contents.get(new NDIndex("1:2")))
            .expandDims(1); // [batch, 1, dim]
    NDArray x = ofClass;
    if (cells > 1) {
      NDArray given = grid.get(":, :, :{}", cells - 1);
      NDArray tokens =
          embedTokens(given, value(store, own.get("embeddings.weight"), grid, training));
      NDArray places =
          order == null
              ? ofCells.get(new NDIndex(":{}", cells - 1))
              : embed(order.get(":, :{}", cells - 1), ofCells);
      x = x.concat(tokens.add(places), 1); // [batch, cells, dim]
    }
    x = x.add(order == null ? targets : embed(order, targets));
    return start
        .broadcast(new Shape(batch, 1, config.dim()))
        .concat(x, 1); // [batch, 1 + cells, dim]
  }

  @Override
  NDList step(ParameterStore store, NDArray token, NDArray label, NDArray position, NDList cache) {
    NDArray steps = table(store, "timesteps_embeddings", position, false);
    NDArray condition =
        TorchOps.silu(embedLabels(store, label, false).add(embed(position, steps))).expandDims(1);
    NDArray x = stepInput(store, token, label, position).expandDims(1); // [batch, 1, dim]
    NDList outputs = new NDList();
    for (int i = 0; i < layers.size(); i++) {
      KeyValueCache grown = new KeyValueCache(cache.get(2 * i), cache.get(2 * i + 1));
      NDList stepped = layers.get(i).step(store, x, condition, grown);
      x = stepped.get(0);
      outputs.add(stepped.get(1));
      outputs.add(stepped.get(2));
    }
    outputs.add(0, logits(store, x, condition, false).squeeze(1));
    return outputs;
  }

  /** The start, then the class, then the token chosen last: {@code [batch, dim]}. */
  private NDArray stepInput(ParameterStore store, NDArray token, NDArray label, NDArray position) {
    NDArray isStart = TorchOps.cast(position.eq(0), DataType.FLOAT32); // [1]
    NDArray isClass = TorchOps.cast(position.eq(1), DataType.FLOAT32);
    NDArray isToken = TorchOps.cast(position.gt(1), DataType.FLOAT32);
    NDArray notStart = TorchOps.cast(position.neq(0), DataType.FLOAT32);
    NDArray start = table(store, "cls_token", position, false); // [1, dim]
    NDArray ofToken = embedTokens(token, value(store, own.get("embeddings.weight"), token, false));
    NDArray content = embed(position, table(store, "pos_embed", position, false)); // [1, dim]
    NDArray target =
        embed(
            position,
            table(store, "target_aware_pos_embed", position, false).get(new NDIndex("1:")));
    return embedLabels(store, label, false)
        .mul(isClass)
        .add(ofToken.mul(isToken))
        .add(start.mul(isStart))
        .add(content)
        .add(target.mul(notStart));
  }

  /**
   * The modulation of the head.
   *
   * @return {@code [batch, length, 2 * dim]}: scale, then shift
   */
  NDArray headModulation(ParameterStore store, NDArray condition, boolean training) {
    String name = "adaln_before_head.adaLN_modulation.1.";
    return TorchOps.linear(
        condition,
        value(store, head.get(name + "weight"), condition, training),
        value(store, head.get(name + "bias"), condition, training));
  }

  private NDArray logits(ParameterStore store, NDArray x, NDArray condition, boolean training) {
    NDList parts = headModulation(store, condition, training).split(2, 2);
    NDArray normed = TorchOps.layerNorm(x, null, null, config.normEpsilon());
    NDArray modulated = normed.mul(TorchOps.addScalar(parts.get(0), 1)).add(parts.get(1));
    return TorchOps.linear(
        modulated,
        value(store, head.get("lm_head.weight"), x, training),
        value(store, head.get("lm_head.bias"), x, training));
  }

  private NDArray embedLabels(ParameterStore store, NDArray labels, boolean training) {
    NDArray table = value(store, own.get("embeddings.weight"), labels, training);
    return embed(labels.add(firstClass), table);
  }

  /** A table {@code [1, rows, dim]} without its first axis. */
  private NDArray table(ParameterStore store, String name, NDArray beside, boolean training) {
    NDArray table = value(store, own.get(name), beside, training);
    return Scopes.beside(table.reshape(-1, config.dim()), beside);
  }

  List<AdaptiveLayer> layers() {
    return layers;
  }

  private static NDArray value(
      ParameterStore store, Parameter parameter, NDArray beside, boolean training) {
    return store.getValue(parameter, beside.getDevice(), training);
  }
}
