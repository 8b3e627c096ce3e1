package io.github.ideal4j.onnx.trace;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How to export.
 *
 * @param name the graph's name
 * @param outputs names of the outputs; empty for names that are made up
 * @param symbols those that are not {@link Symbol#free}
 * @param tolerance for the comparison with the block
 * @param comments whether each node tells its operation and place in the Java code
 * @param rewrites changes of the finished model before it is compared, in order: for example {@link
 *     io.github.ideal4j.onnx.graph.HalfPrecision}
 */
public record ExportOptions(
    String name,
    List<OutputSpec> outputs,
    List<Symbol> symbols,
    Tolerance tolerance,
    boolean comments,
    List<UnaryOperator<ModelProto>> rewrites) {

  /** Copies the lists. */
  public ExportOptions {
    outputs = List.copyOf(outputs);
    symbols = List.copyOf(symbols);
    rewrites = List.copyOf(rewrites);
  }

  /** Without rewrites. */
  public ExportOptions(
      String name,
      List<OutputSpec> outputs,
      List<Symbol> symbols,
      Tolerance tolerance,
      boolean comments) {
    this(name, outputs, symbols, tolerance, comments, List.of());
  }

  /** Free symbols, float32 tolerance, no comments, and these outputs. */
  public static ExportOptions named(String name, String... outputs) {
    return new ExportOptions(
        name,
        java.util.Arrays.stream(outputs).map(OutputSpec::of).toList(),
        List.of(),
        Tolerance.FLOAT32,
        false);
  }

  /** The same with other outputs. */
  public ExportOptions withOutputs(OutputSpec... newOutputs) {
    return new ExportOptions(name, List.of(newOutputs), symbols, tolerance, comments, rewrites);
  }

  /** The same with other symbols. */
  public ExportOptions withSymbols(Symbol... newSymbols) {
    return new ExportOptions(name, outputs, List.of(newSymbols), tolerance, comments, rewrites);
  }

  /** The same with another tolerance. */
  public ExportOptions withTolerance(Tolerance newTolerance) {
    return new ExportOptions(name, outputs, symbols, newTolerance, comments, rewrites);
  }

  /** The same with or without comments. */
  public ExportOptions withComments(boolean newComments) {
    return new ExportOptions(name, outputs, symbols, tolerance, newComments, rewrites);
  }

  /** The same with one more change of the finished model. */
  public ExportOptions withRewrite(UnaryOperator<ModelProto> rewrite) {
    List<UnaryOperator<ModelProto>> more = new ArrayList<>(rewrites);
    more.add(rewrite);
    return new ExportOptions(name, outputs, symbols, tolerance, comments, more);
  }

  Symbol symbol(String symbolName) {
    return symbols.stream()
        .filter(symbol -> symbol.name().equals(symbolName))
        .findFirst()
        .orElseGet(() -> Symbol.free(symbolName));
  }
}
