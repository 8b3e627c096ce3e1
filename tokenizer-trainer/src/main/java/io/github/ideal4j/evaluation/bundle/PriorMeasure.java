package io.github.ideal4j.evaluation.bundle;

import ai.onnxruntime.OnnxJavaType;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Set;

/**
 * How well the bundle's prior guesses the tokens of originals, given their class, or none where the
 * class is not known to it: mean negative log-likelihood of a token in nats, and its perplexity.
 */
public final class PriorMeasure implements Measure {

  private final Bundle bundle;
  private final OrtModel scorer;
  private final int unknown;
  private double sum;
  private long tokens;
  private long unlabelled;

  /**
   * Opens {@code prior-score.onnx}.
   *
   * @throws io.github.ideal4j.onnx.serving.BundleException if the bundle has none
   */
  public PriorMeasure(Bundle bundle, SessionSettings settings) throws IOException {
    this.bundle = bundle;
    scorer =
        new OrtModel(bundle.file(BundleFiles.PRIOR_SCORE), settings)
            .require(Set.of("tokens", "labels"), Set.of("nll"));
    unknown = bundle.description().prior().orElseThrow().classes();
  }

  @Override
  public String part() {
    return "Networks";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    int cells = batch.tokens().get(0).length;
    IntBuffer grids = direct(4L * batch.size() * cells).asIntBuffer();
    LongBuffer labels = direct(8L * batch.size()).asLongBuffer();
    for (int i = 0; i < batch.size(); i++) {
      grids.put(batch.tokens().get(i));
      labels.put(label(batch.entry(i).label()));
    }
    long rows = bundle.description().grid().rows();
    long columns = bundle.description().grid().columns();
    List<OrtModel.Input> inputs =
        List.of(
            new OrtModel.Input(
                "tokens", grids.flip(), OnnxJavaType.INT32, batch.size(), rows, columns),
            new OrtModel.Input("labels", labels.flip(), OnnxJavaType.INT64, batch.size()));
    sum += scorer.run(inputs, outputs -> total(outputs.get("nll").orElseThrow()));
    tokens += (long) batch.size() * cells;
  }

  private static double total(ai.onnxruntime.OnnxValue nll) {
    FloatBuffer values = ((ai.onnxruntime.OnnxTensor) nll).getFloatBuffer();
    double total = 0;
    while (values.hasRemaining()) {
      total += values.get();
    }
    return total;
  }

  private int label(String name) {
    int label = name == null ? -1 : bundle.labels().indexOf(name);
    unlabelled += label < 0 ? 1 : 0;
    return label < 0 ? unknown : label;
  }

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  @Override
  public void report(Measurements to) {
    to.put("priorNll", sum / tokens).put("priorPerplexity", Math.exp(sum / tokens));
    if (unlabelled > 0) {
      to.note(
          "%,d images have no class that the prior knows; it was given none".formatted(unlabelled));
    }
  }

  @Override
  public void close() {
    scorer.close();
  }
}
