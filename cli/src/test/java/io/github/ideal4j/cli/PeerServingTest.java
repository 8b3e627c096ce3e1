package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped bundle from Python and from Node: equal tokens, equal images. Their ONNX Runtime may
 * be of another version than ours, so that a token on the border between two codes may turn.
 */
class PeerServingTest {

  private static final int COUNT = 16;
  private static final double EQUAL_TOKENS = 0.999;
  private static final int PIXEL_LEVELS = 1;

  @TempDir Path temporary;

  @Test
  void pythonGivesTheSameTokensAndImages() throws Exception {
    String given = System.getenv("IDEAL_PYTHON");
    String python = given == null ? "../.venv/bin/python" : given;
    assumeTrue(
        works(List.of(python, "-c", "import numpy, onnxruntime"), Map.of()),
        "no Python with numpy and onnxruntime: set IDEAL_PYTHON or make .venv in the project");
    assertEqual(List.of(python, "src/test/resources/peer/serve.py"), Map.of());
  }

  @Test
  void nodeGivesTheSameTokensAndImages() throws Exception {
    String given = System.getenv("IDEAL_NODE_MODULES");
    Path modules = Path.of(given == null ? "../.venv/node_modules" : given).toAbsolutePath();
    Map<String, String> environment = Map.of("NODE_PATH", modules.toString());
    assumeTrue(
        Files.isDirectory(modules.resolve("onnxruntime-node"))
            && works(List.of("node", "-e", "require('onnxruntime-node')"), environment),
        "no Node with onnxruntime-node: set IDEAL_NODE_MODULES");
    assertEqual(List.of("node", "src/test/resources/peer/serve.cjs"), environment);
  }

  @Test
  void theOnnxCheckerKnowsEveryShape() throws Exception {
    String given = System.getenv("IDEAL_PYTHON");
    String python = given == null ? "../.venv/bin/python" : given;
    assumeTrue(
        works(List.of(python, "-c", "import onnx"), Map.of()),
        "no Python with onnx: set IDEAL_PYTHON or make .venv in the project");
    Path bundle = bundle().folder();
    List<String> call =
        List.of(
            python,
            "../onnx-export/src/test/resources/peer/check.py",
            bundle.resolve("encoder.onnx").toString(),
            bundle.resolve("decoder.onnx").toString());
    assertThat(run(call, Map.of()).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(" 0 without shape []"));
  }

  private static Bundle bundle() throws IOException {
    return Bundle.open(ShippedFiles.locate().bundle().orElseThrow());
  }

  private void assertEqual(List<String> peer, Map<String, String> environment) throws Exception {
    Bundle bundle = bundle();
    List<RgbImage> photographs = photographs(bundle.description().image().width());
    Path input = temporary.resolve("images");
    try (OutputStream out = Files.newOutputStream(input)) {
      for (RgbImage image : photographs) {
        out.write(image.pixels());
      }
    }
    Path tokens = temporary.resolve("tokens");
    Path decoded = temporary.resolve("decoded");
    List<String> call = new ArrayList<>(peer);
    for (Path path : List.of(bundle.folder(), input, tokens, decoded)) {
      call.add(path.toString());
    }
    run(call, environment);
    SessionSettings settings = SessionSettings.cpu().withThreads(1);
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      int[][] theirs = read(tokens, bundle.description().grid().cells());
      assertThat(equalShare(tokenizer.encode(photographs), theirs))
          .isGreaterThanOrEqualTo(EQUAL_TOKENS);
      byte[] pixels = Files.readAllBytes(decoded);
      int at = 0;
      for (RgbImage image : tokenizer.decode(theirs).images()) {
        byte[] part = Arrays.copyOfRange(pixels, at, at + image.pixels().length);
        assertThat(levels(image.pixels(), part)).isLessThanOrEqualTo(PIXEL_LEVELS);
        at += part.length;
      }
      assertThat(at).isEqualTo(pixels.length);
    }
  }

  private static List<RgbImage> photographs(int size) throws IOException {
    try (ImageSource source = ImageSource.open(ShippedFiles.locate().photographs())) {
      ImageSelection selection = ImageSelection.all();
      int every = Math.max(1, selection.of(source).size() / COUNT);
      return new ImageLoader(source, selection.withEvery(every), size, false)
          .loadAll().stream().limit(COUNT).map(LoadedImage::image).toList();
    }
  }

  private static int[][] read(Path file, int cells) throws IOException {
    var shorts =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    int[][] grids = new int[shorts.remaining() / cells][cells];
    for (int[] grid : grids) {
      Arrays.setAll(grid, i -> Short.toUnsignedInt(shorts.get()));
    }
    return grids;
  }

  private static double equalShare(int[][] ours, int[][] theirs) {
    assertThat(theirs.length).isEqualTo(ours.length);
    long equal = 0;
    long count = 0;
    for (int i = 0; i < ours.length; i++) {
      for (int j = 0; j < ours[i].length; j++) {
        equal += ours[i][j] == theirs[i][j] ? 1 : 0;
        count++;
      }
    }
    return (double) equal / count;
  }

  private static int levels(byte[] ours, byte[] theirs) {
    int largest = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs((ours[i] & 0xFF) - (theirs[i] & 0xFF)));
    }
    return largest;
  }

  private static boolean works(List<String> call, Map<String, String> environment) {
    try {
      run(call, environment);
      return true;
    } catch (IOException | InterruptedException | AssertionError e) {
      return false;
    }
  }

  private static String run(List<String> call, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(call).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", call).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.strip();
  }
}
