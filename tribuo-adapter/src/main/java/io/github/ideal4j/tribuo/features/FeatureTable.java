package io.github.ideal4j.tribuo.features;

import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.impl.ArrayExample;

/**
 * All features of the tokens of one tokenizer. The arrays of an example are filled once and in
 * order, because an example that grows feature by feature sorts itself every time. Safe for use by
 * several threads.
 */
public final class FeatureTable {

  private static final int SLICE = 64; // images that one thread takes at a time

  private final TokenizerInfo tokenizer;
  private final List<TokenFeatures> parts;
  private final List<String> names;
  private final boolean sorted;
  private final String spec;

  /**
   * Prepares featurizers for a tokenizer.
   *
   * @throws IllegalArgumentException if there is none, one does not fit the tokenizer, or two make
   *     features of one name
   */
  public FeatureTable(List<TokenFeaturizer> featurizers, TokenizerInfo tokenizer) {
    if (featurizers.isEmpty()) {
      throw new IllegalArgumentException("at least one featurizer is needed, got none");
    }
    this.tokenizer = tokenizer;
    parts =
        featurizers.stream()
            .map(featurizer -> featurizer.prepare(tokenizer))
            .sorted(Comparator.comparing(part -> part.names().get(0)))
            .toList();
    names = parts.stream().flatMap(part -> part.names().stream()).toList();
    sorted = IntStream.range(1, names.size()).allMatch(i -> before(names, i));
    if (!sorted) {
      requireDifferent(names);
    }
    spec = String.join("+", featurizers.stream().map(TokenFeaturizer::spec).toList());
  }

  private static boolean before(List<String> names, int i) {
    return names.get(i - 1).compareTo(names.get(i)) < 0;
  }

  private static void requireDifferent(List<String> names) {
    List<String> ordered = names.stream().sorted().toList();
    for (int i = 1; i < ordered.size(); i++) {
      if (ordered.get(i).equals(ordered.get(i - 1))) {
        throw new IllegalArgumentException(
            "two featurizers make '%s'; give one of them a namespace".formatted(ordered.get(i)));
      }
    }
  }

  /** The tokenizer whose tokens are understood. */
  public TokenizerInfo tokenizer() {
    return tokenizer;
  }

  /** The featurizers' own tables, in the order of {@link #names}. */
  public List<TokenFeatures> parts() {
    return parts;
  }

  /** Names of all features, in the order in which {@link TokenFeatures#emit} makes them. */
  public List<String> names() {
    return names;
  }

  /**
   * An example of one image.
   *
   * @param tokens codebook indices in raster order, {@code [rows * columns]}
   * @param metadata what else is known about the image
   */
  public <T extends Output<T>> Example<T> example(
      T output, int[] tokens, Map<String, Object> metadata) {
    FeatureSink sink = new FeatureSink();
    parts.forEach(part -> part.extract(tokens, sink));
    return example(output, sink, metadata);
  }

  /**
   * An example of one image.
   *
   * @throws IllegalArgumentException if the grid has another size than the tokenizer's
   */
  public <T extends Output<T>> Example<T> example(T output, TokenGrid grid) {
    if (grid.rows() != tokenizer.rows() || grid.columns() != tokenizer.columns()) {
      throw new IllegalArgumentException(
          "tokens of a grid of %d x %d do not fit a tokenizer with %d x %d"
              .formatted(grid.rows(), grid.columns(), tokenizer.rows(), tokenizer.columns()));
    }
    return example(output, grid.indices(), Map.of());
  }

  /**
   * Examples of many images, made by all processors.
   *
   * @param outputs one for each image
   * @param grids {@code [images][rows * columns]}
   * @param metadata one for each image
   */
  public <T extends Output<T>> List<Example<T>> examples(
      List<T> outputs, int[][] grids, List<Map<String, Object>> metadata) {
    @SuppressWarnings({"unchecked", "rawtypes"}) // a generic array
    Example<T>[] examples = new Example[grids.length];
    if (parts.stream().anyMatch(TokenFeatures::runsNetwork)) {
      FeatureSink[] sinks = new FeatureSink[grids.length];
      Arrays.setAll(sinks, i -> new FeatureSink());
      parts.forEach(part -> part.extract(grids, sinks));
      Arrays.setAll(examples, i -> example(outputs.get(i), sinks[i], metadata.get(i)));
    } else {
      IntStream.range(0, (grids.length + SLICE - 1) / SLICE)
          .parallel()
          .forEach(slice -> fill(slice * SLICE, outputs, grids, metadata, examples));
    }
    return List.of(examples);
  }

  private <T extends Output<T>> void fill(
      int from,
      List<T> outputs,
      int[][] grids,
      List<Map<String, Object>> metadata,
      Example<T>[] examples) {
    FeatureSink sink = new FeatureSink();
    for (int i = from; i < Math.min(grids.length, from + SLICE); i++) {
      sink.clear();
      for (TokenFeatures part : parts) {
        part.extract(grids[i], sink);
      }
      examples[i] = example(outputs.get(i), sink, metadata.get(i));
    }
  }

  private <T extends Output<T>> Example<T> example(
      T output, FeatureSink sink, Map<String, Object> metadata) {
    return sorted
        ? new TokenExample<>(output, sink.names(), sink.values(), metadata)
        : new ArrayExample<>(output, sink.names(), sink.values(), metadata);
  }

  /** The featurizers, as {@link FeatureSpec} writes them. */
  @Override
  public String toString() {
    return spec;
  }
}
