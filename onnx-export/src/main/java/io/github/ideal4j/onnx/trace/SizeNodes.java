package io.github.ideal4j.onnx.trace;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Computes sizes inside of a graph, from the shapes of its inputs. All are int64 of shape [1]. */
final class SizeNodes {

  private final GraphBuilder graph;
  private final List<InputSpec> inputs;
  private final Map<String, Value> made = new HashMap<>();
  private int count;

  SizeNodes(GraphBuilder graph, List<InputSpec> inputs) {
    this.graph = graph;
    this.inputs = inputs;
  }

  /** The values of polynomials, joined to one vector. */
  Value vector(List<SizePolynomial> elements) {
    if (elements.size() == 1) {
      return value(elements.get(0));
    }
    Value[] parts = elements.stream().map(this::value).toArray(Value[]::new);
    return made.computeIfAbsent(
        "concat" + List.of(parts), key -> node("Concat", List.of(parts), Attribute.of("axis", 0)));
  }

  /** A vector of one element as a scalar of another type. */
  Value scalar(Value vector) {
    return node("Squeeze", List.of(vector, constant(0)));
  }

  Value cast(Value value, ElementType type) {
    return type == ElementType.INT64
        ? value
        : node("Cast", List.of(value), Attribute.of("to", type.code()));
  }

  private Value value(SizePolynomial polynomial) {
    Value known = made.get(polynomial.toString());
    if (known == null) {
      known = compute(polynomial);
      made.put(polynomial.toString(), known);
    }
    return known;
  }

  private Value compute(SizePolynomial polynomial) {
    Value sum = null;
    for (int s = 0; s < polynomial.coefficients().size(); s++) {
      long coefficient = polynomial.coefficients().get(s);
      if (coefficient != 0) {
        Value term = product(polynomial, s, coefficient);
        sum = sum == null ? term : node("Add", List.of(sum, term));
      }
    }
    return sum == null ? constant(0) : sum;
  }

  private Value product(SizePolynomial polynomial, int s, long coefficient) {
    Value product = coefficient == 1 && s != 0 ? null : constant(coefficient);
    for (int i = 0; i < polynomial.symbols().size(); i++) {
      if ((s >> i & 1) == 1) {
        Value size = size(polynomial.symbols().get(i).name());
        product = product == null ? size : node("Mul", List.of(product, size));
      }
    }
    return product;
  }

  private Value size(String symbol) {
    Value known = made.get(symbol);
    if (known != null) {
      return known;
    }
    for (InputSpec input : inputs) {
      int axis = input.dims().indexOf(symbol);
      if (axis >= 0) {
        Value size =
            node(
                "Shape",
                List.of(new Value(input.name())),
                Attribute.of("start", axis),
                Attribute.of("end", axis + 1));
        made.put(symbol, size);
        return size;
      }
    }
    throw new IllegalStateException("no input has the symbol '%s'".formatted(symbol));
  }

  private Value constant(long number) {
    Value known = made.get(Long.toString(number));
    if (known == null) {
      known = graph.initializer("dim_const_" + count++, Tensors.longs(new long[] {number}, 1));
      made.put(Long.toString(number), known);
    }
    return known;
  }

  /** Named apart from the nodes of traces, which keep their names. */
  private Value node(String operator, List<Value> operands, Attribute... attributes) {
    String name = "dim_%s_%d".formatted(operator.toLowerCase(Locale.ROOT), count++);
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName(name);
    operands.forEach(operand -> node.addInput(operand.name()));
    for (Attribute attribute : attributes) {
      node.addAttribute(attribute.proto());
    }
    graph.add(node.addOutput(name).build());
    return new Value(name);
  }
}
