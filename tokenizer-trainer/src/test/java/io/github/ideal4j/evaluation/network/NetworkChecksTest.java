package io.github.ideal4j.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.ProjectFiles;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NetworkChecksTest {

  @Test
  void everyNetworkComputesWhatIsKnown() throws IOException {
    NetworkChecks.Weights weights =
        new NetworkChecks.Weights(
            ProjectFiles.find("models/evaluation/inception_2015_12_05_to_mixed8.safetensors"),
            ProjectFiles.find("models/evaluation/vqvae_f4_k512_d128.safetensors"),
            ProjectFiles.find("models/evaluation/taef2_f8_c32.safetensors"));
    try (NDManager manager = TorchEngine.start(2).newManager(Device.cpu())) {
      assertThat(NetworkChecks.run(weights, manager))
          .hasSize(12)
          .allSatisfy(check -> assertThat(check.passed()).as(check.toString()).isTrue());
    }
  }

  @Test
  void whatIsNotANumberDoesNotPass() {
    assertThat(new NetworkCheck("x", 0, Double.NaN, 1).passed()).isFalse();
    assertThat(new NetworkCheck("x", 1, 1.5, 0.5).passed()).isTrue();
    assertThat(new NetworkCheck("x", 1, 1.6, 0.5).passed()).isFalse();
    assertThatThrownBy(() -> new NetworkCheck("x", 1, 1, -1)).hasMessageContaining("-1");
  }

  /** The numbers that the C++ standard gives for its default seed. */
  @Test
  void theGeneratorIsTheOriginal() {
    MersenneTwister random = new MersenneTwister(5489);
    assertThat(Integer.toUnsignedLong(random.next())).isEqualTo(3_499_211_612L);
    for (int i = 2; i < 10_000; i++) {
      random.next();
    }
    assertThat(Integer.toUnsignedLong(random.next())).isEqualTo(4_123_659_995L);
  }
}
