package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.onnx.trace.ExportOptions;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.onnx.trace.InputSpec;
import io.github.ideal4j.onnx.trace.OnnxExporter;
import io.github.ideal4j.torch.TorchEngine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Export compares the graph in ONNX Runtime with the block at sizes that were not traced. */
class GptPriorExportTest {

  private static final GptPriorConfig CONFIG =
      new GptPriorConfig(2, 32, 2, 64, 10, 3, 2, 3, 1e-5, 10000, GptPriorConfig.ClassRope.IDENTITY);

  private NDManager manager;
  private GptPrior prior;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    prior = GptPrior.create(CONFIG, 0.1, 1, manager);
    RandomWeights.addTo(prior.named(), 4);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aStepExportsWithItsCacheAsInputsAndOutputs() {
    GptPriorStep step = new GptPriorStep(prior);
    String[] outputs = step.outputNames().toArray(String[]::new);
    ExportedModel model =
        OnnxExporter.export(
            step, step.inputSpecs("batch", "past"), ExportOptions.named("step", outputs));
    assertThat(model.report().passed()).isTrue();
    assertThat(step.inputNames()).containsExactlyElementsOf(model.inputs());
  }

  @Test
  void theWholeSequenceExports() {
    List<InputSpec> inputs =
        List.of(
            InputSpec.longs("tokens", CONFIG.codebookSize(), "batch", CONFIG.tokens()),
            InputSpec.longs("labels", CONFIG.classes() + 1L, "batch"));
    ExportedModel model =
        OnnxExporter.export(prior, inputs, ExportOptions.named("prior", "logits"));
    assertThat(model.report().passed()).isTrue();
  }
}
