package io.github.ideal4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.TorchEngine;
import org.junit.jupiter.api.Test;

class RidgeRegressionTest {

  @Test
  void aLinearRuleIsFoundAndNoiseLeavesItsPower() {
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      TorchEngine.seed(3);
      NDArray weights = manager.randomUniform(-0.1f, 0.1f, new Shape(5, 4));
      RidgeRegression exact = new RidgeRegression(5, 4);
      RidgeRegression noisy = new RidgeRegression(5, 4);
      for (int batch = 0; batch < 4; batch++) {
        NDArray x = manager.randomNormal(new Shape(500, 5));
        NDArray y = x.matMul(weights).add(manager.full(new Shape(1), 0.5f));
        NDArray noise = manager.randomUniform(-0.1f, 0.1f, y.getShape());
        exact.add(x, y);
        noisy.add(x, y.add(noise));
      }
      exact.solve(manager);
      noisy.solve(manager);
      NDArray x = manager.randomNormal(new Shape(500, 5)).clip(-1, 1);
      NDArray y = x.matMul(weights).add(manager.full(new Shape(1), 0.5f));
      exact.measure(x, y);
      noisy.measure(x, y.add(manager.randomUniform(-0.1f, 0.1f, y.getShape())));
      assertThat(exact.psnr()).isGreaterThan(60);
      // Uniform noise of 0.1 has a variance of 0.01 / 3.
      assertThat(noisy.psnr()).isBetween(24.3, 25.2);
    }
  }
}
