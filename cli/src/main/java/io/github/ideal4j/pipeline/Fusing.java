package io.github.ideal4j.pipeline;

import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.fused.FusedClassifier;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A bundle and a classifier to one file. */
public final class Fusing {

  private static final int CHECKED = 400;

  private Fusing() {}

  /**
   * What to fuse.
   *
   * @param bundle folder
   * @param model of Tribuo
   * @param photographs to check on
   * @param settings of the runtime that checks the file
   * @param out the file
   */
  public record Request(
      Path bundle, Path model, Photographs photographs, SessionSettings settings, Path out) {}

  /**
   * What was written.
   *
   * @param out the file
   * @param photographs that both sides classified alike
   * @param largestDifference of their scores
   */
  public record Result(Path out, int photographs, double largestDifference) {

    /** The result in words. */
    public String text() {
      return "equal on %d photographs, scores within %.1e: %s"
          .formatted(photographs, largestDifference, out);
    }
  }

  /** Fuses and checks; nothing is written where the labels differ. */
  public static Result run(Request request) throws IOException {
    Bundle bundle = Bundle.open(request.bundle());
    TokenModel<?> model = TokenModel.load(request.model(), Optional.of(request.bundle()));
    List<RgbImage> photographs =
        some(request.photographs()).load(bundle.description().image().height()).images().stream()
            .map(LoadedImage::image)
            .limit(CHECKED)
            .toList();
    FusedClassifier.Check check =
        FusedClassifier.write(bundle, model, photographs, request.settings(), request.out());
    return new Result(request.out(), check.photographs(), check.largestDifference());
  }

  /** About as many as are checked, from all over the selection. */
  private static Photographs some(Photographs all) throws IOException {
    try (ImageSource source = ImageSource.open(all.source())) {
      int count = all.selection().of(source).size();
      int every = all.selection().every() * Math.max(1, count / CHECKED);
      return new Photographs(all.source(), all.selection().withEvery(every), all.strict());
    }
  }
}
