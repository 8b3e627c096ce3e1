package io.github.ideal4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.backbone.BackboneFolder;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.trace.ExportOptions;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.onnx.trace.InputSpec;
import io.github.ideal4j.onnx.trace.OnnxExporter;
import io.github.ideal4j.onnx.trace.Symbol;
import io.github.ideal4j.onnx.trace.Tracing;
import io.github.ideal4j.server.InferenceServer;
import io.github.ideal4j.server.ServerMetrics;
import io.github.ideal4j.server.ServerSettings;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.model.ModelSet;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual's programs in Java; what stands between tags is printed there. */
class ManualJavaTest {

  private final Path tiny = Path.of("../models/tiny");
  @TempDir Path folder;

  @Test
  void photographsBecomeTokensAndComeBack() throws IOException {
    List<RgbImage> images = photographs();
    // tag::tokenize
    try (ImageTokenizer tokenizer = ImageTokenizer.open(Bundle.open(tiny), SessionSettings.cpu())) {
      int[][] tokens = tokenizer.encode(images); // [images][256]
      List<RgbImage> decoded = tokenizer.decode(tokens).images();
      // end::tokenize
      assertThat(tokens[0]).hasSize(256);
      assertThat(decoded).hasSameSizeAs(images);
      // tag::tokenize
    }
    // end::tokenize
  }

  private static List<RgbImage> photographs() throws IOException {
    try (ImageSource source = ImageSource.open(Path.of("data/caltech101_64.zip"))) {
      return new ImageLoader(source, ImageSelection.split("test").withEvery(300), 64, true)
          .loadAll().stream().map(LoadedImage::image).toList();
    }
  }

  @Test
  void rowsOfATokenFileAreRead() throws IOException {
    Path file = folder.resolve("tokens.arrow");
    TokenizerInfo tokenizer = new TokenizerInfo("toy", "", 1024, 2, 2, 0, 0);
    TokenFileInfo info = TokenFileInfo.toWrite(tokenizer, "example", List.of(TokenColumn.LABEL));
    try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      for (int i = 0; i < 5; i++) {
        TokenGrid grid = new TokenGrid(2, 2, new int[] {i, i, i, i});
        writer.append(TokenRow.of(i, grid).withLabel(i % 2 == 0 ? "cat" : "dog"));
      }
      writer.finish();
    }
    long bytes = 0;
    int cats = 0;
    // tag::tokens
    try (TokenDataset tokens = TokenDataset.open(file)) {
      for (TokenBatch batch : tokens.batches()) {
        ByteBuffer all = batch.tokens(); // [size, rows, columns], the map itself
        // end::tokens
        bytes += all.remaining();
        // tag::tokens
      }
      TokenRow row = tokens.row(3); // any row, over all shards
      for (TokenRow cat : tokens.withLabel("cat")) {
        // end::tokens
        assertThat(cat.id() % 2).isZero();
        cats++;
        // tag::tokens
      }
      // end::tokens
      assertThat(row.grid().indices()).containsOnly(3);
      // tag::tokens
    }
    // end::tokens
    assertThat(bytes).isEqualTo(5 * 4 * Short.BYTES);
    assertThat(cats).isEqualTo(3);
  }

  @Test
  void aModelOfDjlBecomesAnOnnxFile() throws Exception {
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      // tag::block
      Block block =
          new SequentialBlock()
              .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(16).build())
              .add(Activation::relu)
              .add(Pool.globalAvgPool2dBlock())
              .add(Blocks.batchFlattenBlock())
              .add(Linear.builder().setUnits(10).build());
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64)); // or load your own
      // end::block
      Path file = folder.resolve("classifier.onnx");
      // tag::export
      ExportedModel model =
          OnnxExporter.export(
              block,
              List.of(InputSpec.floats("pixels", "batch", 3, "height", "width")),
              ExportOptions.named("classifier", "logits")
                  .withSymbols(
                      new Symbol("height", 64, 96, 80, List.of(128L, 100L)),
                      new Symbol("width", 64, 96, 80, List.of(100L, 128L))));
      model.write(file); // classifier.onnx
      // end::export
      assertThat(model.report().passed()).isTrue();
      // tag::run
      try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString());
          OnnxTensor pixels =
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(),
                  FloatBuffer.allocate(3 * 70 * 90),
                  new long[] {1, 3, 70, 90});
          OrtSession.Result result = session.run(Map.of("pixels", pixels))) {
        float[][] logits = (float[][]) result.get("logits").orElseThrow().getValue();
        // end::run
        assertThat(logits[0]).hasSize(10);
        // tag::run
      }
      // end::run
    }
  }

  @Test
  void anOperationThatDjlDoesNotHaveBringsItsForm() {
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      Block block = new LambdaBlock(list -> new NDList(twice(list.head())));
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
      ExportedModel model =
          OnnxExporter.export(
              block, List.of(InputSpec.floats("x", "batch", 3)), ExportOptions.named("twice", "y"));
      assertThat(model.report().passed()).isTrue();
    }
  }

  private static NDArray twice(NDArray x) {
    // tag::custom
    NDArray y =
        Tracing.custom(
            "twice",
            List.of(x),
            plain -> engineCall(plain.get(0)),
            (graph, inputs) -> graph.op("Add", inputs.get(0), inputs.get(0)));
    // end::custom
    return y;
  }

  private static NDArray engineCall(NDArray x) {
    return x.add(x);
  }

  @Test
  void aBackboneGivesTokensOfTwoLevels() throws IOException {
    Path dinov2 = Path.of("../tokenizer-trainer/src/test/resources/golden/vfm/dinov2");
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      NDArray pixels = manager.zeros(new Shape(2, 3, 56, 56));
      // tag::backbone
      try (BackboneFolder published = BackboneFolder.open(dinov2);
          VisionBackbone backbone =
              VisionBackbone.open(
                  published, BackboneLayers.of(published.architecture()), 56, 56, manager)) {
        BackboneTokens tokens = backbone.tokens(pixels); // shallow and deep, [batch, tokens, width]
        // end::backbone
        assertThat(tokens.deep().getShape()).isEqualTo(new Shape(2, 16, 48));
        assertThat(tokens.shallow().getShape()).isEqualTo(tokens.deep().getShape());
        // tag::backbone
      }
      // end::backbone
    }
  }

  @Test
  void aGraphRunsOnAnotherDevice() {
    // tag::cuda
    SessionSettings settings =
        new SessionSettings(Provider.parse("cuda"), 4).withMemoryLimit(2L << 30);
    // end::cuda
    assertThat(settings.provider()).hasToString("cuda:0");
  }

  @Test
  void aServerStarts() throws Exception {
    // tag::serve
    ServerMetrics metrics = new ServerMetrics();
    ModelSet models =
        new ModelSet(BatchingSettings.standard(), SessionSettings.cpu(), 24 << 20, metrics);
    models.addBundle("", tiny);
    try (InferenceServer server =
        InferenceServer.start(models, metrics, ServerSettings.local(), line -> {})) {
      System.out.println(server.url());
      // end::serve
      assertThat(server.url().getPort()).isPositive();
      // tag::serve
    }
    // end::serve
  }
}
