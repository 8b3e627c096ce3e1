package io.github.ideal4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.trace.Tracing;
import java.util.Arrays;
import java.util.List;

/**
 * Differentiable operators that DJL lacks or gets wrong under autograd. Each runs on any device,
 * gives its result to the manager of its first argument, and can be traced into ONNX. They are the
 * only way to scale, shift or cast an array in code that is trained.
 */
public final class TorchOps {

  private TorchOps() {}

  /**
   * {@code x * factor}.
   *
   * @param x any shape, float
   */
  public static NDArray scale(NDArray x, double factor) {
    return Tracing.isTraced(x) ? x.mul((float) factor) : x.mul(Constants.of(factor));
  }

  /**
   * {@code x + term}.
   *
   * @param x any shape, float
   */
  public static NDArray addScalar(NDArray x, double term) {
    return Tracing.isTraced(x) ? x.add((float) term) : x.add(Constants.of(term));
  }

  /**
   * {@code x * weight^T + bias}, in the faster of two forms ({@link LinearForm}).
   *
   * @param x {@code [..., in]}
   * @param weight {@code [out, in]}
   * @param bias {@code [out]} or null
   * @return {@code [..., out]}
   */
  public static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    if (Tracing.isTraced(x)) {
      return x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow();
    }
    if (Precision.current() == Precision.BFLOAT16) {
      return bias == null
          ? Script.call("linear_bfloat16", x, weight)
          : Script.call("affine_bfloat16", x, weight, bias);
    }
    return LinearForm.chosen().apply(x, weight, bias);
  }

  /**
   * Takes apart what one projection to queries, keys and values gives. Cut before the axes are
   * moved, so that the gradient is put together in one pass; taking entries of a moved array would
   * write it once for each.
   *
   * @param packed {@code [batch, length, parts * heads * dim]}
   * @return {@code parts} times {@code [batch, heads, length, dim]}
   */
  public static NDList splitHeads(NDArray packed, int parts, int heads) {
    long batch = packed.getShape().get(0);
    long length = packed.getShape().get(1);
    long dim = packed.getShape().get(2) / ((long) parts * heads);
    NDList split = new NDList(parts);
    if (Tracing.isTraced(packed)) {
      // The form that fusions look for.
      NDArray moved = packed.reshape(batch, length, parts, heads, dim).transpose(2, 0, 3, 1, 4);
      for (int i = 0; i < parts; i++) {
        split.add(moved.get(i));
      }
      return split;
    }
    for (NDArray part : packed.split(parts, 2)) {
      split.add(part.reshape(batch, length, heads, dim).transpose(0, 2, 1, 3));
    }
    return split;
  }

  /**
   * Softmax attention, {@code softmax(q k^T / sqrt(dim)) v}.
   *
   * @param q {@code [batch, heads, queries, dim]}
   * @param k {@code [batch, heads, keys, dim]}
   * @param v {@code [batch, heads, keys, dim]}
   * @param causal whether query i sees only keys 0 to i
   * @return {@code [batch, heads, queries, dim]}
   */
  public static NDArray attention(NDArray q, NDArray k, NDArray v, boolean causal) {
    String inFloat = causal ? "attention_causal" : "attention";
    boolean rounded = Precision.current() == Precision.BFLOAT16;
    String method = rounded ? inFloat + "_bfloat16" : inFloat;
    long dim = q.getShape().get(q.getShape().dimension() - 1);
    double scale = 1 / Math.sqrt((double) dim);
    return Tracing.custom(
        inFloat,
        List.of(q, k, v),
        arrays -> Script.call(method, arrays.get(0), arrays.get(1), arrays.get(2)),
        (graph, in) -> attention(graph, in, scale, causal));
  }

  private static Value attention(GraphBuilder graph, List<Value> in, double scale, boolean causal) {
    Value q = graph.op("Mul", in.get(0), graph.scalar((float) scale));
    Value scores = graph.op("MatMul", q, graph.transpose(in.get(1), 0, 1, 3, 2));
    if (causal) {
      // Ones below and on the diagonal; what lies above it gets a score no softmax notices.
      Value ones = graph.op("Add", graph.op("Mul", scores, graph.scalar(0f)), graph.scalar(1f));
      Value kept = graph.node("Trilu", List.of(ones), Attribute.of("upper", 0));
      Value hidden = graph.op("Mul", graph.op("Sub", kept, graph.scalar(1f)), graph.scalar(1e30f));
      scores = graph.op("Add", scores, hidden);
    }
    Value weights = graph.node("Softmax", List.of(scores), Attribute.of("axis", -1));
    return graph.op("MatMul", weights, in.get(2));
  }

  /**
   * A convolution with stride 1 that keeps the size of odd kernels.
   *
   * @param x {@code [batch, in, height, width]}
   * @param weight {@code [out, in, side, side]}
   * @param bias {@code [out]}
   * @return {@code [batch, out, height, width]}
   */
  public static NDArray convolve(NDArray x, NDArray weight, NDArray bias) {
    long padding = weight.getShape().get(2) / 2;
    if (!Tracing.isTraced(x) && Precision.current() == Precision.BFLOAT16) {
      return Script.call("convolve_bfloat16", x, weight, bias, Constants.of((double) padding));
    }
    Shape one = new Shape(1, 1);
    return x.getNDArrayInternal()
        .convolution(x, weight, bias, one, new Shape(padding, padding), one, 1)
        .singletonOrThrow();
  }

  /**
   * Normalizes the last axis.
   *
   * @param x {@code [..., dim]}
   * @param gamma {@code [dim]} or null for no scale
   * @param beta {@code [dim]} or null for no shift
   */
  public static NDArray layerNorm(NDArray x, NDArray gamma, NDArray beta, double eps) {
    Shape last = new Shape(x.getShape().get(x.getShape().dimension() - 1));
    NDArray scale = gamma == null ? x.getManager().ones(last) : gamma;
    NDArray shift = beta == null ? x.getManager().zeros(last) : beta;
    return x.getNDArrayInternal().layerNorm(x, last, scale, shift, (float) eps).singletonOrThrow();
  }

  /**
   * Root mean square normalisation of the last axis (arXiv 1910.07467): {@code x / sqrt(mean(x^2) +
   * eps) * weight}.
   *
   * @param x {@code [..., dim]}
   * @param weight {@code [dim]}
   */
  public static NDArray rmsNorm(NDArray x, NDArray weight, double eps) {
    return Tracing.custom(
        "rms_norm",
        List.of(x, weight),
        in -> Script.call("rms_norm", in.get(0), in.get(1), Constants.of(eps)),
        (graph, in) -> rmsNorm(graph, in.get(0), in.get(1), eps));
  }

  /** The pattern that runtimes know and replace with one kernel. */
  private static Value rmsNorm(GraphBuilder graph, Value x, Value weight, double eps) {
    Value squares = graph.op("Pow", x, graph.scalar(2f));
    Value meanSquare = graph.op("ReduceMean", squares, graph.longs(-1)); // [..., 1]
    Value root = graph.op("Sqrt", graph.op("Add", meanSquare, graph.scalar((float) eps)));
    return graph.op("Mul", graph.op("Div", x, root), weight);
  }

  /**
   * Turns every pair of neighbouring numbers in its plane: {@code (a, b)} becomes {@code (a cos - b
   * sin, a sin + b cos)}.
   *
   * @param x {@code [..., length, dim]}, dim even
   * @param cos {@code [length, dim]}, both numbers of a pair alike
   * @param sin {@code [length, dim]}, minus the sine and the sine for the numbers of a pair
   */
  public static NDArray rotatePairs(NDArray x, NDArray cos, NDArray sin) {
    return Tracing.custom(
        "rotate_pairs",
        List.of(x, cos, sin),
        in -> Script.call("rotate_pairs", in.get(0), in.get(1), in.get(2)),
        (graph, in) -> rotatePairs(graph, in, x.getShape()));
  }

  private static Value rotatePairs(GraphBuilder graph, List<Value> in, Shape shape) {
    int dim = Math.toIntExact(shape.get(shape.dimension() - 1));
    long[] partner = new long[dim];
    Arrays.setAll(partner, i -> i ^ 1);
    Value swapped = graph.gather(in.get(0), graph.longs(partner), shape.dimension() - 1);
    return graph.op(
        "Add", graph.op("Mul", in.get(0), in.get(1)), graph.op("Mul", swapped, in.get(2)));
  }

  /**
   * Normalizes groups of channels over space.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param groups divides channels
   * @param gamma {@code [channels]}
   * @param beta {@code [channels]}
   */
  public static NDArray groupNorm(NDArray x, int groups, NDArray gamma, NDArray beta, double eps) {
    long channels = x.getShape().get(1);
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          "%d channels do not split into %d groups".formatted(channels, groups));
    }
    return Tracing.custom(
        "group_norm",
        List.of(x, gamma, beta),
        in ->
            Script.call(
                "group_norm",
                in.get(0),
                in.get(1),
                in.get(2),
                Constants.of(groups),
                Constants.of(eps)),
        (graph, in) -> groupNorm(graph, in, groups, channels, eps));
  }

  private static Value groupNorm(
      GraphBuilder graph, List<Value> in, int groups, long channels, double eps) {
    float[] ones = new float[groups];
    Arrays.fill(ones, 1f);
    Value flat = graph.reshape(in.get(0), 0, groups, -1);
    Value normed =
        graph.node(
            "InstanceNormalization",
            List.of(
                flat,
                graph.constant(Tensors.floats(ones, groups)),
                graph.constant(Tensors.floats(new float[groups], groups))),
            Attribute.of("epsilon", (float) eps));
    Value shaped = graph.op("Reshape", normed, graph.op("Shape", in.get(0)));
    Value gamma = graph.reshape(in.get(1), 1, channels, 1, 1);
    Value beta = graph.reshape(in.get(2), 1, channels, 1, 1);
    return graph.op("Add", graph.op("Mul", shaped, gamma), beta);
  }

  /**
   * Every number moved into a range.
   *
   * @param x any shape, float
   */
  public static NDArray clamp(NDArray x, double least, double most) {
    return Tracing.isTraced(x)
        ? x.clip((float) least, (float) most)
        : Script.call("clamp", x, Constants.of(least), Constants.of(most));
  }

  /** {@code x * sigmoid(x)}. */
  public static NDArray silu(NDArray x) {
    return Tracing.custom(
        "silu",
        List.of(x),
        in -> Script.call("silu", in.get(0)),
        (graph, in) -> graph.op("Mul", in.get(0), graph.op("Sigmoid", in.get(0))));
  }

  /** The exact GELU, {@code x * Phi(x)}. */
  public static NDArray gelu(NDArray x) {
    return x.getNDArrayInternal().gelu();
  }

  /** The GELU that is approximated with a hyperbolic tangent. */
  public static NDArray geluTanh(NDArray x) {
    return Tracing.custom(
        "gelu_tanh",
        List.of(x),
        in -> Script.call("gelu_tanh", in.get(0)),
        (graph, in) -> graph.node("Gelu", in, Attribute.of("approximate", "tanh")));
  }

  /**
   * Sets elements to zero by chance and scales the others up, while training.
   *
   * @param probability of zero, in [0, 1)
   * @param training otherwise x is returned as it is
   */
  public static NDArray dropout(NDArray x, double probability, boolean training) {
    if (!training || probability == 0) {
      return x;
    }
    return x.getNDArrayInternal().dropout(x, (float) probability, true).singletonOrThrow();
  }

  /**
   * Repeats every pixel.
   *
   * @param x {@code [batch, channels, height, width]}
   * @return {@code [batch, channels, height * factor, width * factor]}
   */
  public static NDArray upsampleNearest(NDArray x, int factor) {
    long[] size = {x.getShape().get(2) * factor, x.getShape().get(3) * factor};
    return x.getNDArrayInternal().interpolation(size, 0, false);
  }

  /**
   * Moves channels into space.
   *
   * @param x {@code [batch, channels * factor * factor, height, width]}
   * @return {@code [batch, channels, height * factor, width * factor]}
   */
  public static NDArray pixelShuffle(NDArray x, int factor) {
    Shape shape = x.getShape();
    long channels = shape.get(1) / ((long) factor * factor);
    long height = shape.get(2);
    long width = shape.get(3);
    return x.reshape(shape.get(0), channels, factor, factor, height, width)
        .transpose(0, 1, 4, 2, 5, 3) // [batch, channels, height, factor, width, factor]
        .reshape(shape.get(0), channels, height * factor, width * factor);
  }

  /**
   * Bicubic resizing as PyTorch does it with half-pixel centres: without antialias the kernel has a
   * = -0.75; with it a = -0.5 and the kernel widens when shrinking, as in Pillow.
   *
   * @param x {@code [batch, channels, height, width]}
   * @return {@code [batch, channels, newHeight, newWidth]}; overshoots are not clamped
   */
  public static NDArray resizeBicubic(NDArray x, int newHeight, int newWidth, boolean antialias) {
    int height = Math.toIntExact(x.getShape().get(2));
    int width = Math.toIntExact(x.getShape().get(3));
    NDArray across = Bicubic.matrix(width, newWidth, antialias).on(x, true); // [width, newWidth]
    NDArray down = Bicubic.matrix(height, newHeight, antialias).on(x, true); // [height, newHeight]
    return x.matMul(across) // [batch, channels, height, newWidth]
        .transpose(0, 1, 3, 2)
        .matMul(down) // [batch, channels, newWidth, newHeight]
        .transpose(0, 1, 3, 2);
  }

  /**
   * Adds rows to chosen rows; a row that is chosen twice gets both.
   *
   * @param x {@code [rows, ...]}
   * @param index int64 {@code [count]}
   * @param source {@code [count, ...]}
   */
  public static NDArray indexAdd(NDArray x, NDArray index, NDArray source) {
    return Script.call("index_add", x, index, source);
  }

  /**
   * How often each number occurs.
   *
   * @param index int64 {@code [count]}, 0 to {@code size - 1}
   * @return float {@code [size]}
   */
  public static NDArray bincount(NDArray index, long size) {
    NDArray zeros = index.getManager().zeros(new Shape(size));
    NDArray ones = index.getManager().ones(new Shape(index.size()));
    return indexAdd(zeros, index.flatten(), ones);
  }

  /**
   * The x of {@code a x = b}.
   *
   * @param a {@code [n, n]}, float32 or float64, not singular
   * @param b {@code [n, columns]}, of the same type
   * @return {@code [n, columns]}
   */
  public static NDArray solve(NDArray a, NDArray b) {
    return Script.call("solve", a, b);
  }

  /** The same values as float32, with gradients passing through. */
  public static NDArray toFloat(NDArray x) {
    if (Tracing.isTraced(x)) {
      return x.toType(DataType.FLOAT32, false);
    }
    return x.getDataType() == DataType.FLOAT32 ? x : Script.call("to_float", x);
  }

  /**
   * The same values in another type, without gradients: for indices, and for what is served.
   *
   * @param type of the result
   */
  public static NDArray cast(NDArray x, DataType type) {
    return x.getDataType() == type ? x : x.toType(type, false);
  }

  /**
   * The same values in memory that belongs to the engine, without gradients. An array that was made
   * of Java numbers points into a Java buffer; what autograd or another thread keeps must not.
   */
  public static NDArray owned(NDArray x) {
    return x.duplicate();
  }

  /**
   * Copies values into arrays in place, without gradients.
   *
   * @param to keeps its identity and whether it requires gradients
   * @param values of the same shapes, in the same order, on any device
   */
  public static void copy(List<NDArray> to, List<NDArray> values) {
    if (!to.isEmpty()) {
      Aliases.run(List.of(to, values), lists -> Script.callOnLists("copy", lists));
    }
  }

  /**
   * Moves averages towards values in place: {@code average += weight * (value - average)}.
   *
   * @param averages float arrays
   * @param values of the same shapes, in the same order
   */
  public static void lerp(List<NDArray> averages, List<NDArray> values, double weight) {
    if (!averages.isEmpty()) {
      try (NDArray number = Constants.passing(weight)) {
        Aliases.run(List.of(averages, values), lists -> Script.callOnLists("lerp", lists, number));
      }
    }
  }
}
