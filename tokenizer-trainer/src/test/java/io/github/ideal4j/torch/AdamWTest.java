package io.github.ideal4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTest {

  private static final AdamW.Settings PLAIN = new AdamW.Settings(0.9, 0.999, 1e-8, 0, 0);

  private final NDManager manager = TorchEngine.start(1).newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray parameter() {
    NDArray parameter = manager.full(new Shape(3), 1f);
    parameter.setRequiresGradient(true);
    return parameter;
  }

  private static void backward(NDArray parameter, double slope) {
    Autograd.setRecording(true);
    Autograd.backward(TorchOps.scale(parameter, slope).sum());
    Autograd.setRecording(false);
  }

  private static float[] gradient(NDArray parameter) {
    try (NDArray gradient = Autograd.gradient(parameter)) {
      return gradient == null ? null : gradient.toFloatArray();
    }
  }

  @Test
  void aStepForgetsTheGradientAndTheNextOnesAddUp() {
    NDArray parameter = parameter();
    parameter.setName("p");
    try (AdamW optimizer = new AdamW(PLAIN, manager)) {
      optimizer.add("p", parameter, false);
      backward(parameter, 2);
      optimizer.step(0.5);
      assertThat(gradient(parameter)).isNull();
      assertThat(parameter.toFloatArray()).containsOnly(0.5f);
      assertThat(parameter.hasGradient()).isTrue();
      assertThat(parameter.getName()).isEqualTo("p");
      backward(parameter, 2);
      backward(parameter, 3);
      assertThat(gradient(parameter)).containsOnly(5f);
    }
  }

  @Test
  void stepsLeaveNoArraysBehind() {
    NDArray parameter = parameter();
    try (AdamW optimizer = new AdamW(PLAIN, manager)) {
      optimizer.add("p", parameter, true);
      int after = 0;
      for (int step = 0; step < 20; step++) {
        try (NDManager own = manager.newSubManager()) {
          parameter.tempAttach(own);
          backward(parameter, step);
          parameter.attach(manager);
          optimizer.step(0.1);
        }
        if (step == 2) {
          after = ((PtNDManager) manager).getManagedArrays().size();
        }
      }
      assertThat(((PtNDManager) manager).getManagedArrays()).hasSize(after);
    }
  }

  @Test
  void aResumedOptimizerMovesWhatAStepLeavesOutAsAnUninterruptedOneDoes() {
    NDArray whole = parameter();
    NDArray resumed = parameter();
    try (AdamW first = new AdamW(PLAIN, manager);
        AdamW second = new AdamW(PLAIN, manager)) {
      first.add("p", whole, false);
      second.add("p", resumed, false);
      backward(whole, 2);
      first.step(0.5);
      TorchOps.copy(List.of(resumed), List.of(whole));
      Map<String, NDArray> state = first.state();
      second.state().forEach((name, to) -> TorchOps.copy(List.of(to), List.of(state.get(name))));

      first.step(0.5); // no gradient: the mean of those before still moves it
      second.step(0.5);

      assertThat(whole.toFloatArray()).doesNotContain(0.5f);
      assertThat(resumed.toFloatArray()).containsExactly(whole.toFloatArray());
    }
  }

  @Test
  void aParameterThatNoGradientHasReachedStays() {
    NDArray parameter = parameter();
    try (AdamW optimizer = new AdamW(new AdamW.Settings(0.9, 0.999, 1e-8, 0.1, 0), manager)) {
      optimizer.add("p", parameter, true);
      optimizer.step(0.5);
      assertThat(parameter.toFloatArray()).containsOnly(1f);
      assertThat(optimizer.state().get("p.count").getFloat()).isZero();
    }
  }
}
