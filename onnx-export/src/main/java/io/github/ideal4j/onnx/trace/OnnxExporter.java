package io.github.ideal4j.onnx.trace;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.ideal4j.onnx.graph.ComposedOperators;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Exports DJL blocks to ONNX.
 *
 * <p>The block's own forward pass runs on recording proxies, at two sizes of each symbol and once
 * more at probe sizes. What differs between these runs becomes a computation on the sizes of the
 * inputs. The finished graph is run in ONNX Runtime at sizes that were not traced, and compared
 * with the block: a graph that differs is never returned. Parameters must be initialized; they keep
 * their names. The block runs with {@code training=false} and is not changed.
 *
 * <pre>{@code
 * ExportedModel model =
 *     OnnxExporter.export(
 *         block,
 *         List.of(InputSpec.floats("pixels", "batch", 3, 64, 64)),
 *         ExportOptions.named("classifier", "logits"));
 * model.write(Path.of("classifier.onnx"));
 * }</pre>
 */
public final class OnnxExporter {

  private static final long SEED = 10;

  private OnnxExporter() {}

  /**
   * Exports a block.
   *
   * @param block an initialized block
   * @param inputs its inputs in order
   * @param options names, sizes to trace, tolerance
   * @throws ExportException if something in the block has no ONNX form or the graph differs from it
   */
  public static ExportedModel export(Block block, List<InputSpec> inputs, ExportOptions options) {
    List<Symbol> symbols =
        inputs.stream()
            .flatMap(spec -> spec.dims().stream())
            .filter(String.class::isInstance)
            .distinct()
            .map(name -> options.symbol((String) name))
            .toList();
    try (NDManager manager = manager(block)) {
      return new OnnxExporter.Run(block, manager, List.copyOf(inputs), options, symbols).run();
    }
  }

  /** Where the parameters are; without any, the processor, whatever DJL would choose. */
  private static NDManager manager(Block block) {
    Device device = Device.cpu();
    for (Parameter parameter : block.getParameters().values()) {
      if (!parameter.isInitialized()) {
        throw new ExportException(
            "parameter '%s' has no values; initialize or load the block first"
                .formatted(parameter.getName()));
      }
      device = parameter.getArray().getDevice();
    }
    return NDManager.newBaseManager(device);
  }

  /** One export. */
  private record Run(
      Block block,
      NDManager manager,
      List<InputSpec> inputs,
      ExportOptions options,
      List<Symbol> symbols) {

    ExportedModel run() {
      List<Trace> traces = new ArrayList<>();
      List<List<NDArray>> results = new ArrayList<>();
      BlockPath.root(block);
      try {
        for (Map<String, Long> sizes : allSizes()) {
          Trace trace = new Trace(block, manager);
          traces.add(trace);
          results.add(trace(trace, SampleInputs.draw(inputs, sizes, SEED)));
        }
      } finally {
        BlockPath.root(null);
      }
      ModelProto model =
          new Unifier(new Traces(symbols, traces, results), inputs, options).unify().toModel();
      model = new ComposedOperators(name -> rank(traces.get(0), name)).apply(model);
      for (UnaryOperator<ModelProto> rewrite : options.rewrites()) {
        model = rewrite.apply(model);
      }
      VerificationReport report = verify(model, traces.get(0));
      List<String> outputs =
          model.getGraph().getOutputList().stream().map(output -> output.getName()).toList();
      return new ExportedModel(
          model, inputs.stream().map(InputSpec::name).toList(), outputs, report);
    }

    private static OptionalInt rank(Trace trace, String name) {
      Shape shape = trace.shapes().get(name);
      return shape == null ? OptionalInt.empty() : OptionalInt.of(shape.dimension());
    }

    /** Corners in bit order, then the probe. */
    private List<Map<String, Long>> allSizes() {
      List<Map<String, Long>> all = new ArrayList<>();
      for (int corner = 0; corner < 1 << symbols.size(); corner++) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (int i = 0; i < symbols.size(); i++) {
          Symbol symbol = symbols.get(i);
          sizes.put(symbol.name(), (corner >> i & 1) == 1 ? symbol.high() : symbol.low());
        }
        all.add(sizes);
      }
      if (!symbols.isEmpty()) {
        Map<String, Long> probe = new LinkedHashMap<>();
        symbols.forEach(symbol -> probe.put(symbol.name(), symbol.probe()));
        all.add(probe);
      }
      return all;
    }

    private List<NDArray> trace(Trace trace, SampleInputs sample) {
      NDList plain = sample.arrays(trace.plainManager());
      NDList traced = new NDList();
      for (int i = 0; i < inputs.size(); i++) {
        NDArray array = trace.input(inputs.get(i), plain.get(i));
        traced.add(array);
      }
      List<NDArray> results = new ArrayList<>();
      for (NDArray result : block.forward(new TracingParameterStore(trace), traced, false)) {
        if (!Tracing.isTraced(result)) {
          throw new ExportException(
              "the block returns a plain array of shape %s that does not depend on its inputs"
                  .formatted(result.getShape()));
        }
        results.add(result);
      }
      return results;
    }

    private VerificationReport verify(ModelProto model, Trace first) {
      VerificationReport report;
      try (OrtRun run = new OrtRun(model)) {
        report = new Verifier(block, manager, inputs, options.tolerance()).compare(run, symbols);
      }
      if (!report.passed()) {
        Map<String, Long> sizes = allSizes().get(0);
        String cause =
            FirstDifference.find(
                first, SampleInputs.draw(inputs, sizes, SEED), options.tolerance());
        throw new ExportException(
            "graph '%s' differs from its block: %s; %s"
                .formatted(options.name(), worst(report), cause));
      }
      return report;
    }

    private static String worst(VerificationReport report) {
      return report.comparisons().stream()
          .filter(comparison -> !comparison.passed())
          .findFirst()
          .map(Object::toString)
          .orElse("");
    }
  }
}
