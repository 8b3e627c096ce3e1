package io.github.ideal4j.tribuo.fused;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.tribuo.interop.onnx.ExampleTransformer;
import org.tribuo.interop.onnx.protos.ExampleTransformerProto;
import org.tribuo.interop.onnx.protos.ImageTransformerProto;
import org.tribuo.math.la.SparseVector;
import org.tribuo.math.la.VectorTuple;
import org.tribuo.protos.ProtoSerializableClass;
import org.tribuo.protos.ProtoSerializableField;
import org.tribuo.protos.ProtoUtil;

/**
 * Makes the input of a fused file, uint8 {@code [n, height, width, 3]}, of Tribuo features that are
 * samples of 0 to 255 in that order. Tribuo's own image transformer makes float32 with the channels
 * first.
 */
@ProtoSerializableClass(
    serializedDataClass = ImageTransformerProto.class,
    version = PhotographTransformer.CURRENT_VERSION)
@SuppressWarnings("serial") // Tribuo's types are Serializable; they are saved as protobuf
public final class PhotographTransformer implements ExampleTransformer {

  /** Version of the saved form. */
  public static final int CURRENT_VERSION = 0;

  @Config(mandatory = true, description = "Height of the images.")
  @ProtoSerializableField
  private int height;

  @Config(mandatory = true, description = "Width of the images.")
  @ProtoSerializableField
  private int width;

  @Config(description = "Samples of a pixel, which are red, green and blue.")
  @ProtoSerializableField
  private int channels = RgbImage.CHANNELS;

  private PhotographTransformer() {}

  /**
   * For images of one size.
   *
   * @throws PropertyException if a side is not positive
   */
  public PhotographTransformer(int height, int width) {
    this.height = height;
    this.width = width;
    postConfig();
  }

  @Override
  public void postConfig() {
    if (height < 1 || width < 1 || channels != RgbImage.CHANNELS) {
      throw new PropertyException(
          "",
          "height",
          "an image has positive sides and 3 channels, not %d x %d x %d"
              .formatted(height, width, channels));
    }
  }

  /** Reads the saved form. */
  public static PhotographTransformer deserializeFromProto(
      int version, String className, Any message) throws InvalidProtocolBufferException {
    if (version != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          "%s has version %d, this code reads %d".formatted(className, version, CURRENT_VERSION));
    }
    ImageTransformerProto proto = message.unpack(ImageTransformerProto.class);
    return new PhotographTransformer(proto.getHeight(), proto.getWidth());
  }

  @Override
  public OnnxTensor transform(OrtEnvironment env, SparseVector vector) throws OrtException {
    return transform(env, List.of(vector));
  }

  @Override
  public OnnxTensor transform(OrtEnvironment env, List<SparseVector> vectors) throws OrtException {
    int bytes = height * width * channels;
    ByteBuffer samples =
        ByteBuffer.allocateDirect(Math.max(1, vectors.size() * bytes))
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < vectors.size(); i++) {
      for (VectorTuple feature : vectors.get(i)) {
        if (feature.index < bytes) { // Tribuo may add a bias behind the features
          samples.put(i * bytes + feature.index, (byte) Math.round(feature.value));
        }
      }
    }
    long[] shape = {vectors.size(), height, width, channels};
    return OnnxTensor.createTensor(env, samples, shape, OnnxJavaType.UINT8);
  }

  @Override
  public ExampleTransformerProto serialize() {
    return ProtoUtil.serialize(this);
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "ExampleTransformer");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PhotographTransformer that
        && height == that.height
        && width == that.width;
  }

  @Override
  public int hashCode() {
    return Objects.hash(height, width);
  }

  @Override
  public String toString() {
    return "PhotographTransformer(height=%d,width=%d)".formatted(height, width);
  }
}
