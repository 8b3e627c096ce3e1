package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.Uploads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A model of the tokens of an image given its class, one place of the grid after the other. Where a
 * place has tokens of several codebooks, they are predicted side by side.
 *
 * <p>As a block it takes
 *
 * <ol>
 *   <li>{@code tokens} int64 {@code [batch, codebooks * cells]}, codebook after codebook, each in
 *       raster order
 *   <li>{@code labels} int64 {@code [batch]}, {@link PriorConfig#nullClass()} for "no class"
 *   <li>optionally {@code order} int64 {@code [batch, cells]}: a permutation of the cells for each
 *       image, the t-th of which is predicted after t others; raster order where it is left out
 * </ol>
 *
 * and gives logits {@code [batch, codebooks * cells, codebookSize]} of the tokens in that order;
 * see {@link #inOrder}. What is predicted last is not looked at.
 */
public abstract sealed class Prior extends AbstractBlock permits GptPrior, RarPrior {

  private static final byte VERSION = 1;

  private final double dropout;
  private NDArray offsets;

  Prior(double dropout) {
    super(VERSION);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), got " + dropout);
    }
    this.dropout = dropout;
  }

  /**
   * Makes a prior with first values that follow from the seed.
   *
   * @param config its shape, which decides the architecture
   * @param dropout probability in training
   * @param seed of the first values
   * @param manager owns all arrays, on its device
   */
  public static Prior create(PriorConfig config, double dropout, long seed, NDManager manager) {
    if (config instanceof GptPriorConfig gpt) {
      return GptPrior.create(gpt, dropout, seed, manager);
    }
    return RarPrior.create((RarPriorConfig) config, dropout, seed, manager);
  }

  /** Its shape. */
  public abstract PriorConfig config();

  /** All parameters by the names of the release, in a fixed order. */
  public abstract Map<String, NDArray> named();

  /** Whether the release of this architecture lets a parameter decay. */
  public abstract boolean decays(String name, NDArray parameter);

  /**
   * Logits of whole sequences.
   *
   * @param grid int64 {@code [batch, codebooks, cells]}, in the order of prediction
   * @param order int64 {@code [batch, cells]}, or null for raster order
   * @return {@code [batch, cells, codebooks * codebookSize]}
   */
  abstract NDArray sequenceLogits(
      ParameterStore store, NDArray grid, NDArray labels, NDArray order, boolean training);

  /**
   * One place more, after those in the cache.
   *
   * @param token int64 {@code [batch, codebooks]} chosen last
   * @param label int64 {@code [batch]}
   * @param position int64 {@code [1]}: places in the cache
   * @param cache keys and values of each layer, {@code [batch, heads, position, headDim]} each
   * @return logits {@code [batch, codebooks * codebookSize]}, then the cache with the new place
   */
  abstract NDList step(
      ParameterStore store, NDArray token, NDArray label, NDArray position, NDList cache);

  /** Probability of zeros in training. */
  final double dropout() {
    return dropout;
  }

  /** Takes over all parameters from a file that names them as the release does. */
  public final void load(Path file) throws IOException {
    NamedArrays.load(file, named());
  }

  /**
   * Tokens in the order of prediction, as the targets of logits.
   *
   * @param tokens int64 {@code [batch, codebooks * cells]}
   * @param order int64 {@code [batch, cells]}, or null for raster order
   * @return of the shape of the tokens
   */
  public final NDArray inOrder(NDArray tokens, NDArray order) {
    return order == null ? tokens : ordered(tokens, order).reshape(tokens.getShape());
  }

  private NDArray ordered(NDArray tokens, NDArray order) {
    int codebooks = config().codebooks();
    NDArray grid = tokens.reshape(-1, codebooks, config().cells());
    return grid.gather(order.expandDims(1).repeat(1, codebooks), 2);
  }

  @Override
  protected final NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray tokens = inputs.get(0);
    long length = config().tokens();
    if (tokens.getShape().dimension() != 2 || tokens.getShape().get(1) != length) {
      throw new IllegalArgumentException(
          "tokens must be [batch, %d], got %s".formatted(length, tokens.getShape()));
    }
    NDArray order = inputs.size() > 2 ? inputs.get(2) : null;
    int codebooks = config().codebooks();
    int cells = config().cells();
    NDArray grid = order == null ? tokens.reshape(-1, codebooks, cells) : ordered(tokens, order);
    NDArray logits = sequenceLogits(store, grid, inputs.get(1), order, training);
    if (codebooks > 1) {
      logits =
          logits
              .reshape(-1, cells, codebooks, config().codebookSize())
              .transpose(0, 2, 1, 3)
              .reshape(-1, length, config().codebookSize());
    }
    return new NDList(logits);
  }

  /**
   * Sums of the rows of a table that belong to the tokens of a place.
   *
   * @param tokens int64 {@code [batch, codebooks, ...]}
   * @param table the rows of codebook c start at {@code c * codebookSize}
   * @return {@code [batch, ..., dim]}
   */
  final NDArray embedTokens(NDArray tokens, NDArray table) {
    if (config().codebooks() == 1) {
      return embed(tokens.squeeze(1), table);
    }
    NDArray starts = tokens.getShape().dimension() == 2 ? offsets.squeeze(1) : offsets;
    return embed(tokens.add(starts), table).sum(new int[] {1});
  }

  /** Rows of a table: {@code [..., dim]} for {@code [...]}. */
  static NDArray embed(NDArray ids, NDArray table) {
    return Embedding.embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
  }

  /** An array of the host's numbers whose memory belongs to the engine. */
  static NDArray longs(NDManager manager, long[] values, long... shape) {
    return Uploads.longs(values, new Shape(shape), manager);
  }

  /** To be called by {@link #initializeChildBlocks}. */
  final void initializeOffsets(NDManager manager) {
    long[] starts = new long[config().codebooks()];
    Arrays.setAll(starts, codebook -> (long) codebook * config().codebookSize());
    offsets = longs(manager, starts, starts.length, 1);
  }

  @Override
  public final Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {
      new Shape(inputShapes[0].get(0), config().tokens(), config().codebookSize())
    };
  }
}
