package io.github.ideal4j.onnx.serving;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Turns images into tokens and tokens into images. Safe for use by several threads; closing waits
 * for running calls.
 */
public final class ImageTokenizer implements AutoCloseable {

  /** A batch that keeps a processor busy without taking much memory. */
  public static final int DEFAULT_BATCH = 16;

  private final BundleDescription description;
  private final int batch;
  private final OrtModel encoder;
  private final OrtModel decoder;
  private final BufferPool pixels;
  private final BufferPool tokens;

  private ImageTokenizer(
      BundleDescription description, int batch, OrtModel encoder, OrtModel decoder) {
    this.description = description;
    this.batch = batch;
    this.encoder = encoder;
    this.decoder = decoder;
    pixels = new BufferPool((long) batch * imageBytes());
    tokens = new BufferPool(4L * batch * cells());
  }

  /** Opens with {@link #DEFAULT_BATCH}. */
  public static ImageTokenizer open(Bundle bundle, SessionSettings settings) throws IOException {
    return open(bundle, settings, DEFAULT_BATCH);
  }

  /**
   * Loads encoder and decoder.
   *
   * @param batch most images in one run; longer lists are cut
   * @throws BundleException if a graph does not load or does not fit {@code model.json}
   */
  public static ImageTokenizer open(Bundle bundle, SessionSettings settings, int batch)
      throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, got %d".formatted(batch));
    }
    BundleDescription is = bundle.description();
    long height = is.image().height();
    long width = is.image().width();
    OrtModel encoder =
        OrtModel.ofTransformer(bundle.file(BundleFiles.ENCODER), settings)
            .require(Set.of("images"), Set.of("tokens"))
            .requireShape("images", -1, height, width, 3)
            .requireShape("tokens", is.grid().shape(-1))
            .requireType("images", OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8)
            .requireType("tokens", OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16);
    try {
      OrtModel decoder =
          OrtModel.ofTransformer(bundle.file(BundleFiles.DECODER), settings)
              .require(Set.of("tokens"), Set.of("images", "deep"))
              .requireShape("tokens", is.grid().shape(-1))
              .requireShape("images", -1, height, width, 3)
              .requireType("tokens", OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32)
              .requireType("images", OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8);
      return new ImageTokenizer(is, batch, encoder, decoder);
    } catch (IOException | RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /**
   * Runs both graphs once on a whole batch, so that the first real call does not wait for memory
   * and kernels to be set up.
   *
   * @return this
   */
  public ImageTokenizer warmUp() {
    BundleDescription.ImageSize size = description.image();
    RgbImage black = new RgbImage(size.width(), size.height(), new byte[imageBytes()]);
    decode(encode(Collections.nCopies(batch, black)));
    return this;
  }

  /** What the bundle says. */
  public BundleDescription description() {
    return description;
  }

  /** Most images in one run. */
  public int batch() {
    return batch;
  }

  /**
   * The tokens of images.
   *
   * @param images of the model's size
   * @return for each image its codebook indices in raster order, {@code [images][rows * columns]}
   * @throws IllegalArgumentException if an image has another size
   */
  public int[][] encode(List<RgbImage> images) {
    for (int i = 0; i < images.size(); i++) {
      requireSize(images.get(i), i);
    }
    int[][] grids = new int[images.size()][cells()];
    for (int from = 0; from < images.size(); from += batch) {
      encode(images.subList(from, Math.min(images.size(), from + batch)), grids, from);
    }
    return grids;
  }

  private void encode(List<RgbImage> images, int[][] grids, int from) {
    ByteBuffer buffer = pixels.take();
    try {
      images.forEach(image -> buffer.put(image.pixels()));
      long height = description.image().height();
      long width = description.image().width();
      OrtModel.Input input =
          new OrtModel.Input(
              "images", buffer.flip(), OnnxJavaType.UINT8, images.size(), height, width, 3);
      ShortBuffer indices =
          encoder.run(List.of(input), outputs -> tensor(outputs, "tokens").getShortBuffer());
      for (int i = 0; i < images.size(); i++) {
        read(indices, grids[from + i]);
      }
    } finally {
      pixels.giveBack(buffer);
    }
  }

  static void read(ShortBuffer indices, int[] grid) {
    for (int j = 0; j < grid.length; j++) {
      grid[j] = Short.toUnsignedInt(indices.get());
    }
  }

  /**
   * Images and deep features of tokens.
   *
   * @param grids codebook indices in raster order, {@code [images][rows * columns]}
   * @throws IllegalArgumentException if a grid has another length or an index is out of range
   */
  public DecodedImages decode(int[][] grids) {
    for (int i = 0; i < grids.length; i++) {
      requireTokens(description, grids[i], i);
    }
    List<RgbImage> images = new ArrayList<>();
    List<float[]> deep = new ArrayList<>();
    for (int from = 0; from < grids.length; from += batch) {
      int count = Math.min(batch, grids.length - from);
      ByteBuffer buffer = tokens.take();
      try {
        for (int i = 0; i < count; i++) {
          buffer.asIntBuffer().put(grids[from + i]);
          buffer.position(buffer.position() + 4 * cells());
        }
        OrtModel.Input input =
            new OrtModel.Input(
                "tokens",
                buffer.flip().asIntBuffer(),
                OnnxJavaType.INT32,
                description.grid().shape(count));
        decoder.run(List.of(input), outputs -> take(outputs, count, images, deep));
      } finally {
        tokens.giveBack(buffer);
      }
    }
    return new DecodedImages(images, deep);
  }

  private int take(OrtSession.Result outputs, int count, List<RgbImage> images, List<float[]> deep)
      throws OrtException {
    ByteBuffer bytes = tensor(outputs, "images").getByteBuffer();
    FloatBuffer floats = tensor(outputs, "deep").getFloatBuffer();
    int features = floats.remaining() / count;
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[imageBytes()];
      bytes.get(image);
      images.add(new RgbImage(description.image().width(), description.image().height(), image));
      float[] own = new float[features];
      floats.get(own);
      deep.add(own);
    }
    return count;
  }

  static OnnxTensor tensor(OrtSession.Result outputs, String name) {
    return (OnnxTensor) outputs.get(name).orElseThrow();
  }

  private void requireSize(RgbImage image, int number) {
    if (image.width() != description.image().width()
        || image.height() != description.image().height()) {
      throw new IllegalArgumentException(
          "image %d is %d x %d pixels; this tokenizer takes %s"
              .formatted(number, image.width(), image.height(), description.image()));
    }
  }

  static void requireTokens(BundleDescription description, int[] grid, int number) {
    int cells = description.grid().cells();
    if (grid.length != cells) {
      throw new IllegalArgumentException(
          "grid %d has %d tokens; this tokenizer has %d".formatted(number, grid.length, cells));
    }
    for (int index : grid) {
      if (index < 0 || index >= description.codebook().size()) {
        throw new IllegalArgumentException(
            "grid %d holds token %d; valid are 0 to %d"
                .formatted(number, index, description.codebook().size() - 1));
      }
    }
  }

  private int cells() {
    return description.grid().cells();
  }

  private int imageBytes() {
    return description.image().height() * description.image().width() * RgbImage.CHANNELS;
  }

  @Override
  public void close() {
    encoder.close();
    decoder.close();
    pixels.clear();
    tokens.clear();
  }
}
