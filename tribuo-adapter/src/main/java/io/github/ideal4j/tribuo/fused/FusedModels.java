package io.github.ideal4j.tribuo.fused;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.interop.onnx.ONNXExternalModel;
import org.tribuo.interop.onnx.OutputTransformer;

/** Fused files as Tribuo models: pixels are the features. */
public final class FusedModels {

  private FusedModels() {}

  /**
   * Loads a fused file as an external model of Tribuo.
   *
   * @param factory of the outputs, a {@code LabelFactory} for example
   * @param transformer of the scores, a {@code LabelTransformer} for example
   * @throws IOException if it is no fused file or does not load
   */
  public static <T extends Output<T>> ONNXExternalModel<T> load(
      Path file, OutputFactory<T> factory, OutputTransformer<T> transformer) throws IOException {
    List<String> names;
    boolean regression;
    int height;
    int width;
    try (ClassifierSession session = ClassifierSession.open(file, SessionSettings.cpu())) {
      names = session.outputs();
      regression = session.kind().equals("regression");
      height = session.imageHeight();
      width = session.imageWidth();
    }
    Map<String, Integer> features = new HashMap<>();
    for (int i = 0; i < height * width * RgbImage.CHANNELS; i++) {
      features.put(name(i), i);
    }
    Map<T, Integer> outputs = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      // A regression factory reads 'name=value'.
      String text = regression ? names.get(i) + "=0" : names.get(i);
      outputs.put(factory.generateOutput(text), i);
    }
    try {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      SessionSettings.cpu().apply(options); // closed with the model
      return ONNXExternalModel.createOnnxModel(
          factory,
          features,
          outputs,
          new PhotographTransformer(height, width),
          new ScoresTransformer<>(transformer),
          options,
          file,
          "images");
    } catch (OrtException e) {
      throw new IOException("%s does not load: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The samples of an image as features {@code px-0000000} and so on. */
  public static <T extends Output<T>> Example<T> example(RgbImage image, T output) {
    String[] names = new String[image.pixels().length];
    double[] values = new double[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = name(i);
      values[i] = Byte.toUnsignedInt(image.pixels()[i]);
    }
    return new ArrayExample<>(output, names, values);
  }

  private static String name(int sample) {
    return "px-%07d".formatted(sample);
  }
}
