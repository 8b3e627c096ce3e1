package io.github.ideal4j.onnx.serving;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Set;

/**
 * Draws the tokens of new images from classes, one run of {@code prior.onnx} for each batch. Equal
 * seeds give equal tokens, whatever the batch; see {@link Uniforms}. Safe for use by several
 * threads; closing waits for running calls.
 */
public final class ImageSampler implements AutoCloseable {

  /** A batch that keeps a processor busy without a large cache. */
  public static final int DEFAULT_BATCH = 16;

  private final BundleDescription description;
  private final int classes;
  private final int batch;
  private final OrtModel prior;

  private ImageSampler(BundleDescription description, int classes, int batch, OrtModel prior) {
    this.description = description;
    this.classes = classes;
    this.batch = batch;
    this.prior = prior;
  }

  /** Opens with {@link #DEFAULT_BATCH}. */
  public static ImageSampler open(Bundle bundle, SessionSettings settings) throws IOException {
    return open(bundle, settings, DEFAULT_BATCH);
  }

  /**
   * Loads the prior.
   *
   * @param batch most images in one run
   * @throws BundleException if the bundle has no prior, or it does not fit {@code model.json}
   */
  public static ImageSampler open(Bundle bundle, SessionSettings settings, int batch)
      throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, got %d".formatted(batch));
    }
    BundleDescription is = bundle.description();
    if (is.prior().isEmpty()) {
      throw new BundleException(
          "bundle %s has no prior and cannot sample; export it with one"
              .formatted(bundle.folder()));
    }
    OrtModel model =
        new OrtModel(bundle.file(BundleFiles.PRIOR), settings)
            .require(
                Set.of("labels", "uniforms", "guidance", "temperature", "top_k", "top_p"),
                Set.of("tokens"))
            .requireShape("uniforms", -1, is.grid().cells())
            .requireShape("tokens", -1, is.grid().rows(), is.grid().columns())
            .requireType("tokens", OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16);
    return new ImageSampler(is, is.prior().get().classes(), batch, model);
  }

  /** The label for "no class". */
  public int noClass() {
    return classes;
  }

  /** Samples images 0, 1, 2 and so on of a seed. */
  public int[][] sample(int[] labels, SamplingOptions options, long seed) {
    return sample(labels, options, seed, 0);
  }

  /**
   * Samples one image for each label.
   *
   * @param labels 0 to {@link #noClass()}
   * @param seed with the image's number, decides all chance
   * @param first number of the first image
   * @return {@code [labels][rows * columns]}
   * @throws IllegalArgumentException if there is no such label
   */
  public int[][] sample(int[] labels, SamplingOptions options, long seed, long first) {
    for (int label : labels) {
      if (label < 0 || label > classes) {
        throw new IllegalArgumentException(
            "label %d is unknown; valid are 0 to %d, and %d for no class"
                .formatted(label, classes - 1, classes));
      }
    }
    int cells = description.grid().cells();
    int[][] grids = new int[labels.length][cells];
    for (int from = 0; from < labels.length; from += batch) {
      int count = Math.min(batch, labels.length - from);
      LongBuffer classesOf = Buffers.longs(count);
      FloatBuffer uniforms = Buffers.floats((long) count * cells);
      for (int i = 0; i < count; i++) {
        classesOf.put(labels[from + i]);
        uniforms.put(Uniforms.of(seed, first + from + i, cells));
      }
      ShortBuffer tokens = run(classesOf.flip(), uniforms.flip(), count, options);
      for (int i = 0; i < count; i++) {
        ImageTokenizer.read(tokens, grids[from + i]);
      }
    }
    return grids;
  }

  private ShortBuffer run(
      LongBuffer labels, FloatBuffer uniforms, int count, SamplingOptions options) {
    List<OrtModel.Input> inputs =
        List.of(
            new OrtModel.Input("labels", labels, OnnxJavaType.INT64, count),
            new OrtModel.Input(
                "uniforms", uniforms, OnnxJavaType.FLOAT, count, description.grid().cells()),
            scalar("guidance", options.guidance()),
            scalar("temperature", options.temperature()),
            new OrtModel.Input(
                "top_k", Buffers.longs(1).put(0, options.topK()), OnnxJavaType.INT64),
            scalar("top_p", options.topP()));
    return prior.run(inputs, outputs -> ImageTokenizer.tensor(outputs, "tokens").getShortBuffer());
  }

  private static OrtModel.Input scalar(String name, double value) {
    FloatBuffer buffer = Buffers.floats(1).put(0, (float) value);
    return new OrtModel.Input(name, buffer, OnnxJavaType.FLOAT);
  }

  @Override
  public void close() {
    prior.close();
  }
}
