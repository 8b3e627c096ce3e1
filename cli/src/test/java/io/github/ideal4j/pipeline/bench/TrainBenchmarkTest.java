package io.github.ideal4j.pipeline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.cost.PriorCost;
import io.github.ideal4j.cost.TokenizerCost;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models of {@code ideal bench train}: their sizes are what the documentation says. */
class TrainBenchmarkTest {

  @ParameterizedTest
  @CsvSource({
    "TOKENIZER, 1023356",
    "PRIOR6, 5347328",
    "PRIOR12, 22033920",
    "TOKENIZER256, 48854288",
    "PRIORB, 86535168"
  })
  void everyModelHasItsSize(TrainBenchmark.Model model, long parameters) {
    Record config = model.config(List.of("training.steps=3"));
    long found =
        config instanceof TokenizerTrainingConfig tokenizer
            ? TokenizerCost.of(tokenizer, TokenizerCost.assumed(tokenizer)).trainable()
            : PriorCost.of((PriorTrainingConfig) config).trainable();
    assertThat(found).isEqualTo(parameters);
  }
}
