package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * SimVQ (arXiv 2411.02038): the codes are fixed vectors behind one trained linear layer, so that
 * every step moves all of them. A vector becomes the nearest code.
 *
 * @param frozen {@code [size, any]}, never changes
 * @param transform {@code [dim, any]}, trained
 * @param name what names of arrays begin with
 * @param gradient how gradients pass the choice
 * @param commitment weight of the loss that draws vectors to codes, beside 1 for the reverse
 * @param weight of both
 */
public record SimVectorQuantizer(
    NDArray frozen,
    NDArray transform,
    String name,
    VectorForm.Passing gradient,
    double commitment,
    double weight)
    implements Quantizer {

  @Override
  public int dim() {
    return Math.toIntExact(transform.getShape().get(0));
  }

  @Override
  public int size() {
    return Math.toIntExact(frozen.getShape().get(0));
  }

  @Override
  public Map<String, NDArray> buffers() {
    return Map.of(name + "frozen.weight", frozen);
  }

  @Override
  public NDArray table() {
    return frozen.stopGradient().matMul(transform.transpose());
  }

  @Override
  public Quantized quantize(NDArray vectors) {
    NDArray table = table();
    NDArray indices = Straight.nearest(vectors.stopGradient(), table.stopGradient());
    NDArray chosen = Straight.lookUp(indices, table);
    NDArray passing =
        gradient == VectorForm.Passing.ROTATION
            ? Straight.rotate(vectors, chosen)
            : Straight.through(vectors, chosen);
    return Quantized.of(passing, indices, vectors, chosen);
  }

  @Override
  public NDArray indices(NDArray vectors) {
    return Straight.nearest(vectors, table());
  }

  @Override
  public NDArray codes(NDArray indices) {
    return Straight.lookUp(indices, table());
  }

  @Override
  public NDArray codesToIndices(NDArray codes) {
    return indices(codes);
  }

  @Override
  public NDArray fit(NDArray vectors, NDArray indices) {
    return Straight.fit(vectors, codes(indices));
  }

  @Override
  public Map<String, NDArray> losses(Quantized result) {
    Map<String, NDArray> losses = new LinkedHashMap<>();
    NDArray pull = result.unit().sub(result.chosen().stopGradient()).square().mean();
    NDArray drawn = result.chosen().sub(result.unit().stopGradient()).square().mean();
    losses.put("commitment", TorchOps.scale(pull, weight * commitment));
    losses.put("codebook", TorchOps.scale(drawn, weight));
    return losses;
  }
}
