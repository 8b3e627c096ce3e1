package io.github.ideal4j.cost;

import io.github.ideal4j.cost.ModelPart.Kind;
import io.github.ideal4j.prior.GptPriorConfig;
import io.github.ideal4j.prior.PriorTrainingConfig;
import java.util.List;

/** What the training of a prior costs. */
public final class PriorCost {

  private PriorCost() {}

  /** The cost of a configuration whose sizes of data are known. */
  public static TrainingCost of(PriorTrainingConfig config) {
    GptPriorConfig model = config.gpt();
    double length = model.tokens();
    double dropout = config.dropout();
    double logits = length * model.codebookSize();
    return new TrainingCost(
        List.of(
            embeddings(model, length, dropout).trained("embeddings"),
            layers(model, length, dropout).trained("%d layers".formatted(model.layers())),
            new Layers()
                .holds(model.dim())
                .makes(length * model.dim())
                .matrix(length, model.dim(), model.codebookSize())
                .trained("norm and head"),
            new Layers().makes(logits).part("data and loss", Kind.FROZEN, 0, 1)),
        2 * logits,
        0,
        config.training());
  }

  private static Layers embeddings(GptPriorConfig model, double length, double dropout) {
    return new Layers()
        .holds((long) model.dim() * (model.codebookSize() + model.classes() + 1))
        .makes(2 * length * model.dim())
        .dropout(dropout, length * model.dim());
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
