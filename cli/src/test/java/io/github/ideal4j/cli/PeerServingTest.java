package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
  void pythonGivesTheSameTokensAndImages() throws IOException {
    assertEqual(Peer.python("numpy", "onnxruntime"), "src/test/resources/peer/serve.py");
  }

  @Test
  void nodeGivesTheSameTokensAndImages() throws IOException {
    assertEqual(Peer.node("onnxruntime-node"), "src/test/resources/peer/serve.cjs");
  }

  @Test
  void theOnnxCheckerKnowsEveryShape() throws IOException {
    Path bundle = bundle().folder();
    String said =
        Peer.python("onnx")
            .run(
                "../onnx-export/src/test/resources/peer/check.py",
                bundle.resolve("encoder.onnx"),
                bundle.resolve("decoder.onnx"));
    assertThat(said.lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(" 0 without shape []"));
  }

  private static Bundle bundle() throws IOException {
    return Bundle.open(ShippedFiles.locate().bundle().orElseThrow());
  }

  private void assertEqual(Peer peer, String program) throws IOException {
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
    peer.run(program, bundle.folder(), input, tokens, decoded);
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
}
