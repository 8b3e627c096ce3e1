package io.github.ideal4j.tribuo;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A file of {@link FusedClassifier} in ONNX Runtime: photographs in, classes out. Safe for use by
 * several threads; closing waits for runs.
 */
public final class ClassifierSession implements AutoCloseable {

  private static final int BATCH = 16;
  private static final Set<String> INPUTS = Set.of("images");
  private static final Set<String> OUTPUTS = Set.of("label", "probabilities");

  private final Path file;
  private final OrtSession session;
  private final List<String> classes;
  private final int height;
  private final int width;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private ClassifierSession(Path file, OrtSession session) throws OrtException, IOException {
    this.file = file;
    this.session = session;
    if (!session.getInputNames().equals(INPUTS) || !session.getOutputNames().equals(OUTPUTS)) {
      throw new IOException(
          "%s is no fused classifier: it maps %s to %s, not %s to %s"
              .formatted(file, session.getInputNames(), session.getOutputNames(), INPUTS, OUTPUTS));
    }
    classes = classes(file, session.getMetadata().getCustomMetadata());
    long[] shape = ((TensorInfo) session.getInputInfo().get("images").getInfo()).getShape();
    height = Math.toIntExact(shape[1]);
    width = Math.toIntExact(shape[2]);
  }

  private static List<String> classes(Path file, Map<String, String> metadata) throws IOException {
    String json = metadata.getOrDefault(FusedClassifier.CLASSES, "nothing");
    try {
      return List.copyOf(new ObjectMapper().readValue(json, new TypeReference<List<String>>() {}));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s: metadata '%s' is '%s' instead of a JSON list of class names"
              .formatted(file, FusedClassifier.CLASSES, json),
          e);
    }
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is no fused classifier or cannot run with these settings
   */
  public static ClassifierSession open(Path file, SessionSettings settings) throws IOException {
    OrtSession session = null;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      settings.apply(options);
      session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
      ClassifierSession opened = new ClassifierSession(file, session);
      session = null;
      return opened;
    } catch (OrtException e) {
      throw new IOException(
          "%s does not load on %s: %s".formatted(file, settings.provider(), e.getMessage()), e);
    } finally {
      closeQuietly(session);
    }
  }

  private static void closeQuietly(OrtSession session) throws IOException {
    try {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      throw new IOException("cannot close a session", e);
    }
  }

  /** Names of the classes. */
  public List<String> classes() {
    return classes;
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
   */
  public ClassifiedImages classify(List<RgbImage> images) {
    for (RgbImage image : images) {
      if (image.height() != height || image.width() != width) {
        throw new IllegalArgumentException(
            "an image of %d x %d does not fit %s, which takes %d x %d"
                .formatted(image.width(), image.height(), file, width, height));
      }
    }
    int[] labels = new int[images.size()];
    float[][] probabilities = new float[images.size()][classes.size()];
    for (int from = 0; from < images.size(); from += BATCH) {
      run(images.subList(from, Math.min(images.size(), from + BATCH)), from, labels, probabilities);
    }
    return new ClassifiedImages(labels, probabilities);
  }

  private void run(List<RgbImage> images, int from, int[] labels, float[][] probabilities) {
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(images.size() * height * width * RgbImage.CHANNELS)
            .order(ByteOrder.nativeOrder());
    images.forEach(image -> pixels.put(image.pixels()));
    long[] shape = {images.size(), height, width, RgbImage.CHANNELS};
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("%s is closed".formatted(file));
      }
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OnnxTensor input =
              OnnxTensor.createTensor(environment, pixels.flip(), shape, OnnxJavaType.UINT8);
          OrtSession.Result outputs = session.run(Map.of("images", input))) {
        LongBuffer found = tensor(outputs, "label").getLongBuffer();
        FloatBuffer values = tensor(outputs, "probabilities").getFloatBuffer();
        for (int i = 0; i < images.size(); i++) {
          labels[from + i] = Math.toIntExact(found.get());
          values.get(probabilities[from + i]);
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("%s fails: %s".formatted(file, e.getMessage()), e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private static OnnxTensor tensor(OrtSession.Result outputs, String name) {
    return (OnnxTensor) outputs.get(name).orElseThrow();
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("%s does not close: %s".formatted(file, e.getMessage()), e);
    } finally {
      lock.writeLock().unlock();
    }
  }
}
