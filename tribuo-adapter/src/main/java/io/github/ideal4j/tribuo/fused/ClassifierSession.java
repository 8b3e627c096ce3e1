package io.github.ideal4j.tribuo.fused;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of {@link FusedClassifier} in ONNX Runtime: photographs in, scores out. Safe for use by
 * several threads; closing waits for runs.
 */
public final class ClassifierSession implements AutoCloseable {

  private static final int BATCH = 16;
  private static final String IMAGES = "images";

  private final Path file;
  private final OrtModel model;
  private final List<String> outputs;
  private final String kind;
  private final int height;
  private final int width;

  private ClassifierSession(Path file, OrtModel model) throws IOException {
    this.file = file;
    this.model = model;
    Map<String, String> metadata = model.metadata();
    kind = metadata.getOrDefault(FusedClassifier.KIND, "");
    if (kind.isEmpty()) {
      throw new IOException(
          "%s is no fused classifier: it has no metadata '%s'"
              .formatted(file, FusedClassifier.KIND));
    }
    boolean labels = kind.equals("classification");
    model.require(
        Set.of(IMAGES),
        labels
            ? Set.of(FusedClassifier.SCORES, FusedClassifier.LABEL)
            : Set.of(FusedClassifier.SCORES));
    outputs = names(file, metadata);
    long[] shape = model.shape(IMAGES);
    height = Math.toIntExact(shape[1]);
    width = Math.toIntExact(shape[2]);
  }

  private static List<String> names(Path file, Map<String, String> metadata) throws IOException {
    String json = metadata.getOrDefault(FusedClassifier.OUTPUTS, "nothing");
    try {
      return List.copyOf(new ObjectMapper().readValue(json, new TypeReference<List<String>>() {}));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s: metadata '%s' is '%s' instead of a JSON list of names"
              .formatted(file, FusedClassifier.OUTPUTS, json),
          e);
    }
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is no fused classifier or cannot run with these settings
   */
  public static ClassifierSession open(Path file, SessionSettings settings) throws IOException {
    OrtModel model = OrtModel.ofTransformer(file, settings);
    try {
      return new ClassifierSession(file, model);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Names of the classes, dimensions or labels, in the order of the scores. */
  public List<String> outputs() {
    return outputs;
  }

  /** {@code classification}, {@code regression} or {@code multi-label}. */
  public String kind() {
    return kind;
  }

  /** Height of the images that are taken. */
  public int imageHeight() {
    return height;
  }

  /** Width of the images that are taken. */
  public int imageWidth() {
    return width;
  }

  /**
   * Classifies images.
   *
   * @param images of the classifier's size
   * @throws IllegalArgumentException if an image has another size
   * @throws IllegalStateException if this is no classifier
   */
  public ClassifiedImages classify(List<RgbImage> images) {
    if (!kind.equals("classification")) {
      throw new IllegalStateException(
          "%s is made for %s and has no classes; ask for its scores".formatted(file, kind));
    }
    float[][] scores = scores(images);
    int[] labels = new int[scores.length];
    for (int i = 0; i < labels.length; i++) {
      for (int j = 1; j < scores[i].length; j++) {
        labels[i] = scores[i][j] > scores[i][labels[i]] ? j : labels[i];
      }
    }
    return new ClassifiedImages(labels, scores);
  }

  /**
   * What the model says about images, {@code [images][outputs]}.
   *
   * @param images of the classifier's size
   * @throws IllegalArgumentException if an image has another size
   */
  public float[][] scores(List<RgbImage> images) {
    for (RgbImage image : images) {
      if (image.height() != height || image.width() != width) {
        throw new IllegalArgumentException(
            "an image of %d x %d does not fit %s, which takes %d x %d"
                .formatted(image.width(), image.height(), file, width, height));
      }
    }
    float[][] scores = new float[images.size()][outputs.size()];
    for (int from = 0; from < images.size(); from += BATCH) {
      run(images.subList(from, Math.min(images.size(), from + BATCH)), from, scores);
    }
    return scores;
  }

  private void run(List<RgbImage> images, int from, float[][] scores) {
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(images.size() * height * width * RgbImage.CHANNELS)
            .order(ByteOrder.nativeOrder());
    images.forEach(image -> pixels.put(image.pixels()));
    OrtModel.Input input =
        new OrtModel.Input(
            IMAGES,
            pixels.flip(),
            OnnxJavaType.UINT8,
            images.size(),
            height,
            width,
            RgbImage.CHANNELS);
    model.run(
        List.of(input),
        found -> {
          FloatBuffer values =
              ((OnnxTensor) found.get(FusedClassifier.SCORES).orElseThrow()).getFloatBuffer();
          for (int i = 0; i < images.size(); i++) {
            values.get(scores[from + i]);
          }
          return images.size();
        });
  }

  @Override
  public void close() {
    model.close();
  }
}
