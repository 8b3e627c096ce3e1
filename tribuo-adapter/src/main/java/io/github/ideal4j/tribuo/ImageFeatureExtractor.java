package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.features.FeatureTable;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.OutputFactory;

/**
 * Photographs in, Tribuo examples out, for a model that was trained on tokens of the same bundle.
 * Safe for use by several threads; close it after the last one.
 *
 * <pre>{@code
 * try (var extractor =
 *     new ImageFeatureExtractor<>(Path.of("models/tiny"), new LabelFactory(), featurizers)) {
 *   Prediction<Label> prediction = model.predict(extractor.extract(Path.of("photo.jpg")));
 * }
 * }</pre>
 */
public final class ImageFeatureExtractor<T extends Output<T>>
    implements AutoCloseable, Configurable, Provenancable<ConfiguredObjectProvenance> {

  @Config(mandatory = true, description = "Folder of the bundle that tokenizes.")
  private Path bundle;

  @Config(description = "SHA-256 of its encoder; empty before it has been opened once.")
  private String encoderSha256 = "";

  @Config(mandatory = true, description = "Makes the unknown output of the examples.")
  private OutputFactory<T> outputFactory;

  @Config(mandatory = true, description = "What makes features of the tokens.")
  private List<TokenFeaturizer> featurizers = new ArrayList<>();

  @Config(description = "Threads of one run; 0 takes one for each core.")
  private int threads;

  private ImageTokenizer tokenizer;
  private FeatureTable features;
  private int size;

  private ImageFeatureExtractor() {}

  /**
   * Opens a bundle.
   *
   * @throws PropertyException if the bundle cannot be opened, or a featurizer does not fit it
   */
  public ImageFeatureExtractor(
      Path bundle, OutputFactory<T> outputFactory, List<TokenFeaturizer> featurizers) {
    this.bundle = bundle;
    this.outputFactory = outputFactory;
    this.featurizers = new ArrayList<>(featurizers);
    postConfig();
  }

  @Override
  public void postConfig() {
    try {
      Bundle opened = Bundle.open(bundle);
      String sum = opened.tokenizer().sha256();
      if (!encoderSha256.isEmpty() && !encoderSha256.equals(sum)) {
        throw new PropertyException(
            "",
            "bundle",
            "%s: the sha256 of its encoder is %s instead of %s"
                .formatted(bundle, sum, encoderSha256));
      }
      encoderSha256 = sum;
      size = opened.description().image().height();
      features = new FeatureTable(featurizers, opened.tokenizer());
      tokenizer = ImageTokenizer.open(opened, SessionSettings.cpu().withThreads(threads));
    } catch (IOException | IllegalArgumentException e) {
      throw new PropertyException(e, "", "bundle", e.getMessage());
    }
  }

  /** The featurizers, prepared for the bundle. */
  public FeatureTable features() {
    return features;
  }

  /** The example of one photograph of any size; its centre is taken. */
  public Example<T> extract(RgbImage image) {
    return extract(List.of(image)).get(0);
  }

  /**
   * The example of a photograph in a file.
   *
   * @throws IOException if it cannot be read or is no photograph
   */
  public Example<T> extract(Path file) throws IOException {
    return extract(ImageDecoder.decode(Files.readAllBytes(file), file.toString()));
  }

  /** The examples of photographs of any size, which run through the encoder in batches. */
  public List<Example<T>> extract(List<RgbImage> images) {
    int[][] grids =
        tokenizer.encode(images.stream().map(image -> CenterCrop.adm(image, size)).toList());
    return features.examples(
        Collections.nCopies(grids.length, outputFactory.getUnknownOutput()),
        grids,
        Collections.nCopies(grids.length, Map.of()));
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return new ConfiguredObjectProvenanceImpl(this, "ImageFeatureExtractor");
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
