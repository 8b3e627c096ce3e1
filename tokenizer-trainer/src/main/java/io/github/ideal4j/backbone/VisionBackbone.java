package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A frozen vision transformer with a patch grid of one size. No gradient is recorded for its
 * weights; gradients of its input pass through. Safe for use by several threads.
 */
public final class VisionBackbone implements AutoCloseable {

  private final NDManager manager;
  private final VisionTransformer transformer;
  private final String id;
  private final String sha256;

  private VisionBackbone(
      NDManager manager, VisionTransformer transformer, String id, String sha256) {
    this.manager = manager;
    this.transformer = transformer;
    this.id = id;
    this.sha256 = sha256;
  }

  /**
   * Reads a backbone.
   *
   * @param file safetensors with the names of timm's vision transformer
   * @param layers where shallow and deep tokens come from
   * @param inputSize side of the square images it is given, a multiple of the patch size; the
   *     position table is resized to it as timm does
   * @param manager on the device of the computation; weights live in a child of it
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if its tensors are not those of a known backbone
   */
  public static VisionBackbone open(
      Path file, BackboneLayers layers, int inputSize, NDManager manager) throws IOException {
    NDManager own = manager.newSubManager();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      VisionTransformer transformer = VisionTransformer.read(weights, layers, inputSize, own);
      String id = file.getFileName().toString().replaceFirst("\\.safetensors$", "");
      return new VisionBackbone(own, transformer, id, Sha256.of(file));
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /**
   * Computes tokens.
   *
   * @param pixels normalized, {@code [batch, 3, inputSize, inputSize]}
   */
  public BackboneTokens tokens(NDArray pixels) {
    return transformer.tokens(pixels);
  }

  /** The network, to be part of a larger block: pixels in, shallow and deep tokens out. */
  public VisionTransformer block() {
    return transformer;
  }

  /** Which weights these are: the file's name without ending. */
  public String id() {
    return id;
  }

  /** SHA-256 of the file. */
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
