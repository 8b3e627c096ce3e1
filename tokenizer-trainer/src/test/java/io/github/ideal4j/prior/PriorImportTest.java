package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("golden")
class PriorImportTest {

  private static final String TOKENIZER = "ab".repeat(32);

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static GoldenSet set(PriorArchitecture.Kind kind) {
    return GoldenSet.find(kind == PriorArchitecture.Kind.RAR ? "rar" : "llamagen");
  }

  private PriorRun importRun(PriorArchitecture.Kind kind, Path root) throws IOException {
    Path weights = set(kind).file("weights.safetensors");
    PriorTrainingConfig config =
        PriorImport.config(
            kind,
            set(kind).file("config.json"),
            weights,
            List.of("training.steps=3", "training.batch=4", "training.logEvery=1"));
    Prior prior = PriorImport.load(config, weights, manager);
    // Not in alphabetical order, as the classes of ImageNet are not.
    List<String> labels =
        IntStream.range(0, config.data().classes()).mapToObj(i -> "class " + (9 - i)).toList();
    return PriorImport.write(
        config,
        prior,
        Optional.of(labels),
        Optional.of(TOKENIZER),
        Map.of("weights", weights),
        root,
        manager);
  }

  private Path tokens(PriorData data) throws IOException {
    Path file = folder.resolve("tokens.arrow");
    TokenizerInfo tokenizer =
        new TokenizerInfo(
            "other", TOKENIZER, data.codebookSize(), data.rows(), data.columns(), 64, 64);
    SplittableRandom random = new SplittableRandom(1);
    try (TokenFileWriter writer =
        TokenFileWriter.create(
            file, TokenFileInfo.toWrite(tokenizer, "test", List.of(TokenColumn.LABEL)))) {
      for (int row = 0; row < 8; row++) {
        int[] grid =
            random.ints((long) data.rows() * data.columns(), 0, data.codebookSize()).toArray();
        writer.append(
            TokenRow.of(row, new TokenGrid(data.rows(), data.columns(), grid))
                .withLabel("class " + (8 + row % 2)));
      }
      writer.finish();
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource(PriorArchitecture.Kind.class)
  void anImportedPriorIsTrainedOnAndKeepsTheNumbersOfItsClasses(PriorArchitecture.Kind kind)
      throws IOException {
    Path root = folder.resolve("run");
    PriorRun imported = importRun(kind, root);
    float[] before = values(imported.load(manager));
    TrainingLoop.Result result =
        new PriorTrainer(imported.config(), manager, Progress.silent(), new StopSignal())
            .train(PriorSources.of(tokens(imported.config().data())), root, true);
    assertThat(result.steps()).isEqualTo(3);
    PriorRun trained = PriorRun.open(root);
    assertThat(trained.labels()).isEqualTo(imported.labels()).startsWith("class 9", "class 8");
    assertThat(values(trained.load(manager))).isNotEqualTo(before);
  }

  private static float[] values(Prior prior) {
    return prior.named().values().iterator().next().toFloatArray();
  }

  @Test
  void aFileOfSizesThatLacksOneIsRefusedByItsNames() throws IOException {
    Path sizes = folder.resolve("sizes.json");
    Files.writeString(sizes, "{\"dim\": 64, \"n_layer\": 3}");
    Path weights = set(PriorArchitecture.Kind.GPT).file("weights.safetensors");
    assertThatThrownBy(
            () -> PriorImport.config(PriorArchitecture.Kind.GPT, sizes, weights, List.of()))
        .hasMessageEndingWith(
            "'num_attention_heads' or 'n_head' must be a whole number, got nothing");
  }
}
