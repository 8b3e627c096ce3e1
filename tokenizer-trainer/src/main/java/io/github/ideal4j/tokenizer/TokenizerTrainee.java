package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.adversarial.AdversarialLoss;
import io.github.ideal4j.adversarial.Adversary;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.loss.Alignment;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.quantizer.Quantized;
import io.github.ideal4j.report.ValidationStrips;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer.Reconstruction;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import io.github.ideal4j.training.OptimizerConfig;
import io.github.ideal4j.training.StepLosses;
import io.github.ideal4j.training.Trainee;
import io.github.ideal4j.training.TrainingStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A tokenizer with its photographs, as the training loop sees it. */
final class TokenizerTrainee implements Trainee {

  /** Share of codes in use below which a codebook is said to collapse. */
  private static final double COLLAPSED = 0.25;

  private static final double HALF_RANGE = 127.5;

  private final TokenizerTrainingConfig config;
  private final DualAlignedTokenizer tokenizer;
  private final FeatureVariance variance;
  private final TokenizerBatches batches;
  private final Optional<TokenizerValidation> validation;
  private final Lpips lpips;
  private final PerceptualLoss perceptual;
  private final double pixelVariance;
  private Optional<Adversary> adversary = Optional.empty();

  private Quantized lastQuantized;
  private NDArray lastImages;
  private NDArray lastPixels;
  private BackboneTokens lastTokens;
  private long stepsDone;
  private Optional<ValidationStrips> strips = Optional.empty();

  TokenizerTrainee(
      TokenizerTrainingConfig config,
      DualAlignedTokenizer tokenizer,
      FeatureVariance variance,
      TokenizerBatches batches,
      Optional<TokenizerValidation> validation,
      Lpips lpips,
      PerceptualLoss perceptual,
      double pixelVariance) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.variance = variance;
    this.batches = batches;
    this.validation = validation;
    this.lpips = lpips;
    this.perceptual = perceptual;
    this.pixelVariance = pixelVariance;
  }

  /** Keeps some reconstructions of every validation as pictures. */
  TokenizerTrainee keepingStrips(ValidationStrips wanted) {
    strips = Optional.of(wanted);
    return this;
  }

  /** Trains a discriminator beside the tokenizer. */
  TokenizerTrainee against(Adversary opponent) {
    adversary = Optional.of(opponent);
    return this;
  }

  @Override
  public Map<String, NDArray> parameters() {
    return tokenizer.parameters();
  }

  @Override
  public Map<String, NDArray> buffers() {
    Map<String, NDArray> buffers = new LinkedHashMap<>(tokenizer.buffers());
    adversary.ifPresent(opponent -> buffers.putAll(opponent.buffers()));
    return buffers;
  }

  @Override
  public boolean decays(String name, NDArray parameter) {
    if (config.training().optimizer().decayOn() == OptimizerConfig.DecayOn.RELEASED) {
      return parameter.getShape().dimension() >= 2;
    }
    boolean position = name.endsWith("position_embedding") || name.endsWith("pos_embedding");
    boolean token = name.endsWith("cls_token") || name.endsWith("register_tokens");
    return parameter.getShape().dimension() >= 2
        && !position
        && !token
        && !name.startsWith("slot_quantize.");
  }

  @Override
  public StepLosses losses(TrainingStep step) {
    TokenizerBatches.Batch batch = batches.of(step);
    lastTokens = batch.tokens();
    NDArray images = planes(batch.images());
    step.laps().lap("data");
    Reconstruction result = tokenizer.forward(lastTokens.shallow(), lastTokens.deep(), true);
    step.laps().lap("forward: model");
    lastQuantized = result.quantized();

    Map<String, NDArray> parts = new LinkedHashMap<>();
    parts.put("pixels", pixelLoss(result.pixels(), images));
    parts.putAll(tokenizer.quantizer().losses(lastQuantized));
    parts.put("deepMse", over(variance.deep(), result.deep(), lastTokens.deep()));
    parts.put("deepCosine", Alignment.cosine(result.deep(), lastTokens.deep()));
    parts.put("shallowMse", over(variance.shallow(), result.shallow(), lastTokens.shallow()));
    parts.put("shallowCosine", Alignment.cosine(result.shallow(), lastTokens.shallow()));
    step.laps().lap("forward: losses");
    if (config.loss().lpips() > 0) {
      parts.put("lpips", perceptual(step, result.pixels(), images));
      step.laps().lap("forward: perceptual loss");
    }
    if (adversary.isPresent()) {
      lastImages = images;
      lastPixels = result.pixels();
      if (adversary.get().speaks(step.index())) {
        parts.put("adversarial", adversarial(step, result.pixels(), images));
      }
    }
    return new StepLosses(total(parts), parts);
  }

  private NDArray adversarial(TrainingStep step, NDArray pixels, NDArray images) {
    Adversary opponent = adversary.orElseThrow();
    NDArray loss = opponent.generatorLoss(step.index(), pixels, step.random("augmentation"));
    return config.adversarial().adaptive() ? loss.mul(adaptiveWeight(step, pixels, images)) : loss;
  }

  /** Sizes of gradients are compared at the pixels. */
  private NDArray adaptiveWeight(TrainingStep step, NDArray pixels, NDArray images) {
    NDArray leaf = pixels.stopGradient();
    leaf.setRequiresGradient(true);
    LossWeights weights = config.loss();
    NDArray others = TorchOps.scale(pixelLoss(leaf, images), weights.pixels());
    if (weights.lpips() > 0) {
      others = others.add(TorchOps.scale(perceptual(step, leaf, images), weights.lpips()));
    }
    Autograd.backward(others);
    NDArray first = collected(leaf, step);
    SplittableRandom random = step.random("augmentation");
    Autograd.backward(adversary.orElseThrow().generatorLoss(step.index(), leaf, random));
    return AdversarialLoss.adaptiveWeight(first, collected(leaf, step));
  }

  private static NDArray collected(NDArray leaf, TrainingStep step) {
    try (NDArray gradient = Autograd.gradient(leaf)) {
      NDArray copy = TorchOps.owned(gradient);
      copy.attach(step.manager());
      Autograd.zeroGradient(leaf);
      return copy;
    }
  }

  /** Bytes {@code [batch, h, w, 3]} to {@code [batch, 3, h, w]} in -1 to 1. */
  static NDArray planes(NDArray bytes) {
    NDArray planes = TorchOps.toFloat(bytes).transpose(0, 3, 1, 2);
    return TorchOps.addScalar(TorchOps.scale(planes, 1 / HALF_RANGE), -1);
  }

  private NDArray pixelLoss(NDArray predicted, NDArray images) {
    return switch (config.loss().pixel()) {
      case MSE -> over(pixelVariance, predicted, images);
      case L1 -> TorchOps.scale(predicted.sub(images).abs().mean(), 1 / Math.sqrt(pixelVariance));
    };
  }

  private static NDArray over(double variance, NDArray predicted, NDArray target) {
    NDArray error = Alignment.mse(predicted, target);
    return variance == 1 ? error : TorchOps.scale(error, 1 / variance);
  }

  /** Of a part of the batch; grows over the ramp. */
  private NDArray perceptual(TrainingStep step, NDArray predicted, NDArray images) {
    long batch = images.getShape().get(0);
    long count = (long) Math.ceil(batch * config.loss().lpipsShare());
    NDArray loss =
        perceptual.of(
            predicted.get(":{}", count), images.get(":{}", count), lastTokens, step.random("crop"));
    int ramp = config.loss().perceptualRamp();
    return step.index() + 1 < ramp ? TorchOps.scale(loss, (step.index() + 1.0) / ramp) : loss;
  }

  private NDArray total(Map<String, NDArray> parts) {
    LossWeights weights = config.loss();
    NDArray total = null;
    for (Map.Entry<String, NDArray> part : parts.entrySet()) {
      double weight =
          switch (part.getKey()) {
            case "pixels" -> weights.pixels();
            case "lpips" -> weights.lpips();
            case "deepMse" -> weights.deepMse();
            case "deepCosine" -> weights.deepCosine();
            case "shallowMse" -> weights.shallowMse();
            case "shallowCosine" -> weights.shallowCosine();
            default -> 1; // the quantizer's terms carry their weights
          };
      if (weight > 0) {
        NDArray term = weight == 1 ? part.getValue() : TorchOps.scale(part.getValue(), weight);
        total = total == null ? term : total.add(term);
      }
    }
    return total;
  }

  @Override
  public void afterBatch(TrainingStep step) {
    tokenizer.quantizer().track(lastQuantized);
    lastQuantized = null;
  }

  @Override
  public void afterStep(TrainingStep step) {
    if (tokenizer.quantizer().restartsAfter(step.index(), config.training().steps())) {
      NDArray vectors = tokenizer.project(lastTokens.shallow(), lastTokens.deep());
      tokenizer.quantizer().restart(vectors, step.random("restart"));
    }
    adversary
        .filter(opponent -> opponent.learns(step.index()))
        .ifPresent(
            opponent ->
                opponent.learn(
                    step.index(),
                    lastImages,
                    lastPixels,
                    step.random("discriminator"),
                    config.training().optimizer().rate(step.index(), config.training().steps())));
    lastImages = null;
    lastPixels = null;
    lastTokens = null;
    stepsDone = step.index() + 1;
  }

  @Override
  public Map<String, Double> validate(NDManager manager) {
    if (validation.isPresent() && strips.isPresent()) {
      keepStrip(validation.get(), manager);
    }
    return validation.map(on -> on.measure(tokenizer, lpips, manager)).orElse(Map.of());
  }

  @Override
  public List<String> remarks(Map<String, Double> numbers) {
    double usage = numbers.getOrDefault("validationUsage", 1.0);
    if (usage >= COLLAPSED) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "only %.1f %% of the codes are in use; what helps: model.codebook.learning=AVERAGE, model.codebook.kmeansIterations=10, model.codebook.restartEvery=20, model.codebook.entropyWeight=0.01 or more, a smaller model.codebook.size, a lower training.optimizer.learningRate",
            100 * usage));
  }

  private void keepStrip(TokenizerValidation on, NDManager manager) {
    long[] rows = on.rows(ValidationStrips.PHOTOGRAPHS);
    List<RgbImage> photographs = Arrays.stream(rows).mapToObj(on.features()::image).toList();
    try {
      strips.get().add(stepsDone, photographs, on.reconstruct(tokenizer, rows, manager));
    } catch (IOException e) {
      throw new UncheckedIOException("a picture of the validation cannot be written", e);
    }
  }
}
