package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.loss.Alignment;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer.Reconstruction;
import io.github.ideal4j.torch.Autograd;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that a tokenizer computes on the way from features to losses, under the names of the
 * reference files of other implementations.
 *
 * @param values {@code fused, pre_quant, quantized, deep_hat, shallow_hat, reconstruction}
 * @param indices the codes, in the order of the tokens
 * @param losses every part with its weight inside the quantizer, and their plain sum {@code total}
 * @param gradients of the total, by the name of the weight
 */
public record TokenizerTrace(
    Map<String, NDArray> values,
    NDArray indices,
    Map<String, NDArray> losses,
    Map<String, NDArray> gradients) {

  public TokenizerTrace {
    values = new LinkedHashMap<>(values);
    losses = new LinkedHashMap<>(losses);
    gradients = new LinkedHashMap<>(gradients);
  }

  /**
   * Computes all of it, without dropout.
   *
   * @param shallow tokens of the shallow layer, {@code [batch, tokens, width]}
   * @param deep tokens of the deep layer, likewise
   * @param image in -1 to 1, {@code [batch, 3, imageSize, imageSize]}
   */
  public static TokenizerTrace of(
      DualAlignedTokenizer tokenizer, NDArray shallow, NDArray deep, NDArray image) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(true);
    try {
      Reconstruction result = tokenizer.forward(shallow, deep, true);
      Map<String, NDArray> values = new LinkedHashMap<>();
      values.put("fused", tokenizer.fuse(shallow, deep));
      values.put("pre_quant", tokenizer.project(shallow, deep));
      values.put("quantized", result.quantized().codes());
      values.put("deep_hat", result.deep());
      values.put("shallow_hat", result.shallow());
      values.put("reconstruction", result.pixels());
      Map<String, NDArray> losses =
          new LinkedHashMap<>(tokenizer.quantizer().losses(result.quantized()));
      losses.put("reconstruction_mse", Alignment.mse(result.pixels(), image));
      losses.put("deep_mse", Alignment.mse(result.deep(), deep));
      losses.put("deep_cosine", Alignment.cosine(result.deep(), deep));
      losses.put("shallow_mse", Alignment.mse(result.shallow(), shallow));
      losses.put("shallow_cosine", Alignment.cosine(result.shallow(), shallow));
      NDArray total = losses.values().stream().reduce(NDArray::add).orElseThrow();
      Autograd.backward(total);
      losses.put("total", total);
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      tokenizer
          .parameters()
          .forEach((name, weight) -> gradients.put(name, Autograd.gradient(weight)));
      return new TokenizerTrace(values, result.quantized().indices(), losses, gradients);
    } finally {
      Autograd.setRecording(recording);
    }
  }
}
