package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.recurrent.RNN;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Recurrent layers. The engine stacks layers and directions in one call, ONNX has one operator a
 * layer; both orders of the gates differ, too.
 */
final class Recurrence {

  /** The engine's gates input, forget, cell, output in ONNX's order. */
  private static final List<Integer> LSTM_GATES = List.of(0, 3, 1, 2);

  /** The engine's gates reset, update, new in ONNX's order. */
  private static final List<Integer> GRU_GATES = List.of(1, 0, 2);

  private static final List<Integer> RNN_GATES = List.of(0);

  private Recurrence() {}

  static void register() {
    OperatorTable.extendMany(
        "rnn",
        call -> {
          boolean tanh = call.arg(5) == RNN.Activation.TANH;
          return new Stack(call, "RNN", RNN_GATES, 6, tanh ? "Tanh" : "Relu").emit();
        });
    OperatorTable.extendMany("gru", call -> new Stack(call, "GRU", GRU_GATES, 5, "").emit());
    OperatorTable.extendMany("lstm", call -> new Stack(call, "LSTM", LSTM_GATES, 5, "").emit());
  }

  /**
   * One call.
   *
   * @param dropRate place of that argument; training, bidirectional and batchFirst follow
   * @param activation name of a plain layer's function, empty for others
   */
  private record Stack(
      Call call, String operator, List<Integer> gates, int dropRate, String activation) {

    List<Value> emit() {
      if (call.flag(dropRate + 1)) {
        throw call.refuse("a recurrent layer with training=true; call it with training=false");
      }
      GraphBuilder graph = call.graph();
      boolean batchFirst = call.flag(dropRate + 3);
      Value x = call.trace().value((NDArray) call.arg(0));
      Value sequence = batchFirst ? graph.transpose(x, 1, 0, 2) : x; // [time, batch, width]
      List<List<Value>> finals = new ArrayList<>();
      for (int state = 0; state < states().size(); state++) {
        finals.add(new ArrayList<>());
      }
      for (int layer = 0; layer < call.integer(4); layer++) {
        List<Value> results = layer(sequence, layer);
        // [time, directions, batch, state] to [time, batch, directions * state]
        Value together = graph.transpose(results.get(0), 0, 2, 1, 3);
        sequence = graph.reshape(together, sequenceDims(batchFirst));
        for (int state = 0; state < finals.size(); state++) {
          finals.get(state).add(results.get(1 + state));
        }
      }
      List<Value> outputs = new ArrayList<>();
      outputs.add(batchFirst ? graph.transpose(sequence, 1, 0, 2) : sequence);
      finals.forEach(parts -> outputs.add(joined(parts)));
      return outputs;
    }

    private long[] sequenceDims(boolean batchFirst) {
      long[] dims = call.resultDims();
      return batchFirst ? new long[] {dims[1], dims[0], dims[2]} : dims;
    }

    private List<NDArray> states() {
      return call.arg(1) instanceof NDList list ? list : List.of((NDArray) call.arg(1));
    }

    private int directions() {
      return call.flag(dropRate + 2) ? 2 : 1;
    }

    private List<Value> layer(Value sequence, int layer) {
      GraphBuilder graph = call.graph();
      List<Value> inputs = new ArrayList<>(List.of(sequence));
      inputs.add(stacked(layer, 0)); // [directions, gates * state, width]
      inputs.add(stacked(layer, 1)); // [directions, gates * state, state]
      boolean biased = call.flag(3);
      inputs.add(biased ? graph.concat(1, stacked(layer, 2), stacked(layer, 3)) : Value.NONE);
      inputs.add(Value.NONE);
      long first = (long) layer * directions();
      for (NDArray state : states()) {
        inputs.add(graph.slice(call.trace().value(state), 0, first, first + directions()));
      }
      return graph.nodes(
          "", operator, inputs, 1 + states().size(), attributes().toArray(Attribute[]::new));
    }

    private List<Attribute> attributes() {
      long width = states().get(0).getShape().get(2);
      List<Attribute> attributes = new ArrayList<>();
      attributes.add(Attribute.of("hidden_size", width));
      attributes.add(Attribute.of("direction", directions() == 2 ? "bidirectional" : "forward"));
      if (operator.equals("GRU")) {
        attributes.add(Attribute.of("linear_before_reset", 1));
      }
      if (!activation.isEmpty()) {
        String[] names = new String[directions()];
        Arrays.fill(names, activation);
        attributes.add(Attribute.of("activations", names));
      }
      return attributes;
    }

    /** Weights or biases of one layer, gates in ONNX's order: a row for each direction. */
    private Value stacked(int layer, int kind) {
      GraphBuilder graph = call.graph();
      NDList params = (NDList) call.arg(2);
      int kinds = call.flag(3) ? 4 : 2;
      Value[] rows = new Value[directions()];
      for (int direction = 0; direction < rows.length; direction++) {
        NDArray array = params.get((layer * directions() + direction) * kinds + kind);
        rows[direction] = graph.op("Unsqueeze", ordered(array), graph.longs(0));
      }
      return rows.length == 1 ? rows[0] : graph.concat(0, rows);
    }

    private Value ordered(NDArray array) {
      Value value = call.trace().value(array);
      if (gates.size() == 1) {
        return value;
      }
      long size = array.getShape().get(0) / gates.size();
      Value[] parts = new Value[gates.size()];
      for (int i = 0; i < gates.size(); i++) {
        parts[i] = call.graph().slice(value, 0, gates.get(i) * size, (gates.get(i) + 1) * size);
      }
      return call.graph().concat(0, parts);
    }

    private Value joined(List<Value> parts) {
      return parts.size() == 1 ? parts.get(0) : call.graph().concat(0, parts.toArray(Value[]::new));
    }
  }
}
