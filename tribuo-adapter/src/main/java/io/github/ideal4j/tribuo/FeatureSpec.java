package io.github.ideal4j.tribuo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which features are made, in text: parts joined with {@code +}. The parts are {@code boc} (or
 * {@code boc:l2} and so on, see {@link Weighting}), {@code pyramid} and {@code pooled}.
 *
 * @param parts at least one, each only once
 */
public record FeatureSpec(List<String> parts) {

  /** The histogram of codes in Hellinger weighting. */
  public static final String DEFAULT = "boc";

  private static final String VALID =
      "valid are boc, boc:count, boc:binary, boc:log, boc:l1, boc:l2, boc:hellinger, pyramid and"
          + " pooled, joined with +";

  public FeatureSpec {
    parts = List.copyOf(parts);
    Set<String> kinds = new LinkedHashSet<>();
    for (String part : parts) {
      String kind = part.split(":", 2)[0];
      requireValid(part, kind);
      if (!kinds.add(kind)) {
        throw new IllegalArgumentException(
            "features '%s' are asked for twice in '%s'".formatted(kind, String.join("+", parts)));
      }
    }
  }

  private static void requireValid(String part, String kind) {
    boolean weighted = kind.equals("boc");
    boolean plain = part.equals("pyramid") || part.equals("pooled");
    if (!weighted && !plain) {
      throw new IllegalArgumentException("features '%s' are unknown; %s".formatted(part, VALID));
    }
    if (weighted && part.contains(":")) {
      Weighting.parse(part.substring("boc:".length()));
    }
  }

  /**
   * Reads a specification such as {@code boc+pooled}.
   *
   * @throws IllegalArgumentException if a part is unknown, with the valid ones
   */
  public static FeatureSpec parse(String text) {
    return new FeatureSpec(List.of(text.strip().split("\\s*\\+\\s*", -1)));
  }

  /**
   * Makes the featurizers.
   *
   * @param codebook the codebook of a bundle, which {@code pooled} needs
   */
  public List<TokenFeaturizer> featurizers(Optional<Path> codebook) {
    List<TokenFeaturizer> made = new ArrayList<>();
    for (String part : parts) {
      if (part.equals("pyramid")) {
        made.add(new SpatialPyramid());
      } else if (part.equals("pooled")) {
        made.add(new PooledCodebook(codebook.orElseThrow(FeatureSpec::needsCodebook)));
      } else {
        made.add(
            new BagOfCodes(
                part.equals("boc") ? Weighting.HELLINGER : Weighting.parse(part.substring(4))));
      }
    }
    return made;
  }

  private static IllegalArgumentException needsCodebook() {
    return new IllegalArgumentException(
        "features 'pooled' need a bundle's %s; give the bundle, or choose boc or pyramid"
            .formatted(PooledCodebook.FILE_NAME));
  }

  @Override
  public String toString() {
    return String.join("+", parts);
  }
}
