package io.github.ideal4j.evaluation.bundle;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.evaluation.ChannelCosines;
import io.github.ideal4j.evaluation.CosineMeter;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;

/**
 * How near the decoded features come to the frozen backbone's: mean cosine over tokens, plain and
 * less the teacher's mean, of deep and of shallow features, and the cosine of the worst channels.
 */
public final class AlignmentMeasure implements Measure {

  private final DualAlignedTokenizer tokenizer;
  private final Teacher teacher;
  private final NDManager manager;
  private final CosineMeter deep;
  private final CosineMeter centred;
  private final CosineMeter shallow;
  private final ChannelCosines channels;

  /**
   * Compares.
   *
   * @param tokenizer with the bundle's weights, for shallow features, which are not served
   * @param teacher the backbone it was trained with
   * @param manager on the device of both
   */
  public AlignmentMeasure(DualAlignedTokenizer tokenizer, Teacher teacher, NDManager manager) {
    this.tokenizer = tokenizer;
    this.teacher = teacher;
    this.manager = manager;
    int width = tokenizer.config().width();
    deep = CosineMeter.plain(width);
    centred = CosineMeter.centred(tokenizer.deepMean());
    shallow = CosineMeter.plain(width);
    channels = new ChannelCosines(tokenizer.deepMean());
  }

  @Override
  public String part() {
    return "Networks";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    try (NDManager own = manager.newSubManager()) {
      BackboneTokens features = teacher.tokens(batch, own);
      float[] truth = features.deep().toFloatArray();
      float[] decoded = joined(batch);
      deep.add(decoded, truth);
      centred.add(decoded, truth);
      channels.add(decoded, truth);
      long[] flat =
          batch.tokens().stream().flatMapToInt(java.util.Arrays::stream).asLongStream().toArray();
      NDArray indices = own.create(flat, new Shape(batch.size(), flat.length / batch.size()));
      shallow.add(
          tokenizer.decode(indices).shallow().toFloatArray(), features.shallow().toFloatArray());
    }
  }

  private static float[] joined(EvaluatedBatch batch) {
    int length = batch.deep().get(0).length;
    float[] all = new float[batch.size() * length];
    for (int i = 0; i < batch.size(); i++) {
      System.arraycopy(batch.deep().get(i), 0, all, i * length, length);
    }
    return all;
  }

  @Override
  public void report(Measurements to) {
    to.put("cosineDeep", deep.result())
        .put("cosineDeepCentred", centred.result())
        .put("cosineDeepWorstChannels", channels.worst())
        .put("cosineShallow", shallow.result());
  }
}
