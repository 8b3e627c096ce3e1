package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.training.Configs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandsTest {

  @TempDir Path folder;

  private static String run(String words) {
    return Outcome.run((Object[]) words.split(" ")).with(0).out();
  }

  /** What is printed can be kept in a file and trained with. */
  @Test
  void aDryRunPrintsAConfigurationAndItsCosts() throws IOException {
    String said = run("train tokenizer --preset ideal-384 --set training.batch=64 --dry-run");
    assertThat(said)
        .contains("# trainable     97.8 M")
        .contains("does not fit into 80 GB; training.batch=16 training.accumulate=4")
        .containsPattern("# time +250,000 steps of 64 images, .* days on one H100");
    Path file = Files.writeString(folder.resolve("config.yaml"), said);
    assertThat(Configs.read(file, TokenizerTrainingConfig.class))
        .isEqualTo(TokenizerTrainingConfig.PRESETS.load("ideal-384", List.of("training.batch=64")));
  }

  @Test
  void aDryRunSpeaksToMachines() throws IOException {
    JsonNode said = new ObjectMapper().readTree(run("train prior --preset l --dry-run --json"));
    assertThat(said.get("trainable").asLong()).isEqualTo(342_910_976L);
    assertThat(said.get("stepFlop").asDouble()).isEqualTo(3 * said.get("forwardFlop").asDouble());
    assertThat(said.at("/memory/optimizer").asLong()).isEqualTo(8 * 342_910_976L);
    assertThat(said.at("/config/data/codebookSize").asInt()).isEqualTo(16_384);
  }

  /** Photographs are read from their archive while it trains, and cut out anywhere. */
  @Test
  void aTrainingReadsPhotographsAsItGoes() throws IOException {
    String said =
        run(
            "train tokenizer --every 150 --validation-every 150 --threads 1"
                + " --set training.steps=2 --set training.batch=2 --set data.cacheFeatures=false"
                + " --set data.smallestCrop=0.8 --set data.standardizeFrom=2"
                + " --set data.validateOn=2 --set model.codebook.size=32 --set loss.lpips=0"
                + " --set model.codebook.kmeansIterations=1 --feature-cache "
                + folder.resolve("features")
                + " --out "
                + folder.resolve("run"));
    assertThat(said).contains("2 steps on ").contains("ideal export");
    assertThat(folder.resolve("run/checkpoints/step-0000002/ema.safetensors")).exists();
  }

  /** The measurement itself, on as little as it takes; its numbers mean nothing here. */
  @Test
  void theBenchmarkOfTrainingSaysWhereTheTimeGoes() {
    assertThat(
            run(
                "bench train --models prior6 --steps 1 --rounds 1 --threads 1 --device cpu"
                    + " --bfloat16"))
        .contains("on the CPU (as asked), bfloat16, libtorch")
        .contains("prior6: ")
        .contains("parameters, batch 8")
        .containsPattern("backward +[0-9.]+ %")
        .containsPattern("optimizer +[0-9.]+ %")
        .containsPattern("averages +[0-9.]+ %")
        .containsPattern("memory +[0-9]+ MB after 1 steps")
        .doesNotContain("prior12: ", "tokenizer: ");
  }
}
