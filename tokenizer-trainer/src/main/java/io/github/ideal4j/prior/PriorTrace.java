package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One forward and backward pass of a prior, for comparisons.
 *
 * @param logits {@code [batch, tokens, codebookSize]}, in the order of prediction
 * @param loss mean cross entropy, {@code []}
 * @param gradients of the loss by the release's names
 */
public record PriorTrace(NDArray logits, NDArray loss, Map<String, NDArray> gradients) {

  /**
   * Runs a prior without dropout.
   *
   * @param tokens int64 {@code [batch, tokens]}
   * @param labels int64 {@code [batch]}
   * @param order int64 {@code [batch, cells]}, or null for raster order
   * @param manager owns what is returned
   */
  public static PriorTrace of(
      Prior prior, NDArray tokens, NDArray labels, NDArray order, NDManager manager) {
    NDList inputs = new NDList(tokens, labels);
    if (order != null) {
      inputs.add(order);
    }
    Autograd.setRecording(true);
    try {
      NDArray logits =
          prior.forward(new ParameterStore(manager, false), inputs, true).singletonOrThrow();
      NDArray loss = CrossEntropy.mean(logits, prior.inOrder(tokens, order));
      Autograd.backward(loss);
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      prior
          .named()
          .forEach(
              (name, array) -> {
                try (NDArray gradient = Autograd.gradient(array)) {
                  NDArray kept = TorchOps.owned(gradient);
                  kept.attach(manager);
                  gradients.put(name, kept);
                }
                Autograd.zeroGradient(array);
              });
      return new PriorTrace(logits, loss, gradients);
    } finally {
      Autograd.setRecording(false);
    }
  }
}
