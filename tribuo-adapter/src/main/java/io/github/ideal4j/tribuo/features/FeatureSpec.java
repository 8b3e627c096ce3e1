package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.names.NearNames;
import io.github.ideal4j.onnx.serving.BundleFiles;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which features are made, in text: parts joined with {@code +}, such as {@code boc:l2+pooled}.
 *
 * <ul>
 *   <li>{@code boc}, or with a {@link Weighting} {@code boc:l2}: {@link BagOfCodes}
 *   <li>{@code tfidf}: {@link TfIdf}
 *   <li>{@code pyramid}, or with levels {@code pyramid:3}: {@link SpatialPyramid}
 *   <li>{@code bigrams}, or with buckets {@code bigrams:16384}: {@link SpatialBigrams}
 *   <li>{@code positional}, or with buckets {@code positional:0}: {@link PositionalCodes}
 *   <li>{@code pooled}, or with poolings {@code pooled:max,mean,std}: {@link PooledCodebook}
 *   <li>{@code decoded}: {@link DecodedFeatures}, {@link Standardized}
 *   <li>{@code prior}: {@link PriorScores}, {@link Standardized}
 * </ul>
 *
 * @param parts at least one, each kind only once
 */
public record FeatureSpec(List<String> parts) {

  /** The histogram of codes in Hellinger weighting. */
  public static final String DEFAULT = "boc";

  /** What may stand in a specification, for help texts. */
  public static final String VALID =
      "boc (or boc:count, binary, log, l1, l2, hellinger), tfidf, pyramid (pyramid:3 levels),"
          + " bigrams (bigrams:16384 buckets), positional (positional:0 unhashed), pooled"
          + " (pooled:max,mean,std), decoded and prior, joined with +";

  private static final List<String> KINDS =
      List.of("boc", "tfidf", "pyramid", "bigrams", "positional", "pooled", "decoded", "prior");

  /** Checks every part. */
  public FeatureSpec {
    parts = List.copyOf(parts);
    Set<String> kinds = new HashSet<>();
    for (String part : parts) {
      Part read = Part.parse(part);
      if (!kinds.add(read.kind())) {
        throw new IllegalArgumentException(
            "features '%s' are asked for twice in '%s'"
                .formatted(read.kind(), String.join("+", parts)));
      }
      if (read.needsNoFile()) {
        read.featurizer(FeatureFiles.none());
      } else {
        read.poolings();
      }
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
   * @throws IllegalArgumentException if a file is needed that is not given or cannot be read
   */
  public List<TokenFeaturizer> featurizers(FeatureFiles files) {
    return parts.stream().map(part -> Part.parse(part).featurizer(files)).toList();
  }

  @Override
  public String toString() {
    return String.join("+", parts);
  }

  /**
   * One part.
   *
   * @param kind before the colon
   * @param choice behind it
   */
  private record Part(String kind, Optional<String> choice) {

    static Part parse(String text) {
      int colon = text.indexOf(':');
      return colon < 0
          ? new Part(text, Optional.empty())
          : new Part(text.substring(0, colon), Optional.of(text.substring(colon + 1)));
    }

    boolean needsNoFile() {
      return !List.of("tfidf", "pooled", "decoded", "prior").contains(kind);
    }

    List<Pooling> poolings() {
      if (choice.isPresent() && !kind.equals("pooled")) {
        throw unknown();
      }
      return choice
          .map(names -> Arrays.stream(names.split(",", -1)).map(Pooling::parse).toList())
          .orElse(List.of(Pooling.MEAN));
    }

    TokenFeaturizer featurizer(FeatureFiles files) {
      try {
        return made(files);
      } catch (PropertyException e) { // its message begins with the names of OLCUT's parts
        String text = e.getMessage().replaceFirst("^(Component: [^,]*, )?(Property: [^,]*, )?", "");
        throw new IllegalArgumentException("features '%s': %s".formatted(kind, text), e);
      }
    }

    private TokenFeaturizer made(FeatureFiles files) {
      return switch (kind) {
        case "boc" -> new BagOfCodes(choice.map(Weighting::parse).orElse(Weighting.HELLINGER));
        case "pyramid" ->
            choice.isEmpty() ? new SpatialPyramid() : new SpatialPyramid(number("levels"));
        case "bigrams" ->
            choice.isEmpty() ? new SpatialBigrams() : new SpatialBigrams(number("buckets"));
        case "positional" ->
            choice.isEmpty() ? new PositionalCodes() : new PositionalCodes(number("buckets"));
        case "tfidf" -> new TfIdf(files.tokens(kind));
        case "pooled" ->
            new PooledCodebook(files.bundleFile(BundleFiles.CODEBOOK, kind), poolings());
        case "decoded" ->
            new Standardized(
                new DecodedFeatures(files.bundleFile(BundleFiles.DECODER, kind)),
                files.tokens(kind));
        case "prior" ->
            new Standardized(
                new PriorScores(files.bundleFile(BundleFiles.PRIOR_SCORE, kind), files.noClass()),
                files.tokens(kind));
        default -> throw unknown();
      };
    }

    private int number(String what) {
      try {
        return Integer.parseInt(choice.orElseThrow());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "features '%s:%s': the number of %s is not a number"
                .formatted(kind, choice.orElseThrow(), what),
            e);
      }
    }

    private IllegalArgumentException unknown() {
      String text = kind + choice.map(value -> ":" + value).orElse("");
      return new IllegalArgumentException(
          "features '%s' are unknown; valid are %s%s"
              .formatted(text, VALID, NearNames.hint(kind, KINDS)));
    }
  }
}
