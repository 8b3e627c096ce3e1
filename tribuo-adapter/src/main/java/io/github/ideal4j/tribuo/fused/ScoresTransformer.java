package io.github.ideal4j.tribuo.fused;

import ai.onnxruntime.OnnxValue;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.interop.onnx.OutputTransformer;
import org.tribuo.interop.onnx.protos.OutputTransformerProto;
import org.tribuo.protos.ProtoUtil;

/**
 * Gives another transformer only the first output of a fused file, its scores: Tribuo's own expect
 * a file with one output.
 */
@SuppressWarnings("serial") // Tribuo's types are Serializable; they are saved as protobuf
public final class ScoresTransformer<T extends Output<T>> implements OutputTransformer<T> {

  /** Version of the saved form. */
  public static final int CURRENT_VERSION = 0;

  @Config(mandatory = true, description = "What makes outputs of the scores.")
  private OutputTransformer<T> transformer;

  private ScoresTransformer() {}

  /** Gives the scores to a transformer of Tribuo, for example a {@code LabelTransformer}. */
  public ScoresTransformer(OutputTransformer<T> transformer) {
    this.transformer = transformer;
  }

  /** Reads the saved form. */
  public static ScoresTransformer<?> deserializeFromProto(
      int version, String className, Any message) throws InvalidProtocolBufferException {
    if (version != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          "%s has version %d, this code reads %d".formatted(className, version, CURRENT_VERSION));
    }
    OutputTransformer<?> inner =
        ProtoUtil.deserialize(message.unpack(OutputTransformerProto.class));
    return new ScoresTransformer<>(inner);
  }

  private static List<OnnxValue> scores(List<OnnxValue> outputs) {
    return outputs.subList(0, 1);
  }

  @Override
  public Prediction<T> transformToPrediction(
      List<OnnxValue> value,
      ImmutableOutputInfo<T> outputIDInfo,
      int numValidFeatures,
      Example<T> example) {
    return transformer.transformToPrediction(
        scores(value), outputIDInfo, numValidFeatures, example);
  }

  @Override
  public T transformToOutput(List<OnnxValue> value, ImmutableOutputInfo<T> outputIDInfo) {
    return transformer.transformToOutput(scores(value), outputIDInfo);
  }

  @Override
  public List<Prediction<T>> transformToBatchPrediction(
      List<OnnxValue> value,
      ImmutableOutputInfo<T> outputIDInfo,
      int[] numValidFeatures,
      List<Example<T>> examples) {
    return transformer.transformToBatchPrediction(
        scores(value), outputIDInfo, numValidFeatures, examples);
  }

  @Override
  public List<T> transformToBatchOutput(
      List<OnnxValue> value, ImmutableOutputInfo<T> outputIDInfo) {
    return transformer.transformToBatchOutput(scores(value), outputIDInfo);
  }

  @Override
  public boolean generatesProbabilities() {
    return transformer.generatesProbabilities();
  }

  @Override
  public Class<T> getTypeWitness() {
    return transformer.getTypeWitness();
  }

  @Override
  public OutputTransformerProto serialize() {
    return OutputTransformerProto.newBuilder()
        .setVersion(CURRENT_VERSION)
        .setClassName(ScoresTransformer.class.getName())
        .setSerializedData(Any.pack(transformer.serialize()))
        .build();
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "OutputTransformer");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoresTransformer<?> that && transformer.equals(that.transformer);
  }

  @Override
  public int hashCode() {
    return transformer.hashCode();
  }
}
