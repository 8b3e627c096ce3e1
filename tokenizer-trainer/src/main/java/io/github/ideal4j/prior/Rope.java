package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.Scopes;
import io.github.ideal4j.torch.TorchOps;

/**
 * Rotary positions in two dimensions. Neighbouring numbers of a head form pairs; the first half of
 * the pairs turns with the row of the token, the second with its column. Place 0 is the class
 * token, place {@code 1 + row * columns + column} an image token.
 */
final class Rope {

  private final NDArray cos;
  private final NDArray sin;

  /** Makes the tables on the manager's device; they live as long as the manager. */
  Rope(NDManager manager, GptPriorConfig config) {
    int places = 1 + config.cells();
    int headDim = config.headDim();
    float[] cosines = new float[places * headDim];
    float[] sines = new float[places * headDim];
    for (int place = 0; place < places; place++) {
      double[][] pairs = pairs(config, place);
      for (int i = 0; i < headDim / 2; i++) {
        int at = place * headDim + 2 * i;
        cosines[at] = (float) pairs[i][0];
        cosines[at + 1] = (float) pairs[i][0];
        // The first number of a pair takes minus the second times sine, the second plus the first.
        sines[at] = (float) -pairs[i][1];
        sines[at + 1] = (float) pairs[i][1];
      }
    }
    cos = create(manager, cosines, places, headDim);
    sin = create(manager, sines, places, headDim);
  }

  private static NDArray create(NDManager manager, float[] values, int rows, int columns) {
    // A copy whose memory belongs to the engine: autograd keeps it for the backward pass.
    return NamedArrays.of(values, new Shape(rows, columns), manager);
  }

  /** Cosine and sine of each pair at a place: {@code [headDim / 2][2]}. */
  static double[][] pairs(GptPriorConfig config, int place) {
    int half = config.headDim() / 2;
    double[][] pairs = new double[half][2];
    for (int i = 0; i < half; i++) {
      if (place == 0) {
        pairs[i][0] = config.classRope() == GptPriorConfig.ClassRope.IDENTITY ? 1 : 0;
        continue;
      }
      int quarter = half / 2;
      int row = (place - 1) / config.columns();
      int column = (place - 1) % config.columns();
      int along = i < quarter ? row : column;
      double frequency = Math.pow(config.ropeBase(), -2.0 * (i % quarter) / half);
      pairs[i][0] = Math.cos(along * frequency);
      pairs[i][1] = Math.sin(along * frequency);
    }
    return pairs;
  }

  /**
   * The turn of the first {@code length} places.
   *
   * @param beside an array whose manager gets it
   */
  Turn first(long length, NDArray beside) {
    NDIndex rows = new NDIndex("0:{}", length);
    return new Turn(Scopes.beside(cos.get(rows), beside), Scopes.beside(sin.get(rows), beside));
  }

  /**
   * The turn of the class place, and after it of the first cells of an order.
   *
   * @param order int64 {@code [batch, cells]}; the last of each row is not looked at
   */
  Turn of(NDArray order) {
    return new Turn(inOrder(order, cos), inOrder(order, sin));
  }

  /** {@code [batch, 1, cells, headDim]}. */
  private static NDArray inOrder(NDArray order, NDArray table) {
    long batch = order.getShape().get(0);
    long cells = order.getShape().get(1);
    NDArray first = Scopes.beside(table.get(new NDIndex("0:1")), order);
    NDArray others = Scopes.beside(table.get(new NDIndex("1:")), order);
    NDArray ofClass = first.expandDims(0).repeat(0, batch);
    NDArray ofCells = lookup(order.get(":, :{}", cells - 1), others);
    return ofClass.concat(ofCells, 1).expandDims(1);
  }

  /** The turn of one place, {@code position} int64 {@code [1]}. */
  Turn at(NDArray position) {
    return new Turn(lookup(position, cos), lookup(position, sin));
  }

  private static NDArray lookup(NDArray position, NDArray table) {
    return Embedding.embedding(position, table, SparseFormat.DENSE).singletonOrThrow();
  }

  /**
   * Cosines and signed sines of some places: {@code [length, headDim]}, or {@code [batch, 1,
   * length, headDim]} where every image has its own.
   */
  record Turn(NDArray cos, NDArray sin) {

    /** Turns every pair of {@code x [batch, heads, length, headDim]}. */
    NDArray apply(NDArray x) {
      return TorchOps.rotatePairs(x, cos, sin);
    }
  }
}
