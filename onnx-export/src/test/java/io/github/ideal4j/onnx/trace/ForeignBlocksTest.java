package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2dTranspose;
import ai.djl.nn.core.Prelu;
import ai.djl.training.initializer.NormalInitializer;
import io.github.ideal4j.onnx.graph.OnnxFile;
import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Blocks that nobody here wrote, with random weights, equal in ONNX Runtime at sizes that were not
 * traced. {@code -Dideal.update=true} renews {@code BLOCKS.md}.
 */
class ForeignBlocksTest {

  private static final Path TABLE = Path.of("BLOCKS.md");
  private static final long CHECKED_BYTES = 20 << 20;
  private static final Tolerance RELATIVE = new Tolerance(0, 1e-5, 0);

  private final List<String> lines = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  @TempDir Path folder;

  @BeforeAll
  static void soundConvolutions() {
    PlainConvolutions.choose();
    Engine.getInstance().setRandomSeed(7);
  }

  @TestFactory
  List<DynamicTest> everyBlockEqualsItsGraph() {
    List<DynamicTest> tests = new ArrayList<>();
    for (ForeignBlocks.Case test : ForeignBlocks.all()) {
      tests.add(dynamicTest(test.name(), () -> lines.add(export(test))));
    }
    tests.add(dynamicTest("the ONNX checker accepts them all", this::checkerAccepts));
    tests.add(dynamicTest("the list is complete", this::listIsComplete));
    return tests;
  }

  private String export(ForeignBlocks.Case test) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block block = test.make().apply(manager);
      block.initialize(manager, DataType.FLOAT32, test.shapes());
      randomize(block, manager);
      ExportedModel model =
          OnnxExporter.export(
              block,
              test.inputs(),
              ExportOptions.named("block")
                  .withTolerance(RELATIVE)
                  .withSymbols(test.symbols().toArray(Symbol[]::new)));
      assertThat(model.report().passed()).isTrue();
      Path file = folder.resolve("block-%03d.onnx".formatted(files.size()));
      // The large ones have nothing that the others do not have.
      if (OnnxFile.weightBytes(model.model()) < CHECKED_BYTES) {
        model.write(file);
        files.add(file);
      }
      return line(test, model);
    }
  }

  /** Statistics of a norm must not be those that do nothing. */
  private static void randomize(Block block, NDManager manager) {
    for (Parameter parameter : block.getParameters().values()) {
      NDArray array = parameter.getArray();
      switch (parameter.getType()) {
        case GAMMA, RUNNING_VAR ->
            array.set(manager.randomUniform(0.8f, 1.2f, array.getShape()).toByteBuffer());
        case BETA, RUNNING_MEAN, BIAS ->
            array.set(
                manager.randomNormal(0, 0.1f, array.getShape(), DataType.FLOAT32).toByteBuffer());
        default -> {}
      }
    }
  }

  private static String line(ForeignBlocks.Case test, ExportedModel model) {
    String inputs =
        test.inputs().stream()
            .map(
                spec ->
                    spec.dims().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(", ", "[", "]")))
            .collect(Collectors.joining(" "));
    String sizes =
        model.report().comparisons().stream()
            .map(comparison -> comparison.sizes().values().toString())
            .distinct()
            .collect(Collectors.joining(" "));
    double worst =
        model.report().comparisons().stream()
            .mapToDouble(c -> c.maxValue() == 0 ? 0 : c.maxDifference() / c.maxValue())
            .max()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %d | %.1e |",
        test.name(),
        inputs,
        sizes,
        model.model().getGraph().getNodeCount(),
        worst);
  }

  private void checkerAccepts() throws IOException {
    List<Object> call = new ArrayList<>(List.of("src/test/resources/peer/check.py"));
    call.addAll(files);
    String output = Peer.python("onnx").run(call.toArray());
    assertThat(output.lines())
        .hasSameSizeAs(files)
        .allSatisfy(line -> assertThat(line).contains(" 0 without shape []"));
  }

  private void listIsComplete() throws IOException {
    if (Boolean.getBoolean("ideal.update")) {
      Files.writeString(TABLE, HEAD + String.join("\n", lines) + "\n" + TAIL);
    }
    String text = Files.readString(TABLE);
    assertThat(lines).hasSize(ForeignBlocks.all().size());
    for (String line : lines) {
      assertThat(text).contains(line.substring(0, line.indexOf('|', 2)));
    }
  }

  private static final String HEAD =
      """
      # Blocks of DJL that can be exported

      Written by `ForeignBlocksTest`; renew it with `-Dideal.update=true`. Weights are random. Each
      graph was traced at two sizes of every symbol and at a probe, and compared in ONNX Runtime with
      the block at other sizes; the difference is the largest one, as a part of the largest value.

      | block | inputs | compared at | nodes | difference |
      |---|---|---|---|---|
      """;

  private static final String TAIL =
      """

      ## Those that cannot

      | block | reason |
      |---|---|
      | `Conv1dTranspose`, `Conv2dTranspose` | DJL's PyTorch engine does not implement `deconvolution`; call TorchScript and wrap it in `Tracing.custom` |
      | `Prelu` | DJL's PyTorch engine does not implement `prelu`; use `maximum` and `minimum` |
      | `lpPool3dBlock`, `globalLpPool3dBlock` | the engine has no three-dimensional power pooling |
      | recurrent blocks of two directions with biases | DJL hands its parameters to the engine in an order that it does not take |
      | pools that round up while averaging | ONNX and PyTorch divide border windows differently |
      | `EncoderDecoder` | DJL does not implement its prediction |
      | `BertBlock` and its heads for one text | its `squeeze()` takes the batch away, too: at least two texts |
      """;

  @Test
  void blocksThatTheEngineLacksAreRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block turned =
          Conv2dTranspose.builder().setKernelShape(new Shape(2, 2)).setFilters(3).build();
      assertRefused(manager, turned, "deconvolution", "batch", 4, 5, 6);
      assertRefused(manager, new Prelu(), "prelu", "batch", 4);
    }
  }

  private static void assertRefused(
      NDManager manager, Block block, String operation, Object... dims) {
    long[] sizes = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      sizes[i] = dims[i] instanceof Integer size ? size : 1;
    }
    block.setInitializer(new NormalInitializer(), Parameter.Type.WEIGHT);
    block.initialize(manager, DataType.FLOAT32, new Shape(sizes));
    assertThatThrownBy(
            () ->
                OnnxExporter.export(
                    block, List.of(InputSpec.floats("x", dims)), ExportOptions.named("block")))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining(operation)
        .hasMessageContaining("in block " + block.getClass().getSimpleName());
  }
}
