package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTokenizerTest {

  private static final SessionSettings SETTINGS = SessionSettings.cpu().withThreads(1);

  @TempDir Path folder;
  private Bundle bundle;
  private ImageTokenizer tokenizer;

  @BeforeEach
  void open() throws IOException {
    bundle = TinyBundle.tokenizer().write(folder.resolve("bundle"));
    tokenizer = ImageTokenizer.open(bundle, SETTINGS, 4);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private static List<RgbImage> images(int count) {
    return IntStream.range(0, count).mapToObj(TinyBundle::image).toList();
  }

  @Test
  void imagesBecomeTokensWhateverTheBatch() {
    for (int count : new int[] {0, 1, 4, 5, 11}) {
      int[][] expected = images(count).stream().map(TinyBundle::tokens).toArray(int[][]::new);
      assertThat(tokenizer.encode(images(count))).isDeepEqualTo(expected);
    }
  }

  @Test
  void tokensBecomeImagesAndFeatures() {
    int[][] grids = new int[6][];
    Arrays.setAll(grids, i -> new int[] {i, 1, 2, 3, 4, 15});
    DecodedImages decoded = tokenizer.decode(grids);
    assertThat(decoded.images()).hasSize(6);
    RgbImage last = decoded.images().get(5);
    assertThat(last.sample(0, 0, 0)).isEqualTo(5 * 16 + 8);
    assertThat(last.sample(1, 1, 2)).isEqualTo(5 * 16 + 8);
    assertThat(last.sample(5, 3, 1)).isEqualTo(15 * 16 + 8);
    assertThat(decoded.deep().get(5))
        .containsExactly(5, 5.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f, 15, 15.5f);
    assertThat(tokenizer.encode(decoded.images())).isDeepEqualTo(grids);
  }

  @Test
  void manyThreadsGetTheirOwnTokens() {
    List<RgbImage> images = images(64);
    int[][] expected = images.stream().map(TinyBundle::tokens).toArray(int[][]::new);
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i ->
                assertThat(tokenizer.encode(images.subList(i, 64)))
                    .isDeepEqualTo(Arrays.copyOfRange(expected, i, 64)));
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    List<RgbImage> images = List.of(TinyBundle.image(0), new RgbImage(4, 6, new byte[72]));
    assertThatThrownBy(() -> tokenizer.encode(images))
        .hasMessage("image 1 is 4 x 6 pixels; this tokenizer takes 6 x 4");
  }

  @Test
  void wrongTokensAreRefused() {
    assertThatThrownBy(() -> tokenizer.decode(new int[][] {{0, 0, 0, 0, 0, 16}}))
        .hasMessage("grid 0 holds token 16; valid are 0 to 15");
    assertThatThrownBy(() -> tokenizer.decode(new int[][] {{0, 0}}))
        .hasMessage("grid 0 has 2 tokens; this tokenizer has 6");
  }

  @Test
  void aClosedTokenizerSaysSo() {
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode(images(1))).hasMessageEndingWith("is closed");
  }

  @Test
  void graphsThatDoNotFitTheManifestAreRefused() throws IOException {
    Bundle swapped =
        BundleWriter.copyOf(bundle)
            .add(BundleFiles.DECODER, TinyBundle.encoder(16)::write)
            .write(folder.resolve("swapped"));
    assertThatThrownBy(() -> ImageTokenizer.open(swapped, SETTINGS))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("decoder.onnx maps [images] to [tokens]; [tokens] to [");
    Bundle broken =
        BundleWriter.copyOf(bundle)
            .addText(BundleFiles.ENCODER, "no graph")
            .write(folder.resolve("broken"));
    assertThatThrownBy(() -> ImageTokenizer.open(broken, SETTINGS))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("encoder.onnx does not load on cpu");
  }

  @Test
  void anEncoderWithOtherElementsIsRefused() throws IOException {
    GraphBuilder graph = new GraphBuilder("encoder");
    Value images = graph.input("images", ElementType.UINT8, "n", 4, 6, 3);
    Value part = graph.reshape(graph.slice(images, 3, 0, 1), 0, 4, 6);
    Value cells = graph.slice(graph.slice(part, 1, 0, 2), 2, 0, 3);
    graph.output(graph.cast(cells, ElementType.INT64), "tokens", ElementType.INT64, "n", 2, 3);
    Bundle other =
        BundleWriter.copyOf(bundle)
            .add(BundleFiles.ENCODER, new TinyBundle.OnnxFile(graph)::write)
            .write(folder.resolve("other"));
    assertThatThrownBy(() -> ImageTokenizer.open(other, SETTINGS))
        .isInstanceOf(BundleException.class)
        .hasMessageEndingWith("'tokens' has elements of type int64, but uint16 was expected");
  }

  @Test
  void anEncoderOfAnotherSizeIsRefused() throws IOException {
    Bundle square = SquareBundle.write(folder.resolve("square"));
    Bundle other =
        BundleWriter.copyOf(bundle)
            .addFile(BundleFiles.ENCODER, square.file(BundleFiles.ENCODER))
            .write(folder.resolve("other"));
    assertThatThrownBy(() -> ImageTokenizer.open(other, SETTINGS))
        .isInstanceOf(BundleException.class)
        .hasMessageEndingWith(
            "'images' has shape [-1, 32, 32, 3], but model.json means [-1, 4, 6, 3]");
  }

  @Test
  void cudaIsNeverReplacedByTheProcessor() {
    assumeTrue(
        !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime has CUDA");
    SessionSettings cuda = new SessionSettings(Provider.parse("cuda:1"), 1);
    assertThatThrownBy(() -> ImageTokenizer.open(bundle, cuda))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("encoder.onnx does not load on cuda:1")
        .hasMessageContaining("CUDAExecutionProvider was looked for in ONNX Runtime 1.28.0")
        .hasMessageContaining("which has only [CPUExecutionProvider")
        .hasMessageContaining("onnxruntime_gpu has it");
  }

  @Test
  void settingsDoNotChangeTokens() throws IOException {
    int[][] expected = tokenizer.encode(images(3));
    SessionSettings settings = SessionSettings.cpu().withThreads(2).withArena(false);
    try (ImageTokenizer other = ImageTokenizer.open(bundle, settings, 2).warmUp()) {
      assertThat(other.encode(images(3))).isDeepEqualTo(expected);
    }
    assertThatThrownBy(() -> settings.withMemoryLimit(1 << 20))
        .hasMessage("a memory limit is a number of bytes for a CUDA device, got 1048576 for cpu");
  }

  @Test
  void tf32IsForCuda() {
    assertThatThrownBy(() -> SETTINGS.withTf32(true))
        .hasMessage("TF32 is for CUDA devices, cpu has none");
    SessionSettings cuda = new SessionSettings(Provider.parse("cuda"), 1).withTf32(true);
    assertThat(cuda.withThreads(2).withArena(false).withMemoryLimit(1).tf32()).isTrue();
  }

  /** As ONNX Runtime 1.28 says them, with libraries that lack and without a GPU. */
  @Test
  void messagesOfCudaAreToldWithoutPlacesInItsSources() {
    assertThat(
            SessionSettings.brief(
                new OrtException(
                    OrtException.OrtErrorCode.ORT_FAIL,
                    "/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory")))
        .isEqualTo(
            "Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory");
    assertThat(
            SessionSettings.brief(
                new OrtException(
                    OrtException.OrtErrorCode.ORT_FAIL,
                    "/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc:62 static onnxruntime::CUDAExecutionProviderInfo onnxruntime::CUDAExecutionProviderInfo::FromProviderOptions(const onnxruntime::ProviderOptions&) [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option \"device_id\": CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=vm ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc ; line=69 ; expr=cudaGetDeviceCount(&num_devices);\n")))
        .isEqualTo(
            "Failed to parse provider option \"device_id\": CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version");
  }

  @Test
  void providersAreReadFromText() {
    assertThat(Provider.parse("cpu")).isEqualTo(Provider.CPU);
    assertThat(Provider.parse("cuda")).hasToString("cuda:0");
    assertThat(Provider.parse("cuda:3").device()).isEqualTo(3);
    assertThatThrownBy(() -> Provider.parse("gpu"))
        .hasMessage("provider 'gpu' is unknown; valid are cpu, cuda, cuda:1");
  }
}
