package io.github.ideal4j.evaluation;

import io.github.ideal4j.names.NearNames;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What is done to images before they are compared. Numbers of different protocols say nothing about
 * each other. In all of them images are rounded to 8 bits first, and the Inception network sees
 * them at 299 x 299 by TensorFlow 1's bilinear resize.
 */
public enum EvaluationProtocol {

  /**
   * The image generation literature's: halved by a box filter while twice too large, shorter side
   * to 256 by the bicubic filter, middle cut (Dhariwal and Nichol 2021).
   */
  ADM256("ADM's crop to 256 x 256"),

  /** The same crop, to the size of the bundle that is measured. */
  NATIVE("ADM's crop to the model's own size"),

  /** As torch-fidelity does: every image as it is, of whatever size. */
  TORCH_FIDELITY("images as they are");

  private final String crop;

  EvaluationProtocol(String crop) {
    this.crop = crop;
  }

  /** How images come to their size, for a person. */
  public String crop() {
    return crop;
  }

  /** The name in commands and files: {@code adm256}, {@code native}, {@code torch-fidelity}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The protocol of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EvaluationProtocol parse(String name) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "protocol '%s' is unknown; valid are %s%s"
                        .formatted(
                            name, String.join(", ", names()), NearNames.hint(name, names()))));
  }

  private static List<String> names() {
    return Arrays.stream(values()).map(EvaluationProtocol::toString).toList();
  }
}
