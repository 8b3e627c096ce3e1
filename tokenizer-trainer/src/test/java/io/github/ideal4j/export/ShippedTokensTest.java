package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.ProjectFiles;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.DecodedImages;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerImport;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Today's export of the shipped weights beside the shipped bundle. {@code -Dideal.long=true}. */
@EnabledIfSystemProperty(
    named = "ideal.long",
    matches = "true",
    disabledReason = "takes minutes; -Dideal.long=true runs it")
class ShippedTokensTest {

  private static final int EVERY = 6;

  @TempDir Path folder;

  @Test
  void tokensAndPicturesAreThoseOfTheShippedBundle() throws IOException {
    Bundle shipped = Bundle.open(ProjectFiles.find("models/tiny"));
    Path backbone =
        ProjectFiles.find("examples/data/vit_tiny_patch16_224_in21k_ft_in1k.safetensors");
    List<RgbImage> photographs = photographs(ProjectFiles.find("examples/data/caltech101_64.zip"));
    Path out = folder.resolve("bundle");
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      TokenizerRun run = run(shipped, manager);
      TokenizerExport.export(run, backbone, "tiny", photographs.subList(0, 16), out);
    }
    try (ImageTokenizer before = ImageTokenizer.open(shipped, SessionSettings.cpu());
        ImageTokenizer now = ImageTokenizer.open(Bundle.open(out), SessionSettings.cpu())) {
      int[][] tokens = before.encode(photographs);
      assertThat(now.encode(photographs)).isDeepEqualTo(tokens);
      DecodedImages old = before.decode(tokens);
      DecodedImages decoded = now.decode(tokens);
      for (int i = 0; i < tokens.length; i++) {
        assertThat(decoded.images().get(i).pixels()).isEqualTo(old.images().get(i).pixels());
        assertThat(decoded.deep().get(i))
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(old.deep().get(i));
      }
    }
  }

  private TokenizerRun run(Bundle shipped, NDManager manager) throws IOException {
    TokenizerTrainingConfig config =
        TokenizerTrainingConfig.PRESETS.load(
            "tiny", Optional.of(shipped.file(BundleFiles.CONFIG)), List.of());
    try (DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config.model(), 0, manager)) {
      tokenizer.load(shipped.file(BundleFiles.WEIGHTS));
      return TokenizerImport.write(config, tokenizer, Map.of(), folder.resolve("run"), manager);
    }
  }

  private static List<RgbImage> photographs(Path zip) throws IOException {
    try (ImageSource source = ImageSource.open(zip)) {
      ImageSelection some = ImageSelection.split("test").withEvery(EVERY);
      return new ImageLoader(source, some, 64, true)
          .loadAll().stream().map(LoadedImage::image).toList();
    }
  }
}
