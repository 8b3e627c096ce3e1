package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.ModelSummary;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.tokenizer.TokenizerTrainer;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mean and deviation of features cost an exported graph nothing, and change no token. */
class FoldedStatisticsTest {

  private static final List<RgbImage> OTHERS = TinyPhotographs.of(9, TinyVit.INPUT_SIZE, 3);
  private static final List<String> STATISTICS =
      List.of("shallow_mean", "shallow_deviation", "deep_mean", "deep_deviation");

  @TempDir Path folder;
  private NDManager manager;
  private Path backbone;

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    backbone = TinyVit.write(folder.resolve("vit.safetensors"), 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private TokenizerExport.Result exported(String name, String overrides) throws IOException {
    String all = "training.steps=3 training.checkpointEvery=3 loss.lpips=0 " + overrides;
    new TokenizerTrainer(
            TinyTokenizer.config(all.strip().split(" +")),
            manager,
            folder.resolve("features"),
            Progress.silent(),
            new StopSignal())
        .train(
            new TokenizerTrainer.Photographs(
                TinyPhotographs.of(12, TinyVit.INPUT_SIZE, 1), List.of(), Map.of()),
            backbone,
            folder.resolve(name),
            false);
    return TokenizerExport.export(
        TokenizerRun.open(folder.resolve(name)),
        backbone,
        "toy",
        OTHERS,
        folder.resolve(name + "-bundle"));
  }

  /** The comparison is with the trained model, whose statistics are operators of their own. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "model.fusion=ATTENTION model.fusionMlp=64",
        "model.fusion=ATTENTION_SKIP model.fusionMlp=64",
        "model.fusion=LINEAR",
        "model.fusion=NONE",
        "model.fusion=LINEAR model.pixelInput=DEEP_AND_SHALLOW",
        "model.fusion=LINEAR model.pixels.kind=VQGAN model.pixels.channels=[16,16,16,8]"
      })
  void noOperatorIsLeftOfThem(String given) throws IOException {
    TokenizerExport.Result with = exported("with", given);
    assertThat(with.comparison().differing()).isZero();
    assertThat(with.comparison().pixelLevels()).isLessThanOrEqualTo(1);
    assertThat(with.comparison().features()).isLessThan(1e-4);

    Bundle without = exported("without", given + " data.standardize=false").bundle();
    assertThat(operators(with.bundle(), BundleFiles.ENCODER))
        .isEqualTo(operators(without, BundleFiles.ENCODER));
    Map<String, Long> decoder = operators(without, BundleFiles.DECODER);
    decoder.merge("MatMul", 1L, Long::sum);
    decoder.merge("Add", 1L, Long::sum);
    decoder.merge("Transpose", 1L, Long::sum); // of its weights, done when a graph is loaded
    assertThat(operators(with.bundle(), BundleFiles.DECODER))
        .as("a second head is all that is added")
        .isEqualTo(decoder);

    List<float[]> statistics = statistics(with.bundle());
    for (String file : List.of(BundleFiles.ENCODER, BundleFiles.DECODER)) {
      assertThat(constants(with.bundle(), file))
          .noneMatch(held -> statistics.stream().anyMatch(one -> Arrays.equals(one, held)));
    }
  }

  /** What the test above looks for is there where nothing is folded: it can fail. */
  @Test
  void constantsOfAGraphAreFound() throws IOException {
    Bundle bundle = exported("run", "").bundle();
    try (SafetensorsFile weights = SafetensorsFile.open(bundle.file(BundleFiles.WEIGHTS))) {
      float[] bias = weights.floats("decode_transformer.norm_post.bias");
      assertThat(constants(bundle, BundleFiles.DECODER))
          .anyMatch(held -> Arrays.equals(bias, held));
    }
  }

  private static Map<String, Long> operators(Bundle bundle, String file) throws IOException {
    return new java.util.TreeMap<>(ModelSummary.of(bundle.file(file)).operators());
  }

  private static List<float[]> statistics(Bundle bundle) throws IOException {
    try (SafetensorsFile weights = SafetensorsFile.open(bundle.file(BundleFiles.WEIGHTS))) {
      List<float[]> all = STATISTICS.stream().map(weights::floats).toList();
      assertThat(all).allSatisfy(values -> assertThat(values).hasSize(TinyVit.WIDTH));
      return all;
    }
  }

  private static List<float[]> constants(Bundle bundle, String file) throws IOException {
    try (InputStream in = Files.newInputStream(bundle.file(file))) {
      GraphProto graph = ModelProto.parseFrom(in).getGraph();
      List<float[]> all = new ArrayList<>();
      for (TensorProto tensor : graph.getInitializerList()) {
        if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
          FloatBuffer values =
              tensor
                  .getRawData()
                  .asReadOnlyByteBuffer()
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .asFloatBuffer();
          float[] held = new float[values.remaining()];
          values.get(held);
          all.add(held);
        }
      }
      return all;
    }
  }
}
