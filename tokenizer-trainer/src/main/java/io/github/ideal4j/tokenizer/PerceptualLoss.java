package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.loss.Alignment;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.loss.LpipsNetwork;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** How different reconstructions look, for training. */
interface PerceptualLoss {

  /**
   * The mean difference: {@code []}.
   *
   * @param predicted {@code [count, 3, size, size]}, gets gradients
   * @param images {@code [count, 3, size, size]}
   * @param tokens of these images and perhaps of more behind them
   * @param random places a crop
   */
  NDArray of(NDArray predicted, NDArray images, BackboneTokens tokens, SplittableRandom random);

  /**
   * What a configuration asks for.
   *
   * @param squeeze the shipped network
   * @param manager owns weights that are brought
   */
  static PerceptualLoss of(
      TokenizerTrainingConfig config, Lpips squeeze, VisionBackbone backbone, NDManager manager)
      throws IOException {
    LossWeights loss = config.loss();
    int crop = Math.min(loss.lpipsCrop(), config.model().imageSize());
    return switch (loss.perceptual()) {
      case SQUEEZE -> cropped(squeeze, crop);
      case ALEX -> cropped(brought(LpipsNetwork.ALEX, loss, manager), crop);
      case VGG -> cropped(brought(LpipsNetwork.VGG, loss, manager), crop);
      case BACKBONE -> ofBackbone(config.model().imageSize(), backbone);
    };
  }

  private static Lpips brought(LpipsNetwork network, LossWeights loss, NDManager manager)
      throws IOException {
    return Lpips.load(network, Path.of(loss.perceptualWeights()), manager);
  }

  /** LPIPS on a crop that moves from step to step. */
  private static PerceptualLoss cropped(Lpips lpips, int crop) {
    return (predicted, images, tokens, random) -> {
      int size = Math.toIntExact(images.getShape().get(2));
      int top = random.nextInt(size - crop + 1);
      int left = random.nextInt(size - crop + 1);
      return lpips.loss(crop(predicted, top, left, crop), crop(images, top, left, crop));
    };
  }

  private static NDArray crop(NDArray x, int top, int left, int side) {
    return x.get(":, :, {}:{}, {}:{}", top, top + side, left, left + side);
  }

  /** Both levels of tokens of the reconstruction against those of the photograph. */
  private static PerceptualLoss ofBackbone(int imageSize, VisionBackbone backbone) {
    BackboneInput input = BackboneInput.of(imageSize, backbone);
    return (predicted, images, tokens, random) -> {
      long count = predicted.getShape().get(0);
      BackboneTokens seen = backbone.tokens(input.pixels(bytes(predicted)));
      return Alignment.cosine(seen.deep(), tokens.deep().get(":{}", count))
          .add(Alignment.cosine(seen.shallow(), tokens.shallow().get(":{}", count)));
    };
  }

  /** Pixels in -1 to 1 as {@code [batch, height, width, 3]} in 0 to 255, not rounded. */
  static NDArray bytes(NDArray pixels) {
    double half = 127.5;
    return TorchOps.addScalar(TorchOps.scale(pixels, half), half).transpose(0, 2, 3, 1);
  }

  /** Patch tokens of some hidden states: {@code [batch, width, tokens]} each. */
  static List<NDArray> hiddenStates(
      NDArray pixels, int imageSize, VisionBackbone backbone, List<Integer> taps) {
    NDArray input = BackboneInput.of(imageSize, backbone).pixels(bytes(pixels));
    List<NDArray> states = backbone.block().hiddenStates(input);
    long patches = (long) backbone.config().grid() * backbone.config().grid();
    List<NDArray> tokens = new ArrayList<>();
    for (int tap : taps) {
      NDArray state = states.get(tap);
      long before = state.getShape().get(1) - patches;
      tokens.add(state.get(":, {}:", before).transpose(0, 2, 1));
    }
    return tokens;
  }
}
