package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.torch.LinearForm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AblateCommandTest {

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private String run(int expected, String variants) {
    List<String> words = new ArrayList<>(List.of("ablate", "--every", "200"));
    words.addAll(List.of("--validation-every", "200", "--seeds", "0,1", "--threads", "1"));
    for (String value :
        List.of(
            "training.steps=2",
            "training.batch=2",
            "model.codebook.size=32",
            "model.codebook.kmeansIterations=1",
            "data.mirror=false",
            "data.validateOn=2")) {
      words.addAll(List.of("--set", value));
    }
    words.addAll(List.of("--feature-cache", folder.resolve("features").toString()));
    words.addAll(List.of("--out", folder.resolve("out").toString(), "--variants", variants));
    StringWriter said = new StringWriter();
    int code =
        IdealCommand.execute(
            new PrintWriter(said, true), new PrintWriter(err, true), words.toArray(new String[0]));
    assertThat(code).as("%s%n%s", said, err).isEqualTo(expected);
    return said.toString();
  }

  @Test
  void variantsAndSeedsMakeATableAndAreNotTrainedTwice() throws Exception {
    assertThat(run(0, "linear-fusion,narrow:model.codebook.dim=4"))
        .contains("PSNR, dB ↑", "linear-fusion", "narrow", "over 2 seeds");
    Path table = folder.resolve("out/runs.csv");
    List<String> lines = Files.readAllLines(table);
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).startsWith("variant,seed,steps,seconds,psnr,ssim,lpips,deep,shallow");
    assertThat(lines.get(1)).startsWith("linear-fusion,0,2,").doesNotContain("NaN");
    assertThat(lines.get(4)).startsWith("narrow,1,2,").isNotEqualTo(lines.get(3));
    assertThat(Files.readString(folder.resolve("out/report.html")))
        .contains("LPIPS", "from worst to best", "narrow");

    Path last = folder.resolve("out/narrow-1/checkpoints/step-0000002/state.json");
    FileTime before = Files.getLastModifiedTime(last);
    run(0, "linear-fusion,narrow:model.codebook.dim=4");
    assertThat(Files.readAllLines(table)).isEqualTo(lines);
    assertThat(Files.getLastModifiedTime(last)).isEqualTo(before);
  }

  @Test
  void aLaterProcessComputesLinearLayersAsTheFirstDid() throws Exception {
    run(0, "linear-fusion");
    LinearForm first = LinearForm.chosen();
    LinearForm other = first == LinearForm.PRODUCT ? LinearForm.CONVOLUTION : LinearForm.PRODUCT;
    LinearForm.use(other); // as if another process had found it faster
    try {
      run(0, "narrow:model.codebook.dim=4,linear-fusion");
    } finally {
      LinearForm.use(first);
    }
    assertThat(folder.resolve("out/narrow-0/provenance.json"))
        .content()
        .contains("\"linear layers\" : \"%s\"".formatted(first.name().toLowerCase(Locale.ROOT)));
  }

  @Test
  void anUnknownVariantIsRefusedBeforeAnythingIsTrained() {
    run(1, "full,no-attention");
    assertThat(err.toString())
        .contains("unknown variant 'no-attention'")
        .contains("full, no-shallow, skip-fusion, linear-fusion, no-fusion, no-alignment");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
