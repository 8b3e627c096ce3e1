package io.github.ideal4j.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the files are that come with the project. {@code ./ideal} tells its folder in the
 * environment variable {@code IDEAL_HOME}; elsewhere the working directory and the folders above it
 * are searched.
 *
 * @param home the project's folder
 */
public record ShippedFiles(Path home) {

  private static final String PHOTOGRAPHS = "examples/data/caltech101_64.zip";

  /**
   * Finds the project's folder.
   *
   * @throws IllegalStateException if there is none around
   */
  public static ShippedFiles locate() {
    String variable = System.getenv("IDEAL_HOME");
    Path start = Path.of(variable == null ? "" : variable).toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve(PHOTOGRAPHS))) {
        return new ShippedFiles(folder);
      }
    }
    throw new IllegalStateException(
        "%s was not found at or above %s; set IDEAL_HOME to the project's folder"
            .formatted(PHOTOGRAPHS, start));
  }

  /** Caltech-101 at 64 x 64, with {@code labels.csv}. */
  public Path photographs() {
    return home.resolve(PHOTOGRAPHS);
  }

  /** The frozen backbone ViT-Ti/16. */
  public Path backbone() {
    return home.resolve("examples/data/vit_tiny_patch16_224_in21k_ft_in1k.safetensors");
  }

  /** The network of the Fréchet distances, up to 1280 features. */
  public Path inception() {
    return evaluation("inception_2015_12_05_to_mixed8.safetensors");
  }

  /** The VQ-VAE that tokenizers are compared with. */
  public Path vqVae() {
    return evaluation("vqvae_f4_k512_d128.safetensors");
  }

  /** The autoencoder without quantizer that tokenizers are compared with. */
  public Path taef2() {
    return evaluation("taef2_f8_c32.safetensors");
  }

  private Path evaluation(String weights) {
    return home.resolve("models/evaluation").resolve(weights);
  }

  /**
   * Where backbone features are cached by default: beside the project, or in the working folder
   * where nobody named a project or its folder cannot be written.
   */
  public static Path cache() {
    String variable = System.getenv("IDEAL_HOME");
    return cache(Path.of(variable == null ? "" : variable));
  }

  static Path cache(Path home) {
    return (Files.isWritable(home) ? home : Path.of("")).resolve(".ideal/features");
  }

  /** The trained bundle, if this checkout has it. */
  public Optional<Path> bundle() {
    Path bundle = home.resolve("models/tiny");
    return Files.isDirectory(bundle) ? Optional.of(bundle) : Optional.empty();
  }
}
