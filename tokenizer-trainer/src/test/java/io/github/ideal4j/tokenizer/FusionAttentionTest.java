package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FusionAttentionTest {

  // The fused kernel and ours add in another order.
  private static final float ROUNDING = 1e-5f;
  private static final int WIDTH = 8;
  private static final int HEADS = 2;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    Autograd.setRecording(false);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray random(long... shape) {
    return manager.randomNormal(new Shape(shape));
  }

  /** With values and output left as they are, the attention's result is the weights' mixture. */
  @Test
  void theWeightsAreThoseThatTheFusionMixesWith() {
    Weights weights = new Weights(manager, 5);
    Attention attention = new Attention(weights, "a", WIDTH, HEADS);
    NDArray projection = weights.all().get("a.in_proj_weight");
    NDArray identity = manager.eye(WIDTH);
    NDArray queriesAndKeys = projection.get("0:{}, :", 2 * WIDTH);
    TorchOps.copy(List.of(projection), List.of(queriesAndKeys.concat(identity, 0)));
    TorchOps.copy(List.of(weights.all().get("a.out_proj.weight")), List.of(identity));
    NDArray queries = random(1, 6, WIDTH);
    NDArray context = random(1, 6, WIDTH);

    float[] mixed = attention.cross(queries, context).toFloatArray(); // [1, 6, width]
    float[] shares = attention.weights(queries, context).toFloatArray(); // [1, heads, 6, 6]
    float[] values = context.toFloatArray();
    for (int query = 0; query < 6; query++) {
      for (int channel = 0; channel < WIDTH; channel++) {
        int head = channel / (WIDTH / HEADS);
        double sum = 0;
        for (int key = 0; key < 6; key++) {
          sum += shares[(head * 6 + query) * 6 + key] * values[key * WIDTH + channel];
        }
        assertThat(mixed[query * WIDTH + channel]).isCloseTo((float) sum, within(ROUNDING));
      }
    }
  }

  @Test
  void everyDeepTokenSharesOutOneWhole() {
    TokenizerConfig config =
        TinyTokenizer.config("model.fusion=ATTENTION", "model.fusionMlp=64").model();
    try (DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config, 1, manager)) {
      NDArray shallow = random(2, config.tokens(), config.width());
      NDArray deep = random(2, config.tokens(), config.width());
      NDArray attention = tokenizer.fusionAttention(shallow, deep).orElseThrow();
      assertThat(attention.getShape())
          .isEqualTo(new Shape(2, config.fusionHeads(), config.tokens(), config.tokens()));
      for (float sum : attention.sum(new int[] {3}).toFloatArray()) {
        assertThat(sum).isCloseTo(1, within(ROUNDING));
      }
    }
  }

  @Test
  void aLinearFusionChoosesNothing() {
    TokenizerConfig config = TinyTokenizer.config("model.fusion=LINEAR").model();
    try (DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config, 1, manager)) {
      NDArray tokens = random(1, config.tokens(), config.width());
      assertThat(tokenizer.fusionAttention(tokens, tokens)).isEmpty();
    }
  }
}
