package io.github.ideal4j.pipeline.comparison;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.backbone.BackboneFolder;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import io.github.ideal4j.tribuo.model.DenseFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/**
 * One way to describe images, with the examples that it makes: features of tokens, or for
 * comparison {@value #PIXELS} and {@value #TEACHER}.
 *
 * @param name a specification of features, or one of these two
 * @param train examples with labels
 * @param test examples with labels
 */
public record Family(String name, List<Example<Label>> train, List<Example<Label>> test) {

  /** Colours averaged over 8 x 8 cells. */
  public static final String PIXELS = "pixels";

  /** The mean deep feature of the frozen backbone. */
  public static final String TEACHER = "teacher";

  private static final int TEACHER_INPUT = 256; // pixels a side, as in the preset tiny

  /**
   * Where families come from.
   *
   * @param tokens to train on, with labels
   * @param test tokens to measure on, with labels
   * @param bundle of the tokenizer
   * @param images that were tokenized, for pixels and teacher
   * @param backbone for the teacher
   * @param cache folder of its features
   * @param threads of the processor for the teacher
   */
  public record Sources(
      Path tokens,
      Path test,
      Optional<Path> bundle,
      Optional<Photographs> images,
      Path backbone,
      Path cache,
      int threads) {}

  /**
   * Makes the examples of a family.
   *
   * @throws IllegalArgumentException if it needs something that is not given
   */
  static Family of(String name, Sources sources, Progress progress) throws IOException {
    if (name.equals(PIXELS)) {
      return vectors(
          name,
          Comparison.pixels(images(sources, sources.tokens())),
          Comparison.pixels(images(sources, sources.test())),
          sources);
    } else if (name.equals(TEACHER)) {
      return teacher(sources, progress);
    }
    List<TokenFeaturizer> featurizers =
        FeatureSpec.parse(name)
            .featurizers(new FeatureFiles(sources.bundle(), Optional.of(sources.tokens())));
    return new Family(
        name, examples(sources.tokens(), featurizers), examples(sources.test(), featurizers));
  }

  private static List<Example<Label>> examples(Path tokens, List<TokenFeaturizer> featurizers) {
    List<Example<Label>> examples = new ArrayList<>();
    new TokenDataSource<>(
            tokens, new LabelFactory(), featurizers, TokenOutputs.labels().onlyLabeled())
        .forEach(examples::add);
    return examples;
  }

  private static Family teacher(Sources sources, Progress progress) throws IOException {
    List<LoadedImage> train = images(sources, sources.tokens());
    List<LoadedImage> test = images(sources, sources.test());
    try (BackboneFolder folder = BackboneFolder.open(sources.backbone());
        NDManager manager = TorchEngine.start(sources.threads()).newManager(Device.cpu());
        StopSignal stop = new StopSignal();
        VisionBackbone backbone =
            VisionBackbone.open(
                folder,
                BackboneLayers.of(folder.architecture()),
                TEACHER_INPUT,
                TEACHER_INPUT,
                manager)) {
      return vectors(
          TEACHER,
          Comparison.deep(train, backbone, manager, sources.cache(), progress, stop),
          Comparison.deep(test, backbone, manager, sources.cache(), progress, stop),
          sources);
    }
  }

  private static Family vectors(String name, float[][] train, float[][] test, Sources sources)
      throws IOException {
    DenseFeatures features = new DenseFeatures(train);
    return new Family(
        name,
        examples(features, train, labels(sources.tokens())),
        examples(features, test, labels(sources.test())));
  }

  private static List<Example<Label>> examples(
      DenseFeatures features, float[][] vectors, List<String> labels) {
    List<Example<Label>> examples = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      examples.add(features.example(vectors[i], labels.get(i)));
    }
    return examples;
  }

  private static List<String> labels(Path tokens) throws IOException {
    List<String> labels = new ArrayList<>();
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      for (long row = 0; row < dataset.size(); row++) {
        if (dataset.label(row) != null) {
          labels.add(dataset.label(row));
        }
      }
    }
    return labels;
  }

  /** The photographs of labeled rows, found by their paths. */
  private static List<LoadedImage> images(Sources sources, Path tokens) throws IOException {
    Photographs source =
        sources
            .images()
            .orElseThrow(
                () -> new IllegalArgumentException("pixels and teacher need the --images"));
    Map<String, LoadedImage> byPath = new HashMap<>();
    List<LoadedImage> images = new ArrayList<>();
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      source
          .load(dataset.info().imageHeight())
          .images()
          .forEach(image -> byPath.put(image.entry().path(), image));
      for (long row = 0; row < dataset.size(); row++) {
        if (dataset.label(row) == null) {
          continue;
        }
        LoadedImage image = byPath.get(dataset.path(row));
        if (image == null) {
          throw new IllegalArgumentException(
              "%s names '%s', which is not in %s"
                  .formatted(tokens, dataset.path(row), source.source()));
        }
        images.add(image);
      }
    }
    return images;
  }
}
