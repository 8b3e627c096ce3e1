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
import io.github.ideal4j.torch.TorchOps;
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
 *   <li>{@code token} int64 {@code [batch]}: the token chosen last; not looked at in step 0
 *   <li>{@code label} int64 {@code [batch]}: the class; looked at in step 0 only
 *   <li>{@code position} int64 {@code [1]}: how many tokens were chosen so far, from 0
 *   <li>{@code key.0, value.0, key.1, ...} {@code [batch, heads, position, headDim]}: two for each
 *       layer; without a place before step 0
 * </ol>
 *
 * Outputs: {@code logits [batch, codebookSize]} of the token at {@code position}, then the keys and
 * values for the next step in the order of the inputs. With guidance the batch holds every image
 * twice, first with its class, then with the null class; combining them is the loop's work.
 */
public final class GptPriorStep extends AbstractBlock {

  private static final byte VERSION = 1;
  private static final int CACHE = 3;

  private final GptPrior prior;

  /** A step of an initialized prior, which stays the owner of its parameters. */
  public GptPriorStep(GptPrior prior) {
    super(VERSION);
    this.prior = addChildBlock("prior", prior);
  }

  /** The prior whose step this is. */
  public GptPrior prior() {
    return prior;
  }

  /** {@code token, label, position, key.0, value.0 ...}. */
  public List<String> inputNames() {
    List<String> names = new ArrayList<>(List.of("token", "label", "position"));
    names.addAll(cacheNames(""));
    return names;
  }

  /**
   * The inputs for an export.
   *
   * @param batch name of the number of rows
   * @param past name of the number of places in the cache
   */
  public List<InputSpec> inputSpecs(String batch, String past) {
    GptPriorConfig config = prior.config();
    List<InputSpec> specs = new ArrayList<>();
    specs.add(InputSpec.longs("token", config.codebookSize(), batch));
    specs.add(InputSpec.longs("label", config.classes() + 1L, batch));
    specs.add(InputSpec.longs("position", config.tokens(), 1));
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
    GptPriorConfig config = prior.config();
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
    NDArray position = inputs.get(2);
    NDArray x = embedding(store, inputs.get(0), inputs.get(1), position).expandDims(1);
    Rope.Turn turn = prior.rope().at(position);
    NDList outputs = new NDList();
    for (int i = 0; i < prior.layers().size(); i++) {
      KeyValueCache cache =
          new KeyValueCache(inputs.get(CACHE + 2 * i), inputs.get(CACHE + 2 * i + 1));
      NDList stepped = prior.layers().get(i).step(store, x, turn, cache);
      x = stepped.get(0); // [batch, 1, dim]
      outputs.add(stepped.get(1));
      outputs.add(stepped.get(2));
    }
    NDArray logits = prior.logits(store, x, training).squeeze(1); // [batch, codebookSize]
    outputs.add(0, logits);
    return outputs;
  }

  /** The class in step 0 and the last token afterwards: {@code [batch, dim]}. */
  private NDArray embedding(ParameterStore store, NDArray token, NDArray label, NDArray position) {
    NDArray first = TorchOps.cast(position.eq(0), DataType.FLOAT32); // [1]
    NDArray later = TorchOps.cast(position.neq(0), DataType.FLOAT32); // [1]
    NDArray ofLabel = prior.embedLabels(store, label, false);
    NDArray ofToken = prior.embedTokens(store, token, false);
    return ofLabel.mul(first).add(ofToken.mul(later));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    throw new IllegalStateException("the prior of a step is initialized by itself");
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape[] shapes = new Shape[1 + 2 * prior.config().layers()];
    Arrays.fill(shapes, cacheShape(inputShapes[0].get(0), inputShapes[CACHE].get(2) + 1));
    shapes[0] = new Shape(inputShapes[0].get(0), prior.config().codebookSize());
    return shapes;
  }
}
