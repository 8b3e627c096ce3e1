package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Index backpropagation (IBQ, arXiv 2412.02692): the choice is a one-hot vector whose gradient is
 * that of the softmax over all codes, so that every code learns in every step. A vector becomes the
 * code with the largest product.
 *
 * @param embedding {@code [size, dim]}, trained
 * @param commitment weight of the loss that draws codes to vectors, beside 1 for the reverse
 * @param weight of these and of the soft term
 * @param sampleWeight of the entropy of one choice
 * @param codebookWeight of the entropy of the average choice, which is subtracted
 * @param entropyTemperature of the softmax behind them; the choice itself is at 1
 * @param floor added to probabilities of the average choice within the logarithm
 */
public record IndexQuantizer(
    NDArray embedding,
    double commitment,
    double weight,
    double sampleWeight,
    double codebookWeight,
    double entropyTemperature,
    double floor)
    implements Quantizer {

  @Override
  public int dim() {
    return Math.toIntExact(embedding.getShape().get(1));
  }

  @Override
  public int size() {
    return Math.toIntExact(embedding.getShape().get(0));
  }

  @Override
  public NDArray table() {
    return embedding.stopGradient();
  }

  @Override
  public Quantized quantize(NDArray vectors) {
    NDArray logits = vectors.matMul(embedding.transpose()); // [vectors, size]
    NDArray soft = logits.softmax(1);
    NDArray indices = logits.stopGradient().argMax(1);
    NDArray chosen = Straight.lookUp(indices, embedding);
    // (onehot - sg(soft) + soft) E, with the chosen row in place of the product of the one-hot one.
    NDArray carried = soft.sub(soft.stopGradient()).matMul(embedding);
    return Quantized.of(carried.add(chosen), indices, vectors, chosen);
  }

  @Override
  public NDArray indices(NDArray vectors) {
    return vectors.matMul(embedding.transpose()).argMax(1);
  }

  @Override
  public NDArray codes(NDArray indices) {
    return Straight.lookUp(indices, embedding);
  }

  /** By distance: a code need not be its own best product. */
  @Override
  public NDArray codesToIndices(NDArray codes) {
    return Straight.nearest(codes, embedding);
  }

  @Override
  public NDArray fit(NDArray vectors, NDArray indices) {
    return vectors.mul(codes(indices)).sum(new int[] {1});
  }

  /** {@code soft}, {@code commitment} and {@code codebook}: one value, three ways of gradients. */
  @Override
  public Map<String, NDArray> losses(Quantized result) {
    Map<String, NDArray> losses = new LinkedHashMap<>();
    NDArray z = result.unit();
    NDArray drawn = result.chosen().sub(z.stopGradient()).square().mean();
    losses.put("soft", weighted(result.codes().sub(z).square().mean(), weight));
    losses.put(
        "commitment", weighted(z.sub(result.chosen().stopGradient()).square().mean(), weight));
    losses.put("codebook", weighted(drawn, weight * commitment));
    if (sampleWeight > 0 || codebookWeight > 0) {
      losses.put("entropy", entropy(z).loss());
    }
    return losses;
  }

  private static NDArray weighted(NDArray loss, double weight) {
    return TorchOps.scale(loss, weight);
  }

  ChoiceEntropy.Result entropy(NDArray vectors) {
    return new ChoiceEntropy(
            1 / entropyTemperature,
            sampleWeight,
            codebookWeight,
            ChoiceEntropy.Floor.EXACT,
            ChoiceEntropy.Floor.added(floor))
        .of(vectors, embedding);
  }
}
