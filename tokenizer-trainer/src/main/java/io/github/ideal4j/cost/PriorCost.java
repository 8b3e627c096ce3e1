package io.github.ideal4j.cost;

import io.github.ideal4j.cost.ModelPart.Kind;
import io.github.ideal4j.prior.GptPriorConfig;
import io.github.ideal4j.prior.PriorConfig;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.prior.RarPriorConfig;
import java.util.List;

/** What the training of a prior costs. */
public final class PriorCost {

  private PriorCost() {}

  /** The cost of a configuration whose sizes of data are known. */
  public static TrainingCost of(PriorTrainingConfig config) {
    PriorConfig model = config.prior();
    double length = (double) model.lead() + model.cells();
    double dropout = config.dropout();
    double logits = (double) model.tokens() * model.codebookSize();
    return new TrainingCost(
        List.of(
            embeddings(model, length, dropout).trained("embeddings"),
            layers(model, length, dropout).trained("%d layers".formatted(model.layers())),
            head(model, length).trained("norm and head"),
            new Layers().makes(logits).part("data and loss", Kind.FROZEN, 0, 1)),
        2 * logits,
        0,
        config.training());
  }

  private static Layers embeddings(PriorConfig model, double length, double dropout) {
    Layers layers = new Layers().makes(2 * length * model.dim());
    if (model instanceof GptPriorConfig gpt) {
      long targets = gpt.targetPositions() ? gpt.cells() : 0;
      return layers
          .holds(gpt.dim() * (gpt.codes() + gpt.classes() + 1 + targets))
          .dropout(dropout, length * gpt.dim());
    }
    // The start, three tables of positions, and one of codes and classes.
    RarPriorConfig rar = (RarPriorConfig) model;
    long rows = 1L + 2L * rar.positionRows() + rar.stepRows() + rar.embeddingRows();
    return layers.holds(rar.dim() * rows).makes(2 * length * rar.dim());
  }

  private static Layers layers(PriorConfig model, double length, double dropout) {
    return model instanceof GptPriorConfig gpt
        ? layers(gpt, length, dropout)
        : layers((RarPriorConfig) model, length, dropout);
  }

  private static Layers head(PriorConfig model, double length) {
    long dim = model.dim();
    Layers layers = new Layers().makes(length * dim).matrix(length, dim, model.codes());
    return model instanceof GptPriorConfig
        ? layers.holds(dim)
        : layers
            .holds(2 * dim + model.codes()) // biases
            .matrix(length, dim, 2 * dim)
            .makes(3 * length * dim);
  }

  private static Layers layers(RarPriorConfig model, double length, double dropout) {
    long dim = model.dim();
    double stream = length * dim;
    Layers layers = new Layers();
    for (int i = 0; i < model.layers(); i++) {
      layers
          .holds(6 * dim)
          .matrix(length, dim, 6 * dim) // the modulation
          .holds(4 * dim)
          .makes(6 * stream) // two norms, scaled and shifted
          .holds(3 * dim)
          .matrix(length, dim, 3 * dim)
          .holds(4L * model.headDim())
          .makes(2 * stream) // query and key, normalized
          .attention(length, length / 2, dim)
          .makes(stream)
          .holds(dim)
          .matrix(length, dim, dim)
          .dropout(dropout, stream)
          .makes(2 * stream)
          .holds((long) model.hidden())
          .matrix(length, dim, model.hidden())
          .makes(2 * length * model.hidden())
          .dropout(dropout, length * model.hidden())
          .holds(dim)
          .matrix(length, model.hidden(), dim)
          .dropout(dropout, stream)
          .makes(2 * stream);
    }
    return layers;
  }

  private static Layers layers(GptPriorConfig model, double length, double dropout) {
    long dim = model.dim();
    double stream = length * dim;
    Layers layers = new Layers();
    for (int i = 0; i < model.layers(); i++) {
      layers
          .holds(dim)
          .makes(3 * stream) // a norm as square, scaled, weighted
          .matrix(length, dim, 3 * dim)
          .makes(4 * stream) // query and key, turned in pairs
          // Half of the scores lie in the future.
          .attention(length, length / 2, dim)
          .makes(stream)
          .matrix(length, dim, dim)
          .dropout(dropout, stream)
          .makes(stream)
          .holds(dim)
          .makes(3 * stream)
          .matrix(length, dim, model.hidden())
          .matrix(length, dim, model.hidden())
          .makes(2 * length * model.hidden())
          .matrix(length, model.hidden(), dim)
          .dropout(dropout, stream)
          .makes(stream);
    }
    return layers;
  }
}
