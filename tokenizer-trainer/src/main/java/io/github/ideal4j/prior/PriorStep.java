package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.onnx.trace.InputSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One step of generation with cached keys and values, for a sampler's loop. The cache grows by one
 * place a step.
 *
 * <p>Inputs, in this order:
 *
 * <ol>
 *   <li>{@code token} int64 {@code [batch, codebooks]}: the tokens chosen last; not looked at
 *       before one was chosen
 *   <li>{@code label} int64 {@code [batch]}: the class
 *   <li>{@code position} int64 {@code [1]}: how many places are in the cache, from 0
 *   <li>{@code key.0, value.0, key.1, ...} {@code [batch, heads, position, headDim]}: two for each
 *       layer; without a place before step 0
 * </ol>
 *
 * Outputs: {@code logits [batch, codebooks, codebookSize]} of the next tokens, then the keys and
 * values for the next step in the order of the inputs. The logits of the first {@link
 * PriorConfig#lead()} steps belong to no token. With guidance the batch holds every image twice,
 * first with its class, then with the null class; combining them is the loop's work.
 */
public final class PriorStep extends AbstractBlock {

  private static final byte VERSION = 1;
  private static final int CACHE = 3;

  private final Prior prior;

  /** A step of an initialized prior, which stays the owner of its parameters. */
  public PriorStep(Prior prior) {
    super(VERSION);
    this.prior = addChildBlock("prior", prior);
  }

  /** The prior whose step this is. */
  public Prior prior() {
    return prior;
  }

  /**
   * The inputs for an export.
   *
   * @param batch name of the number of rows
   * @param past name of the number of places in the cache
   */
  public List<InputSpec> inputSpecs(String batch, String past) {
    PriorConfig config = prior.config();
    List<InputSpec> specs = new ArrayList<>();
    specs.add(InputSpec.longs("token", config.codebookSize(), batch, config.codebooks()));
    specs.add(InputSpec.longs("label", config.classes() + 1L, batch));
    specs.add(InputSpec.longs("position", (long) config.lead() + config.cells(), 1));
    for (String name : cacheNames("")) {
      specs.add(InputSpec.floats(name, batch, config.heads(), past, config.headDim()));
    }
    return specs;
  }

  /** {@code logits, key.0.next, value.0.next ...}. */
  public List<String> outputNames() {
    List<String> names = new ArrayList<>(List.of("logits"));
    names.addAll(cacheNames(".next"));
    return names;
  }

  private List<String> cacheNames(String ending) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < prior.config().layers(); i++) {
      names.add("key." + i + ending);
      names.add("value." + i + ending);
    }
    return names;
  }

  private Shape cacheShape(long batch, long places) {
    PriorConfig config = prior.config();
    return new Shape(batch, config.heads(), places, config.headDim());
  }

  /** The empty cache that step 0 starts from: keys and values of each layer. */
  public NDList emptyCache(NDManager manager, long batch) {
    NDList cache = new NDList();
    for (int i = 0; i < 2 * prior.config().layers(); i++) {
      cache.add(manager.zeros(cacheShape(batch, 0)));
    }
    return cache;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList outputs =
        prior.step(store, inputs.get(0), inputs.get(1), inputs.get(2), inputs.subNDList(CACHE));
    PriorConfig config = prior.config();
    NDArray logits = outputs.get(0).reshape(-1, config.codebooks(), config.codebookSize());
    outputs.set(0, logits);
    return outputs;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    throw new IllegalStateException("the prior of a step is initialized by itself");
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape[] shapes = new Shape[1 + 2 * prior.config().layers()];
    Arrays.fill(shapes, cacheShape(inputShapes[0].get(0), inputShapes[CACHE].get(2) + 1));
    shapes[0] =
        new Shape(inputShapes[0].get(0), prior.config().codebooks(), prior.config().codebookSize());
    return shapes;
  }
}
