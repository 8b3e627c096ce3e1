package io.github.ideal4j.onnx.serving;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.github.ideal4j.onnx.graph.AttentionFusion;
import io.github.ideal4j.onnx.graph.SkipNormFusion;
import io.github.ideal4j.onnx.graph.WeightsInPlace;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A graph in ONNX Runtime. Runs may overlap; closing waits for them, because a session that is
 * closed under a run takes the whole process with it.
 */
public final class OrtModel implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Path file;
  private final SessionSettings settings;
  private final OrtSession session;
  private final Set<String> outputNames;
  private boolean closed;

  /**
   * An input of a run.
   *
   * @param values a direct buffer is used in place
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Input(String name, Buffer values, OnnxJavaType type, long... shape) {}

  /**
   * An input or output of the graph.
   *
   * @param shape negative for a size that is free
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Described(String name, OnnxTensorType type, long... shape) {}

  /** Reads the outputs of a run, which are closed afterwards. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Takes what is wanted out of the outputs. */
    T read(OrtSession.Result outputs) throws OrtException;
  }

  /**
   * Loads a file.
   *
   * @throws BundleException if it does not load with these settings
   */
  public OrtModel(Path file, SessionSettings settings) throws BundleException {
    this(file, settings, true);
  }

  /**
   * Loads a file whose graph is a loop: threads do not rest between its rounds.
   *
   * @throws BundleException if it does not load with these settings
   */
  public static OrtModel ofLoop(Path file, SessionSettings settings) throws BundleException {
    return new OrtModel(file, settings, false);
  }

  /**
   * Loads a transformer of ours. Its attention, and its sums with the norm behind them, become ONNX
   * Runtime's own operators on the way, which are faster; the file keeps to the standard.
   *
   * @throws BundleException if it does not load with these settings
   */
  public static OrtModel ofTransformer(Path file, SessionSettings settings) throws BundleException {
    try {
      ModelProto model = WeightsInPlace.read(file);
      return new OrtModel(
          new SkipNormFusion().apply(new AttentionFusion().apply(model)), file, settings);
    } catch (IOException e) {
      return new OrtModel(file, settings); // says what is wrong with the file
    }
  }

  private OrtModel(Path file, SessionSettings settings, boolean rests) throws BundleException {
    this.file = file;
    this.settings = settings;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      settings.apply(options, rests);
      session = environment.createSession(file.toString(), options);
      outputNames = session.getOutputNames();
    } catch (OrtException e) {
      throw new BundleException(
          "%s does not load on %s: %s"
              .formatted(file, settings.provider(), SessionSettings.brief(e)),
          e);
    }
  }

  /**
   * Loads a model that was made in memory.
   *
   * @throws BundleException if it does not load with these settings
   */
  public OrtModel(ModelProto model, SessionSettings settings) throws BundleException {
    this(model, Path.of(model.getGraph().getName()), settings);
  }

  /**
   * Loads a model that was made in memory.
   *
   * @param file what messages name; its folder has the weights that the model does not hold
   */
  private OrtModel(ModelProto model, Path file, SessionSettings settings) throws BundleException {
    this.file = file;
    this.settings = settings;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      settings.apply(options);
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          String.valueOf(file.toAbsolutePath().getParent()));
      session = environment.createSession(model.toByteArray(), options);
      outputNames = session.getOutputNames();
    } catch (OrtException e) {
      throw new BundleException(
          "%s does not load on %s: %s"
              .formatted(file, settings.provider(), SessionSettings.brief(e)),
          e);
    }
  }

  /** Closes this if the graph lacks one of these inputs or outputs, or has others. */
  public OrtModel require(Set<String> inputs, Set<String> outputs) throws BundleException {
    if (!session.getInputNames().equals(inputs) || !session.getOutputNames().equals(outputs)) {
      BundleException problem =
          new BundleException(
              "%s maps %s to %s; %s to %s was expected"
                  .formatted(
                      file, session.getInputNames(), session.getOutputNames(), inputs, outputs));
      close();
      throw problem;
    }
    return this;
  }

  /** Closes this if an input or output has another shape; negative sizes are free on both sides. */
  OrtModel requireShape(String name, long... expected) throws BundleException {
    long[] shape = shape(name);
    boolean fits = shape.length == expected.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] < 0 || expected[i] < 0 || shape[i] == expected[i];
    }
    if (!fits) {
      close();
      throw new BundleException(
          "%s: '%s' has shape %s, but model.json means %s"
              .formatted(file, name, List.of(box(shape)), List.of(box(expected))));
    }
    return this;
  }

  /** Closes this if an input or output has elements of another type. */
  OrtModel requireType(String name, OnnxTensorType expected) throws BundleException {
    OnnxTensorType type = info(name).onnxType;
    if (type != expected) {
      close();
      throw new BundleException(
          "%s: '%s' has elements of type %s, but %s was expected"
              .formatted(file, name, brief(type), brief(expected)));
    }
    return this;
  }

  private static String brief(OnnxTensorType type) {
    String name = type.name();
    return name.substring(name.lastIndexOf('_') + 1).toLowerCase(Locale.ROOT);
  }

  /** Sizes of an input or output; negative ones are free. */
  public long[] shape(String name) throws BundleException {
    return info(name).getShape();
  }

  private TensorInfo info(String name) throws BundleException {
    try {
      Map<String, NodeInfo> nodes = new LinkedHashMap<>(session.getOutputInfo());
      nodes.putAll(session.getInputInfo());
      return (TensorInfo) nodes.get(name).getInfo();
    } catch (OrtException e) {
      throw new BundleException(
          "%s: cannot read '%s': %s".formatted(file, name, SessionSettings.brief(e)), e);
    }
  }

  /** What the graph takes, in its own order. */
  public List<Described> inputs() throws BundleException {
    return described(true);
  }

  /** What the graph gives, in its own order. */
  public List<Described> outputs() throws BundleException {
    return described(false);
  }

  private List<Described> described(boolean inputs) throws BundleException {
    List<Described> tensors = new ArrayList<>();
    for (String name : inputs ? session.getInputNames() : session.getOutputNames()) {
      TensorInfo info = info(name);
      tensors.add(new Described(name, info.onnxType, info.getShape()));
    }
    return tensors;
  }

  /** What the file says about itself, by key. */
  public Map<String, String> metadata() throws BundleException {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw new BundleException(
          "%s: cannot read its metadata: %s".formatted(file, SessionSettings.brief(e)), e);
    }
  }

  /**
   * Runs the model once.
   *
   * @throws IllegalStateException if this is closed, or the inputs do not fit
   */
  public <T> T run(List<Input> inputs, Reader<T> reader) {
    return run(inputs, outputNames, reader);
  }

  /**
   * Runs the model once for some of its outputs.
   *
   * @param wanted names of the outputs that are computed
   * @throws IllegalStateException if this is closed, or the inputs do not fit
   */
  public <T> T run(List<Input> inputs, Set<String> wanted, Reader<T> reader) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("%s is closed".formatted(file));
      }
      for (Input input : inputs) {
        tensors.put(input.name(), tensor(input));
      }
      try (OrtSession.RunOptions options = settings.runOptions().orElse(null);
          OrtSession.Result outputs = session.run(tensors, wanted, options)) {
        return reader.read(outputs);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("%s fails: %s".formatted(file, SessionSettings.brief(e)), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
      lock.readLock().unlock();
    }
  }

  private OnnxTensor tensor(Input input) throws OrtException {
    Buffer values = input.values();
    long[] shape = input.shape();
    if (values instanceof java.nio.ByteBuffer bytes) {
      return OnnxTensor.createTensor(environment, bytes, shape, input.type());
    } else if (values instanceof java.nio.FloatBuffer floats) {
      return OnnxTensor.createTensor(environment, floats, shape);
    } else if (values instanceof java.nio.IntBuffer ints) {
      return OnnxTensor.createTensor(environment, ints, shape);
    }
    return OnnxTensor.createTensor(environment, (java.nio.LongBuffer) values, shape);
  }

  private static Long[] box(long[] values) {
    return java.util.Arrays.stream(values).boxed().toArray(Long[]::new);
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
      throw new IllegalStateException(
          "%s does not close: %s".formatted(file, SessionSettings.brief(e)), e);
    } finally {
      lock.writeLock().unlock();
    }
  }
}
