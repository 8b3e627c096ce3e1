package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.onnx.serving.DecodedImages;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The same measures for images that are made of the same originals in another way: by another
 * codec, or by tokens that were tampered with.
 */
public final class OtherImages implements Measure {

  private final String prefix;
  private final UnaryOperator<EvaluatedBatch> maker;
  private final List<Measure> measures;

  /**
   * Measures what {@code maker} makes.
   *
   * @param prefix of the names of the numbers; may be empty
   * @param maker another batch of the same originals
   * @param measures taken of it; closed with this
   */
  public OtherImages(String prefix, UnaryOperator<EvaluatedBatch> maker, List<Measure> measures) {
    this.prefix = prefix;
    this.maker = maker;
    this.measures = List.copyOf(measures);
  }

  /**
   * What becomes of the images when some tokens are replaced by near ones, as a prior's small
   * mistakes do (the idea of pFID, arXiv 2503.08354). Names get the prefix {@code perturbed}.
   *
   * @param tokenizer decodes; stays the caller's
   * @param perturbation of an image's tokens; gives a new array
   */
  public static OtherImages perturbed(
      ImageTokenizer tokenizer, UnaryOperator<int[]> perturbation, List<Measure> measures) {
    return new OtherImages(
        "perturbed",
        batch -> {
          int[][] grids = batch.tokens().stream().map(perturbation).toArray(int[][]::new);
          DecodedImages decoded = tokenizer.decode(grids);
          return new EvaluatedBatch(
              batch.first(),
              batch.originals(),
              decoded.images(),
              Arrays.asList(grids),
              decoded.deep());
        },
        measures);
  }

  @Override
  public void add(EvaluatedBatch batch) {
    EvaluatedBatch other = maker.apply(batch);
    measures.forEach(measure -> measure.add(other));
  }

  @Override
  public void report(Measurements to) {
    Measurements own = new Measurements();
    measures.forEach(measure -> measure.report(own));
    own.byName().forEach((name, value) -> to.put(prefixed(name), value));
    own.notes().forEach(to::note);
  }

  private String prefixed(String name) {
    return prefix.isEmpty()
        ? name
        : prefix + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  @Override
  public void close() {
    measures.forEach(Measure::close);
  }
}
