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

  /** Among given tokens, one that is not given. */
  public static final int DRAWN = -1;

  private final BundleDescription description;
  private final int classes;
  private final int batch;
  private final OrtModel prior;
  private final boolean takesTokens;

  private ImageSampler(BundleDescription description, int classes, int batch, OrtModel prior)
      throws BundleException {
    this.description = description;
    this.classes = classes;
    this.batch = batch;
    this.prior = prior;
    this.takesTokens = prior.metadata().containsKey(BundleFiles.GIVEN_TOKENS);
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
        OrtModel.ofLoop(bundle.file(BundleFiles.PRIOR), settings)
            .require(
                Set.of("labels", "uniforms", "guidance", "temperature", "top_k", "top_p"),
                Set.of("tokens"))
            .requireShape("uniforms", -1, is.grid().cells())
            .requireShape("tokens", is.grid().shape(-1))
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
    return sample(labels, null, options, seed, first);
  }

  /**
   * Samples one image for each label, around tokens that are given: the rest of an image that was
   * begun, or what is missing in it. A token that is drawn knows only those before it.
   *
   * @param labels 0 to {@link #noClass()}
   * @param given {@code [labels][rows * columns]}: a token that stays, or {@link #DRAWN}; null for
   *     none
   * @param seed with the image's number, decides all chance
   * @param first number of the first image
   * @return {@code [labels][rows * columns]}
   * @throws IllegalArgumentException if there is no such label or token, or the prior was exported
   *     before it could be given tokens
   */
  public int[][] sample(
      int[] labels, int[][] given, SamplingOptions options, long seed, long first) {
    checkLabels(labels);
    if (given != null) {
      checkGiven(labels, given);
    }
    int cells = description.grid().cells();
    int[][] grids = new int[labels.length][cells];
    for (int from = 0; from < labels.length; from += batch) {
      int count = Math.min(batch, labels.length - from);
      LongBuffer classesOf = Buffers.longs(count);
      FloatBuffer uniforms = Buffers.floats((long) count * cells);
      for (int i = 0; i < count; i++) {
        classesOf.put(labels[from + i]);
        float[] numbers = Uniforms.of(seed, first + from + i, cells);
        if (given != null) {
          keep(given[from + i], numbers);
        }
        uniforms.put(numbers);
      }
      ShortBuffer tokens = run(classesOf.flip(), uniforms.flip(), count, options);
      for (int i = 0; i < count; i++) {
        ImageTokenizer.read(tokens, grids[from + i]);
      }
    }
    return grids;
  }

  /** A number of 1 or more says which token it is. */
  private static void keep(int[] given, float[] numbers) {
    for (int i = 0; i < given.length; i++) {
      if (given[i] != DRAWN) {
        numbers[i] = 1 + given[i];
      }
    }
  }

  private void checkLabels(int[] labels) {
    for (int label : labels) {
      if (label < 0 || label > classes) {
        throw new IllegalArgumentException(
            classes == 0
                ? "label %d is unknown; this prior knows no classes, and 0 stands for none"
                    .formatted(label)
                : "label %d is unknown; valid are 0 to %d, and %d for no class"
                    .formatted(label, classes - 1, classes));
      }
    }
  }

  private void checkGiven(int[] labels, int[][] given) {
    if (!takesTokens) {
      throw new IllegalArgumentException(
          "%s was exported before a prior could be given tokens; export the bundle again"
              .formatted(BundleFiles.PRIOR));
    }
    int cells = description.grid().cells();
    int codes = description.codebook().size();
    if (given.length != labels.length) {
      throw new IllegalArgumentException(
          "%d labels, but tokens of %d images".formatted(labels.length, given.length));
    }
    for (int[] grid : given) {
      if (grid.length != cells) {
        throw new IllegalArgumentException(
            "an image has %d tokens, got %d".formatted(cells, grid.length));
      }
      for (int token : grid) {
        if (token != DRAWN && (token < 0 || token >= codes)) {
          throw new IllegalArgumentException(
              "token %d is unknown; valid are 0 to %d, and %d for one that is drawn"
                  .formatted(token, codes - 1, DRAWN));
        }
      }
    }
  }

  private ShortBuffer run(
      LongBuffer labels, FloatBuffer uniforms, int count, SamplingOptions options) {
    List<OrtModel.Input> inputs =
        List.of(
            new OrtModel.Input("labels", labels, OnnxJavaType.INT64, count),
            new OrtModel.Input(
                "uniforms", uniforms, OnnxJavaType.FLOAT, count, description.grid().cells()),
            guidance(options.guidance()),
            scalar("temperature", options.temperature()),
            new OrtModel.Input(
                "top_k", Buffers.longs(1).put(0, options.topK()), OnnxJavaType.INT64),
            scalar("top_p", options.topP()));
    return prior.run(inputs, outputs -> ImageTokenizer.tensor(outputs, "tokens").getShortBuffer());
  }

  /** One number where one will do, which graphs that were exported earlier understand. */
  private OrtModel.Input guidance(GuidanceSchedule schedule) {
    int steps = description.grid().cells() / description.grid().codebooks();
    float[] scales = schedule.scales(steps);
    boolean constant = true;
    for (float scale : scales) {
      constant &= scale == scales[0];
    }
    if (constant) {
      return scalar("guidance", scales[0]);
    }
    if (!takesTokens) {
      throw new IllegalArgumentException(
          "%s was exported before guidance could change from step to step; export the bundle again"
              .formatted(BundleFiles.PRIOR));
    }
    return new OrtModel.Input(
        "guidance", Buffers.floats(steps).put(scales).flip(), OnnxJavaType.FLOAT, steps);
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
