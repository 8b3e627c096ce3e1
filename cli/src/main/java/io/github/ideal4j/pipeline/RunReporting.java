package io.github.ideal4j.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.Report.Section;
import io.github.ideal4j.report.RunReport;
import io.github.ideal4j.tokenizer.TokenizerReport;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A run folder to its page. */
public final class RunReporting {

  private static final int SHOWN = 160;
  private static final String TOKENIZER = "tokenizer";

  private RunReporting() {}

  /**
   * What to show.
   *
   * @param run folder
   * @param photographs to reconstruct, if any; only a tokenizer's report has them
   * @param backbone that the tokenizer was trained with
   * @param asked whether photographs or backbone were asked for: what does not fit is an error
   *     then, and otherwise a remark on the page
   * @param threads of the processor
   */
  public record Request(
      Path run, Optional<Photographs> photographs, Path backbone, boolean asked, int threads) {}

  /** Writes the page and returns it. */
  public static Path run(Request request, Progress progress) throws IOException {
    RunFolder folder = RunFolder.open(request.run());
    boolean pictures =
        request.photographs().isPresent()
            && folder.provenance().kind().equals(TOKENIZER)
            && folder.newestCheckpoint().isPresent();
    return RunReport.write(folder, pictures ? pictures(request, progress) : List.of());
  }

  private static List<Section> pictures(Request request, Progress progress) throws IOException {
    TokenizerRun run = TokenizerRun.open(request.run());
    TorchEngine engine = TorchEngine.start(request.threads());
    try (NDManager manager = engine.newManager(Device.cpu());
        Progress.Stage stage = progress.start("Drawing pictures", 1, "report")) {
      Photographs.Loaded loaded =
          some(request.photographs().get()).load(run.config().model().imageSize());
      List<Section> sections =
          new TokenizerReport(run, request.backbone(), manager)
              .sections(
                  loaded.images().stream().map(image -> label(image)).toList(),
                  loaded.images().stream().map(LoadedImage::image).toList());
      stage.advance(1);
      return sections;
    } catch (IOException | IllegalArgumentException e) {
      if (request.asked()) {
        throw e;
      }
      return List.of(
          new Section(
              "Pictures",
              "",
              List.of(new Block.Notes("", List.of("Left out: %s".formatted(e.getMessage()))))));
    }
  }

  private static String label(LoadedImage image) {
    String label = image.entry().label();
    return label == null ? "" : label;
  }

  /** About as many as are shown, from all over the selection. */
  private static Photographs some(Photographs all) throws IOException {
    try (ImageSource source = ImageSource.open(all.source())) {
      int count = all.selection().of(source).size();
      int every = all.selection().every() * Math.max(1, (count + SHOWN - 1) / SHOWN);
      return new Photographs(all.source(), all.selection().withEvery(every), all.strict());
    }
  }
}
