package io.github.ideal4j.tribuo.fused;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.Subgraph;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a bundle's encoder, the token features and a Tribuo model as one ONNX file: {@code images
 * uint8 [n, height, width, 3] -> scores float32 [n, outputs]}, and for a classifier {@code label
 * int64 [n]}. Every model can be fused that Tribuo writes as ONNX.
 *
 * <p>The file's metadata has the names of the outputs as a JSON list ({@value #OUTPUTS}), their
 * kind ({@value #KIND}), the tokenizer, the features, and Tribuo's provenance of the model where
 * Tribuo's own exports have it. Nothing is written unless ONNX Runtime says what Tribuo says.
 */
public final class FusedClassifier {

  /** Metadata: a JSON list of names; {@code label} is a place in it. */
  public static final String OUTPUTS = "ideal.outputs";

  /** Metadata: {@code classification}, {@code regression} or {@code multi-label}. */
  public static final String KIND = "ideal.kind";

  /** Output: what Tribuo says about each name, probabilities if the model makes them. */
  public static final String SCORES = "scores";

  /** Output of classifiers: the place of the largest score. */
  public static final String LABEL = "label";

  /**
   * Largest difference between scores that is taken, relative to the largest score or 1: Tribuo
   * sums in double precision, ONNX Runtime in single precision.
   */
  public static final double TOLERANCE = 1e-5;

  private FusedClassifier() {}

  /**
   * How a written file was checked.
   *
   * @param photographs about how many both sides have said the same
   * @param largestDifference between their scores
   */
  public record Check(int photographs, double largestDifference) {}

  /**
   * Writes the file, after both sides have agreed about some photographs.
   *
   * @param photographs at least one, of the bundle's image size
   * @param settings of the runtime that checks the file
   * @throws IllegalArgumentException if the model was trained on tokens of another tokenizer, or is
   *     of a kind that cannot be fused
   * @throws IOException if files cannot be read or written, or both sides disagree; nothing is
   *     written then
   */
  public static Check write(
      Bundle bundle,
      TokenModel<?> model,
      List<RgbImage> photographs,
      SessionSettings settings,
      Path file)
      throws IOException {
    if (photographs.isEmpty()) {
      throw new IllegalArgumentException("at least one photograph is needed to check the file");
    }
    model.requireOwnTokens(bundle.tokenizer(), "bundle " + bundle.folder());
    ModelProto encoder = Subgraph.read(bundle.file(BundleFiles.ENCODER), "tokens");
    ModelProto fused = FusedGraph.build(encoder, model);
    Check[] check = new Check[1];
    AtomicFile.write(
        file,
        beside -> {
          Files.write(beside, fused.toByteArray());
          check[0] = check(bundle, model, photographs, settings, beside, file);
        });
    return check[0];
  }

  private static Check check(
      Bundle bundle,
      TokenModel<?> model,
      List<RgbImage> photographs,
      SessionSettings settings,
      Path written,
      Path target)
      throws IOException {
    int[][] tokens;
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      tokens = tokenizer.encode(photographs);
    }
    float[][] found;
    try (ClassifierSession session = ClassifierSession.open(written, settings)) {
      found = session.scores(photographs);
    }
    List<String> names = ModelOutputs.names(model.tribuo());
    TokenizerInfo grid = model.tokenizer();
    double largest = 0;
    for (int i = 0; i < tokens.length; i++) {
      double[] expected =
          ModelOutputs.scores(
              model.predict(new TokenGrid(grid.rows(), grid.columns(), tokens[i])), names);
      double allowed =
          TOLERANCE * Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
      double difference = difference(expected, found[i]);
      largest = Math.max(largest, difference);
      if (!(difference <= allowed)) {
        throw new IOException(
            "%s was not written: about photograph %d, ONNX Runtime and Tribuo differ by %.2e (at most %.0e is allowed)"
                .formatted(target, i, difference, allowed));
      }
      if (ModelOutputs.isClassification(model.tribuo())) {
        requireSameLabel(expected, found[i], allowed, names, i, target);
      }
    }
    return new Check(photographs.size(), largest);
  }

  /** Labels may differ only between classes whose scores are equal for single precision. */
  private static void requireSameLabel(
      double[] expected, float[] found, double allowed, List<String> names, int i, Path target)
      throws IOException {
    int ours = 0;
    int theirs = 0;
    for (int j = 1; j < expected.length; j++) {
      theirs = expected[j] > expected[theirs] ? j : theirs;
      ours = found[j] > found[ours] ? j : ours;
    }
    if (ours != theirs && expected[theirs] - expected[ours] > 2 * allowed) {
      throw new IOException(
          "%s was not written: photograph %d is '%s' in ONNX Runtime and '%s' in Tribuo"
              .formatted(target, i, names.get(ours), names.get(theirs)));
    }
  }

  private static double difference(double[] expected, float[] actual) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
    }
    return largest;
  }
}
