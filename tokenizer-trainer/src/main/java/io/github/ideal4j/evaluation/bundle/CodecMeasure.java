package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.evaluation.codec.Coded;
import io.github.ideal4j.evaluation.codec.PixelCodec;
import java.util.List;

/** The same measures of the same originals, sent through another codec, and the bits it took. */
public final class CodecMeasure implements Measure {

  private final PixelCodec codec;
  private final List<Measure> measures;
  private long bits;
  private long images;

  /**
   * Measures a codec.
   *
   * @param codec closed with this
   * @param measures of its images; closed with this
   */
  public CodecMeasure(PixelCodec codec, List<Measure> measures) {
    this.codec = codec;
    this.measures = List.copyOf(measures);
  }

  /** What is measured. */
  public PixelCodec codec() {
    return codec;
  }

  @Override
  public String part() {
    return "Peers";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    List<Coded> coded = codec.code(batch.pixels());
    coded.forEach(image -> bits += image.bits());
    images += coded.size();
    EvaluatedBatch other =
        EvaluatedBatch.pairs(
            batch.first(), batch.originals(), coded.stream().map(Coded::image).toList());
    measures.forEach(measure -> measure.add(other));
  }

  @Override
  public void report(Measurements to) {
    to.put("bitsPerImage", (double) bits / images);
    measures.forEach(measure -> measure.report(to));
  }

  @Override
  public void close() {
    measures.forEach(Measure::close);
    codec.close();
  }
}
