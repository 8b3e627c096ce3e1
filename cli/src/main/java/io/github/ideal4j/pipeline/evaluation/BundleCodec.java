package io.github.ideal4j.pipeline.evaluation;

import io.github.ideal4j.evaluation.codec.Coded;
import io.github.ideal4j.evaluation.codec.PixelCodec;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Another bundle, as something to compare with. */
final class BundleCodec implements PixelCodec {

  private final BundleDescription bundle;
  private final ImageTokenizer tokenizer;

  private BundleCodec(BundleDescription bundle, ImageTokenizer tokenizer) {
    this.bundle = bundle;
    this.tokenizer = tokenizer;
  }

  static BundleCodec open(Path folder, SessionSettings settings) throws IOException {
    Bundle bundle = Bundle.open(folder);
    return new BundleCodec(bundle.description(), ImageTokenizer.open(bundle, settings));
  }

  @Override
  public String name() {
    return bundle.name();
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "IDEAL, %d x %d tokens out of %,d",
        bundle.grid().rows(),
        bundle.grid().columns(),
        bundle.codebook().size());
  }

  @Override
  public List<Coded> code(List<RgbImage> images) {
    return tokenizer.decode(tokenizer.encode(images)).images().stream()
        .map(image -> new Coded(image, bits(bundle)))
        .toList();
  }

  /** Bits of an image's tokens. */
  static long bits(BundleDescription bundle) {
    return Math.round(bundle.grid().cells() * Math.log(bundle.codebook().size()) / Math.log(2));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
