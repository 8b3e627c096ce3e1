package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.report.PngFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A token file to pictures. */
public final class Detokenizing {

  private static final int BATCH = 16;

  private Detokenizing() {}

  /**
   * What to decode.
   *
   * @param bundle folder of the tokenizer that made the tokens
   * @param tokens file or folder
   * @param from first row
   * @param to row after the last; negative for all
   * @param out folder of the pictures
   * @param settings of the runtime
   */
  public record Request(
      Path bundle, Path tokens, long from, long to, Path out, SessionSettings settings) {}

  /**
   * What was written.
   *
   * @param out folder
   * @param images how many pictures
   */
  public record Result(Path out, long images) {

    /** The result in words. */
    public String text() {
      return "%,d pictures: %s".formatted(images, out);
    }
  }

  /** Decodes rows; row 7 becomes {@code 0000007.png}. */
  public static Result run(Request request, Progress progress) throws IOException {
    Bundle bundle = Bundle.open(request.bundle());
    try (TokenDataset tokens = TokenDataset.open(request.tokens());
        ImageTokenizer tokenizer = ImageTokenizer.open(bundle, request.settings())) {
      bundle.requireOwnTokens(tokens.info().tokenizer(), request.tokens().toString());
      long to = request.to() < 0 ? tokens.size() : request.to();
      if (request.from() < 0 || request.from() > to || to > tokens.size()) {
        throw new IllegalArgumentException(
            "rows %d:%d are not in %s, which has rows 0:%d"
                .formatted(request.from(), to, request.tokens(), tokens.size()));
      }
      try (Progress.Stage stage = progress.start("Decoding", to - request.from(), "images")) {
        for (long start = request.from(); start < to; start += BATCH) {
          int[][] grids = new int[(int) Math.min(BATCH, to - start)][];
          for (int i = 0; i < grids.length; i++) {
            grids[i] = tokens.grid(start + i).indices();
          }
          List<RgbImage> images = tokenizer.decode(grids).images();
          for (int i = 0; i < grids.length; i++) {
            PngFile.write(images.get(i), request.out().resolve("%07d.png".formatted(start + i)));
          }
          stage.advance(grids.length);
        }
      }
      return new Result(request.out(), to - request.from());
    }
  }
}
