package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.PictureBlock;
import io.github.ideal4j.report.Report.Section;
import io.github.ideal4j.report.RunReport;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerReportTest {

  private static final List<RgbImage> OTHERS = TinyPhotographs.of(20, TinyVit.INPUT_SIZE, 3);

  @TempDir private Path folder;
  private NDManager manager;
  private Path backbone;

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    backbone = TinyVit.write(folder.resolve("vit.safetensors"), 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private TokenizerRun trained(String... overrides) throws IOException {
    return TinyTokenizer.trained(folder, backbone, manager, OTHERS, overrides);
  }

  @Test
  void aTrainingLeavesItsPageAndPicturesOfItsValidations() throws IOException {
    TokenizerRun run = trained("training.steps=12", "training.validateEvery=6");
    assertThat(run.folder().samples())
        .isDirectoryContaining("glob:**/step-0000006.png")
        .isDirectoryContaining("glob:**/step-0000012.png")
        .isDirectoryContaining("glob:**/photographs.png");
    assertThat(Files.readString(run.folder().report()))
        .contains("data-running=\"\"")
        .contains("after 12 steps")
        .contains("Tokenizer: loss")
        .contains("./ideal train tokenizer");
  }

  @Test
  void attentionIsShownWhereTheFusionHasIt() throws IOException {
    TokenizerRun run = trained("training.steps=3", "model.fusion=ATTENTION", "model.fusionMlp=64");
    List<Section> sections =
        new TokenizerReport(run, backbone, manager)
            .sections(Collections.nCopies(OTHERS.size(), "disc"), OTHERS);
    assertThat(sections.stream().map(Section::title))
        .containsExactly(
            "Reconstructions",
            "Worst and best",
            "Codebook",
            "Token maps",
            "Attention of the fusion");
    assertThat(sections.get(4).blocks().get(0)).isInstanceOf(PictureBlock.Overlays.class);
    Path page = RunReport.write(run.folder(), sections);
    assertThat(page).content().contains("class=\"mark\"");
  }

  @Test
  void aLinearFusionSaysWhyThereIsNoAttention() throws IOException {
    TokenizerRun run = trained("training.steps=2", "model.fusion=LINEAR");
    Section section =
        new TokenizerReport(run, backbone, manager)
            .attention(Collections.nCopies(OTHERS.size(), ""), OTHERS);
    assertThat(((Block.Notes) section.blocks().get(0)).notes().get(0))
        .startsWith("Left out: the fusion of this tokenizer is linear");
  }
}
