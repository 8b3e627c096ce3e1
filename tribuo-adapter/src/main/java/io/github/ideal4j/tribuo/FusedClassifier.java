package io.github.ideal4j.tribuo;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a bundle's encoder, the token features and a Tribuo model as one ONNX file: {@code images
 * uint8 [n, height, width, 3] -> label int64 [n], probabilities float32 [n, classes]}.
 *
 * <p>The file's metadata has the class names as a JSON list ({@value #CLASSES}), the tokenizer, the
 * features, and Tribuo's provenance of the model where Tribuo's own exports have it. Nothing is
 * written unless ONNX Runtime says what Tribuo says.
 */
public final class FusedClassifier {

  /** Metadata: a JSON list of class names; {@code label} is a place in it. */
  public static final String CLASSES = "ideal.classes";

  /**
   * Largest difference between probabilities that is taken: Tribuo sums in double precision, ONNX
   * Runtime sums thousands of products in single precision.
   */
  public static final double TOLERANCE = 1e-4;

  private FusedClassifier() {}

  /**
   * How a written file was checked.
   *
   * @param photographs how many both sides have classified alike
   * @param largestDifference between their probabilities
   */
  public record Check(int photographs, double largestDifference) {}

  /**
   * Writes the file, after both sides have agreed about some photographs.
   *
   * @param photographs at least one, of the bundle's image size
   * @param settings of the runtime that checks the file
   * @throws IllegalArgumentException if the classifier was trained on tokens of another tokenizer
   * @throws IOException if files cannot be read or written, or both sides disagree; nothing is
   *     written then
   */
  public static Check write(
      Bundle bundle,
      TokenClassifier classifier,
      List<RgbImage> photographs,
      SessionSettings settings,
      Path file)
      throws IOException {
    if (photographs.isEmpty()) {
      throw new IllegalArgumentException(
          "at least one photograph is needed to check the classifier");
    }
    classifier.requireOwnTokens(bundle.tokenizer(), "bundle " + bundle.folder());
    TokenizerInfo tokenizer = bundle.tokenizer();
    ModelProto encoder = ModelProto.parseFrom(Files.readAllBytes(bundle.file(BundleFiles.ENCODER)));
    ModelProto fused =
        FusedGraph.build(encoder, classifier, tokenizer.imageHeight(), tokenizer.imageWidth());
    Check[] check = new Check[1];
    AtomicFile.write(
        file,
        beside -> {
          Files.write(beside, fused.toByteArray());
          check[0] = check(bundle, classifier, photographs, settings, beside, file);
        });
    return check[0];
  }

  private static Check check(
      Bundle bundle,
      TokenClassifier classifier,
      List<RgbImage> photographs,
      SessionSettings settings,
      Path written,
      Path target)
      throws IOException {
    int[][] tokens;
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      tokens = tokenizer.encode(photographs);
    }
    ClassifiedImages fused;
    try (ClassifierSession session = ClassifierSession.open(written, settings)) {
      fused = session.classify(photographs);
    }
    double largest = 0;
    for (int i = 0; i < tokens.length; i++) {
      TokenizerInfo info = classifier.tokenizer();
      double[] expected =
          classifier.probabilities(new TokenGrid(info.rows(), info.columns(), tokens[i]));
      double difference = difference(expected, fused.probabilities()[i]);
      largest = Math.max(largest, difference);
      int label = LinearModel.argMax(expected);
      if (fused.labels()[i] != label || !(difference <= TOLERANCE)) {
        throw new IOException(
            "%s was not written: photograph %d is '%s' in ONNX Runtime and '%s' in Tribuo, with probabilities that differ by %.2e (at most %.0e is allowed)"
                .formatted(
                    target,
                    i,
                    classifier.classes().get(fused.labels()[i]),
                    classifier.classes().get(label),
                    difference,
                    TOLERANCE));
      }
    }
    return new Check(photographs.size(), largest);
  }

  private static double difference(double[] expected, float[] actual) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
    }
    return largest;
  }
}
