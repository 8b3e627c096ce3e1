package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;

/** Small networks of the kinds that we export. */
final class Blocks {

  private Blocks() {}

  static <T extends Block> T initialized(T block, NDManager manager, Shape... shapes) {
    return initialized(block, manager, DataType.FLOAT32, shapes);
  }

  static <T extends Block> T initialized(
      T block, NDManager manager, DataType type, Shape... shapes) {
    block.setInitializer(new NormalInitializer(0.3f), Parameter.Type.WEIGHT);
    block.initialize(manager, DataType.FLOAT32, shapes);
    return block;
  }

  /** Attention with a causal mask made from positions, pre-norm, and a feed-forward part. */
  static final class TransformerBlock extends AbstractBlock {
    private final int width;
    private final int heads;
    private final LayerNorm norm1 = addChildBlock("norm1", LayerNorm.builder().axis(2).build());
    private final Linear qkv;
    private final Linear proj;
    private final LayerNorm norm2 = addChildBlock("norm2", LayerNorm.builder().axis(2).build());
    private final Linear up;
    private final Linear down;

    TransformerBlock(int width, int heads) {
      this.width = width;
      this.heads = heads;
      qkv = addChildBlock("qkv", Linear.builder().setUnits(3L * width).build());
      proj = addChildBlock("proj", Linear.builder().setUnits(width).build());
      up = addChildBlock("up", Linear.builder().setUnits(4L * width).build());
      down = addChildBlock("down", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      x = x.add(attention(store, one(norm1, store, x)));
      return new NDList(
          x.add(one(down, store, Activation.gelu(one(up, store, one(norm2, store, x))))));
    }

    private NDArray attention(ParameterStore store, NDArray x) {
      long b = x.getShape().get(0);
      long n = x.getShape().get(1);
      NDArray parts =
          one(qkv, store, x).reshape(b, n, 3, heads, width / heads).transpose(2, 0, 3, 1, 4);
      NDArray scores =
          parts
              .get(0)
              .matMul(parts.get(1).transpose(0, 1, 3, 2))
              .div(Math.sqrt((double) width / heads));
      NDArray positions = x.getManager().arange(0f, (float) n, 1f);
      NDArray seen =
          positions
              .reshape(1, 1, 1, n)
              .lte(positions.reshape(1, 1, n, 1))
              .broadcast(scores.getShape());
      NDArray masked = NDArrays.where(seen, scores, scores.zerosLike().add(-1e9f));
      NDArray mixed =
          masked.softmax(-1).matMul(parts.get(2)).transpose(0, 2, 1, 3).reshape(b, n, width);
      return one(proj, store, mixed);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      Shape tokens = shapes[0];
      for (Block block : new Block[] {norm1, qkv, proj, norm2, up}) {
        block.initialize(manager, type, tokens);
      }
      down.initialize(manager, type, new Shape(tokens.get(0), tokens.get(1), 4L * width));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  /** Token and position tables, transformer blocks, and a head that shares the token table. */
  static final class Gpt extends AbstractBlock {
    private final int width;
    private final Parameter tokens;
    private final Parameter positions;
    private final TransformerBlock block;

    Gpt(int words, int length, int width) {
      this.width = width;
      tokens = parameter("tokens", words, width);
      positions = parameter("positions", length, width);
      block = addChildBlock("block", new TransformerBlock(width, 2));
    }

    private Parameter parameter(String name, long... dims) {
      return addParameter(
          Parameter.builder()
              .setName(name)
              .setType(Parameter.Type.WEIGHT)
              .optShape(new Shape(dims))
              .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray ids = inputs.head();
      NDArray table = store.getValue(tokens, ids.getDevice(), training);
      NDArray places = store.getValue(positions, ids.getDevice(), training);
      NDArray x =
          table
              .get(ids)
              .add(
                  places.get(
                      new ai.djl.ndarray.index.NDIndex().addSliceDim(0, ids.getShape().get(1))));
      NDArray y = one(block, store, x);
      return new NDList(y.getNDArrayInternal().linear(y, table, null));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      block.initialize(
          manager, DataType.FLOAT32, new Shape(shapes[0].get(0), shapes[0].get(1), width));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  private static NDArray one(Block block, ParameterStore store, NDArray x) {
    return block.forward(store, new NDList(x), false).head();
  }
}
