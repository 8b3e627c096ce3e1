package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.training.BatchFeed;
import io.github.ideal4j.training.EpochOrder;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.training.TrainingStep;
import java.util.SplittableRandom;

/** What a tokenizer is trained on, batch by batch. Follows from the step alone. */
interface TokenizerBatches {

  /**
   * A batch.
   *
   * @param images uint8 {@code [batch, height, width, 3]}
   * @param tokens of the backbone
   */
  record Batch(NDArray images, BackboneTokens tokens) {}

  /** The batch of a step, owned by the step's manager. */
  Batch of(TrainingStep step);

  /** Features that were computed before, each image in one of its views by chance. */
  static TokenizerBatches cached(FeatureCache cache, int batch, long seed) {
    EpochOrder order = new EpochOrder(cache.images(), batch, seed);
    return step -> {
      SplittableRandom random = step.random("view");
      int[] images = order.rows(step.batch());
      long[] rows = new long[images.length];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (long) random.nextInt(cache.views()) * cache.images() + images[i];
      }
      return new Batch(cache.pixels(step.manager(), rows), cache.rows(step.manager(), rows));
    };
  }

  /** Photographs as they are read, and their features computed in the step. */
  static TokenizerBatches computed(BatchFeed feed, int imageSize, VisionBackbone backbone) {
    BackboneInput input = BackboneInput.of(imageSize, backbone);
    return step -> {
      NDArray images = feed.pixels(step.batch(), step.manager());
      return new Batch(images, tokens(images, input, backbone, step.manager()));
    };
  }

  private static BackboneTokens tokens(
      NDArray images, BackboneInput input, VisionBackbone backbone, NDManager manager) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try (NDManager own = manager.newSubManager()) {
      images.attach(own); // what is made of it is given back at once
      BackboneTokens tokens = backbone.tokens(input.pixels(images));
      tokens.shallow().attach(manager);
      tokens.deep().attach(manager);
      images.attach(manager);
      return tokens;
    } finally {
      Autograd.setRecording(recording);
    }
  }
}
