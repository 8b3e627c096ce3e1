package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A frozen vision transformer with a patch grid of one size. No gradient is recorded for its
 * weights; gradients of its input pass through. Safe for use by several threads.
 *
 * <pre>{@code
 * try (VisionBackbone backbone =
 *     VisionBackbone.open(Path.of("dinov2-base"), new BackboneLayers(4, 12), 224, manager)) {
 *   BackboneTokens tokens = backbone.tokens(pixels);
 * }
 * }</pre>
 */
public final class VisionBackbone implements AutoCloseable {

  private final NDManager manager;
  private final VisionTransformer transformer;
  private final Normalization normalization;
  private final String id;
  private final String sha256;

  private VisionBackbone(
      NDManager manager,
      VisionTransformer transformer,
      Normalization normalization,
      String id,
      String sha256) {
    this.manager = manager;
    this.transformer = transformer;
    this.normalization = normalization;
    this.id = id;
    this.sha256 = sha256;
  }

  /**
   * Reads a backbone for square images.
   *
   * @param path a Hugging Face folder, or a safetensors file with timm's names
   * @param layers where shallow and deep tokens come from
   * @param inputSize side of the square images it is given, a multiple of the patch size
   * @param manager on the device of the computation; weights live in a child of it
   * @throws IOException if something cannot be read
   * @throws IllegalArgumentException if its tensors are not those of a known backbone
   */
  public static VisionBackbone open(
      Path path, BackboneLayers layers, int inputSize, NDManager manager) throws IOException {
    try (BackboneFolder folder = BackboneFolder.open(path)) {
      return open(folder, layers, inputSize, inputSize, manager);
    }
  }

  /**
   * Reads a backbone for images of any size that the patch size divides. A table of positions is
   * resized as the family's own library does it.
   *
   * @param folder stays open
   */
  public static VisionBackbone open(
      BackboneFolder folder, BackboneLayers layers, int height, int width, NDManager manager)
      throws IOException {
    NDManager own = manager.newSubManager();
    try {
      VisionTransformerConfig config =
          new VisionTransformerConfig(folder.architecture(), height, width, layers);
      VisionTransformer transformer =
          VisionTransformer.read(folder.weights(), folder.names(), config, own);
      Normalization normalization = folder.preprocessing().normalization();
      return new VisionBackbone(own, transformer, normalization, folder.id(), folder.sha256());
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /**
   * Computes tokens.
   *
   * @param pixels normalized, {@code [batch, 3, inputHeight, inputWidth]}
   */
  public BackboneTokens tokens(NDArray pixels) {
    return transformer.tokens(pixels);
  }

  /** The network, to be part of a larger block: pixels in, shallow and deep tokens out. */
  public VisionTransformer block() {
    return transformer;
  }

  /** What it expects of its pixels. */
  public Normalization normalization() {
    return normalization;
  }

  /** Which weights these are: the folder's or file's name without ending. */
  public String id() {
    return id;
  }

  /** SHA-256 of the weights. */
  public String sha256() {
    return sha256;
  }

  /** Sizes of the network. */
  public VisionTransformerConfig config() {
    return transformer.config();
  }

  @Override
  public void close() {
    manager.close();
  }
}
