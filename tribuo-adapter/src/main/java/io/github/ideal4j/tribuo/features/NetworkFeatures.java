package io.github.ideal4j.tribuo.features;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.function.BiFunction;

/** Features that a network makes: ONNX Runtime runs the very nodes that a fused file gets. */
final class NetworkFeatures implements TokenFeatures {

  private static final Cleaner CLEANER = Cleaner.create();
  private static final int BATCH = 16;

  private final List<String> names;
  private final BiFunction<GraphBuilder, Value, Value> emitter;
  private final OrtModel model;

  /**
   * Loads the network.
   *
   * @param cells of a grid
   * @param names of the features
   * @param emitter adds the nodes, int64 {@code [n, cells]} to float32 {@code [n, names]}
   */
  NetworkFeatures(int cells, List<String> names, BiFunction<GraphBuilder, Value, Value> emitter) {
    this.names = names;
    this.emitter = emitter;
    GraphBuilder graph = new GraphBuilder("token-features");
    Value tokens = graph.input("tokens", ElementType.INT64, "n", cells);
    graph.output(emitter.apply(graph, tokens), "features", ElementType.FLOAT, "n", names.size());
    try {
      model = new OrtModel(graph.toModel(), SessionSettings.cpu());
    } catch (IOException e) {
      throw new PropertyException(e, "", "file", e.getMessage());
    }
    CLEANER.register(this, model::close);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean runsNetwork() {
    return true;
  }

  @Override
  public void extract(int[] tokens, FeatureSink sink) {
    extract(new int[][] {tokens}, new FeatureSink[] {sink});
  }

  @Override
  public void extract(int[][] grids, FeatureSink[] sinks) {
    for (int from = 0; from < grids.length; from += BATCH) {
      run(grids, from, Math.min(BATCH, grids.length - from), sinks);
    }
  }

  private void run(int[][] grids, int from, int count, FeatureSink[] sinks) {
    int cells = grids[from].length;
    LongBuffer tokens =
        ByteBuffer.allocateDirect(count * cells * Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .asLongBuffer();
    for (int i = from; i < from + count; i++) {
      for (int token : grids[i]) {
        tokens.put(token);
      }
    }
    OrtModel.Input input =
        new OrtModel.Input("tokens", tokens.flip(), OnnxJavaType.INT64, count, cells);
    model.run(
        List.of(input),
        outputs -> {
          FloatBuffer values =
              ((OnnxTensor) outputs.get("features").orElseThrow()).getFloatBuffer();
          for (int i = from; i < from + count; i++) {
            for (String name : names) {
              sinks[i].add(name, values.get());
            }
          }
          return count;
        });
  }

  @Override
  public Value emit(GraphBuilder graph, Value tokens) {
    return emitter.apply(graph, tokens);
  }
}
