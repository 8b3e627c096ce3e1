package io.github.ideal4j.onnx.trace;

import java.util.List;

/**
 * How to export.
 *
 * @param name the graph's name
 * @param outputs names of the outputs; empty for names that are made up
 * @param symbols those that are not {@link Symbol#free}
 * @param tolerance for the comparison with the block
 * @param comments whether each node tells its operation and place in the Java code
 */
public record ExportOptions(
    String name,
    List<OutputSpec> outputs,
    List<Symbol> symbols,
    Tolerance tolerance,
    boolean comments) {

  /** Copies the lists. */
  public ExportOptions {
    outputs = List.copyOf(outputs);
    symbols = List.copyOf(symbols);
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
    return new ExportOptions(name, List.of(newOutputs), symbols, tolerance, comments);
  }

  /** The same with other symbols. */
  public ExportOptions withSymbols(Symbol... newSymbols) {
    return new ExportOptions(name, outputs, List.of(newSymbols), tolerance, comments);
  }

  /** The same with another tolerance. */
  public ExportOptions withTolerance(Tolerance newTolerance) {
    return new ExportOptions(name, outputs, symbols, newTolerance, comments);
  }

  /** The same with or without comments. */
  public ExportOptions withComments(boolean newComments) {
    return new ExportOptions(name, outputs, symbols, tolerance, newComments);
  }

  Symbol symbol(String symbolName) {
    return symbols.stream()
        .filter(symbol -> symbol.name().equals(symbolName))
        .findFirst()
        .orElseGet(() -> Symbol.free(symbolName));
  }
}
