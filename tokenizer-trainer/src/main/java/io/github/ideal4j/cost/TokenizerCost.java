package io.github.ideal4j.cost;

import io.github.ideal4j.adversarial.AdversarialConfig;
import io.github.ideal4j.backbone.Activation;
import io.github.ideal4j.backbone.VisionArchitecture;
import io.github.ideal4j.cost.ModelPart.Kind;
import io.github.ideal4j.quantizer.CodebookConfig;
import io.github.ideal4j.quantizer.QuantizerConfig;
import io.github.ideal4j.tokenizer.FeatureDecoderConfig;
import io.github.ideal4j.tokenizer.LossWeights;
import io.github.ideal4j.tokenizer.PixelDecoderConfig;
import io.github.ideal4j.tokenizer.TokenizerConfig;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import java.util.ArrayList;
import java.util.List;

/** What the training of a tokenizer costs. */
public final class TokenizerCost {

  private static final int RGB = 3;
  private static final int HEAD_WIDTH = 64; // of all vision transformers in use
  private static final int HALF = 2; // bytes of a cached number

  private final TokenizerTrainingConfig config;
  private final TokenizerConfig model;
  private final VisionArchitecture backbone;
  private final double tokens;
  private final int width;
  private final double pixels;

  private TokenizerCost(TokenizerTrainingConfig config, VisionArchitecture backbone) {
    this.config = config;
    this.backbone = backbone;
    model = config.model();
    tokens = model.tokens();
    width = model.width();
    pixels = (double) model.imageSize() * model.imageSize();
  }

  /**
   * The cost with a backbone; its blocks after the deep layer are not read.
   *
   * @param backbone for instance {@link #assumed}
   */
  public static TrainingCost of(TokenizerTrainingConfig config, VisionArchitecture backbone) {
    TokenizerCost cost = new TokenizerCost(config, backbone);
    return new TrainingCost(
        cost.parts(),
        3 * cost.largest(), // of a result, of its input, and one that is being summed
        config.data().cacheFeatures() ? cost.cached() : 0,
        config.training());
  }

  /** The vision transformer that has the width, grid and layers of a configuration. */
  public static VisionArchitecture assumed(TokenizerTrainingConfig config) {
    int width = config.model().width();
    int size = config.backbone().inputSize();
    int heads = width % HEAD_WIDTH == 0 ? width / HEAD_WIDTH : 1;
    return new VisionArchitecture(
        "ViT",
        config.backbone().deepLayer(),
        width,
        heads,
        4 * width,
        size / config.model().grid(),
        size,
        size,
        Activation.GELU,
        false,
        1e-6,
        false,
        0,
        VisionArchitecture.Positions.TABLE,
        0,
        false,
        false,
        false);
  }

  private double cached() {
    return 2.0 * HALF * tokens * width * (config.data().mirror() ? 2 : 1);
  }

  private List<ModelPart> parts() {
    List<ModelPart> parts = new ArrayList<>();
    parts.add(fusion());
    parts.addAll(quantizer());
    parts.add(featureDecoder());
    parts.add(pixelDecoder());
    parts.add(losses());
    parts.add(
        config.data().cacheFeatures()
            ? backbone("backbone, once for the cache", 0, 0)
            : backbone("backbone", 1, 0));
    LossWeights loss = config.loss();
    if (loss.lpips() > 0) {
      parts.add(perceptual());
    }
    if (config.adversarial().on()) {
      parts.addAll(adversary());
    }
    return parts;
  }

  private ModelPart fusion() {
    Layers layers = new Layers().makes(4 * tokens * width); // both levels standardized
    TokenizerConfig.Fusion kind = model.fusion();
    if (kind == TokenizerConfig.Fusion.LINEAR || kind == TokenizerConfig.Fusion.ATTENTION_SKIP) {
      layers.makes(2 * tokens * width).linear(tokens, 2L * width, width);
    }
    if (kind == TokenizerConfig.Fusion.ATTENTION || kind == TokenizerConfig.Fusion.ATTENTION_SKIP) {
      layers
          .norm(tokens, width)
          .norm(tokens, width)
          .linear(tokens, width, 3L * width)
          .attention(tokens, tokens, width)
          .makes(tokens * width) // heads side by side again
          .linear(tokens, width, width)
          .makes(tokens * width)
          .norm(tokens, width)
          .linear(tokens, width, model.fusionMlp())
          .makes(tokens * model.fusionMlp())
          .linear(tokens, model.fusionMlp(), width)
          .makes(tokens * width);
    }
    return layers.trained("fusion");
  }

  private List<ModelPart> quantizer() {
    QuantizerConfig kind = model.quantizer();
    CodebookConfig codebook = model.codebook();
    int books = kind.codebooks();
    long size = kind.size(codebook);
    long dim = kind.partDim(codebook);
    long table = size * dim;
    boolean searched =
        kind.kind() == QuantizerConfig.Kind.VQ
            || kind.kind() == QuantizerConfig.Kind.SIMVQ
            || kind.kind() == QuantizerConfig.Kind.IBQ;
    Layers layers =
        new Layers()
            .linear(tokens, width, model.dim())
            .linear(tokens, model.dim(), width)
            .makes(10 * tokens * dim * books);
    if (searched) {
      double copies = kind.kind() == QuantizerConfig.Kind.IBQ ? 4 : 1; // softmax and its neighbours
      layers.multiplies(books * tokens * table).makes(copies * books * tokens * size);
    }
    long following = 0;
    switch (kind.kind()) {
      case VQ -> {
        if (codebook.learning() == CodebookConfig.Learning.AVERAGE) {
          following = 2 * table + size;
        } else {
          layers.holds(books * table);
          following = codebook.restartEvery() > 0 ? size : 0;
        }
      }
      case IBQ -> layers.holds(books * table);
      case SIMVQ -> {
        layers.holds(books * dim * dim).multiplies((double) books * table * dim);
        following = table;
      }
      case FSQ, LFQ, MAGVIT2, BSQ -> {}
    }
    List<ModelPart> parts = new ArrayList<>(List.of(layers.trained("quantizer and projections")));
    if (following > 0) {
      parts.add(new Layers().holds(books * following).part("codes", Kind.FOLLOWING, 0, 0));
    }
    return parts;
  }

  private ModelPart featureDecoder() {
    FeatureDecoderConfig own = model.features();
    double length = tokens + (own.classToken() ? 1 : 0) + own.registers();
    double all = length * width;
    Layers layers =
        new Layers()
            .holds((long) (tokens * width)) // positions
            .holds((own.classToken() ? 2L : 0) * width + (long) own.registers() * width)
            .makes(tokens * width)
            .makes((own.classToken() ? all : 0) + (own.registers() > 0 ? all : 0))
            .norm(length, width);
    for (int i = 0; i < own.layers(); i++) {
      layers
          .norm(length, width)
          .linear(length, width, 3L * width)
          .attention(length, length, width)
          .makes(all)
          .linear(length, width, width)
          .dropout(own.dropout(), all)
          .makes(all)
          .norm(length, width)
          .linear(length, width, own.mlp())
          .makes(length * own.mlp())
          .dropout(own.dropout(), length * own.mlp())
          .linear(length, own.mlp(), width)
          .dropout(own.dropout(), all)
          .makes(all);
    }
    return layers
        .linear(tokens, width, width)
        .linear(tokens, width, width)
        .makes(4 * tokens * width) // both levels as the backbone has them
        .trained("feature decoder and heads");
  }

  private int pixelWidth() {
    return model.pixelInput() == TokenizerConfig.PixelInput.DEEP ? width : 2 * width;
  }

  private ModelPart pixelDecoder() {
    Layers layers = new Layers().makes(tokens * pixelWidth());
    PixelDecoderConfig own = model.pixels();
    int grid = model.grid();
    return switch (own.kind()) {
      case SHUFFLE -> shuffle(own, grid, layers);
      case VQGAN -> vqgan(own, grid, layers);
    };
  }

  private ModelPart shuffle(PixelDecoderConfig own, int grid, Layers layers) {
    int before = pixelWidth();
    int side = grid;
    for (int i = 0; i < own.channels().size(); i++) {
      int channels = own.channels().get(i);
      if (i > 0) {
        side *= 2;
        layers.makes((double) side * side * before);
      }
      double places = (double) side * side;
      layers.convolution(places, before, channels, 3);
      for (int j = 0; j < own.residualBlocks(); j++) {
        residual(layers, places, channels, channels);
      }
      before = channels;
    }
    double places = (double) side * side;
    long factor = model.imageSize() / side;
    return layers
        .norm(places, before)
        .makes(places * before)
        .convolution(places, before, RGB * factor * factor, 3)
        .makes(factor > 1 ? RGB * pixels : 0)
        .trained("pixel decoder");
  }

  private ModelPart vqgan(PixelDecoderConfig own, int grid, Layers layers) {
    int before = own.channels().get(0);
    double places = (double) grid * grid;
    layers.convolution(places, pixelWidth(), before, 3);
    residual(layers, places, before, before);
    layers.norm(places, before);
    for (int i = 0; i < 4; i++) { // query, key, value and what comes out
      layers.convolution(places, before, before, 1);
    }
    layers.attention(places, places, before).makes(2 * places * before);
    residual(layers, places, before, before);
    for (int i = 0; i < own.channels().size(); i++) {
      int channels = own.channels().get(i);
      for (int j = 0; j < own.residualBlocks(); j++) {
        residual(layers, places, j == 0 ? before : channels, channels);
      }
      if (i < own.channels().size() - 1) {
        places *= 4;
        layers.makes(places * channels).convolution(places, channels, channels, 3);
      }
      before = channels;
    }
    return layers
        .norm(places, before)
        .makes(places * before)
        .convolution(places, before, RGB, 3)
        .trained("pixel decoder");
  }

  private static void residual(Layers layers, double places, int in, int out) {
    layers
        .norm(places, in)
        .makes(places * in)
        .convolution(places, in, out, 3)
        .norm(places, out)
        .makes(places * out)
        .convolution(places, out, out, 3)
        .makes(places * out);
    if (in != out) {
      layers.convolution(places, in, out, 1);
    }
  }

  /** Numbers of the largest result of the pixel decoder. */
  private double largest() {
    List<Integer> channels = model.pixels().channels();
    double most = 0;
    double places = tokens;
    for (int i = 0; i < channels.size(); i++) {
      most = Math.max(most, places * channels.get(i));
      places *= 4;
    }
    return most;
  }

  /** Photographs and tokens as they are read, and the losses on them. */
  private ModelPart losses() {
    double read = 4 * tokens * width + 3.25 * RGB * pixels;
    double compared = 2 * RGB * pixels + 2 * 6 * tokens * width;
    return new Layers().makes(read + compared).part("data and losses", Kind.FROZEN, 0, 1);
  }

  /** The feature extractor, up to its deep layer. */
  private ModelPart backbone(String name, double passes, double copies) {
    double places = (double) model.grid() * model.grid();
    double length = places + backbone.prefix();
    long own = backbone.width();
    long hidden = backbone.hidden();
    Layers layers =
        new Layers()
            .holds((long) (length * own) + (long) backbone.prefix() * own)
            .convolution(places, RGB, own, backbone.patch())
            .norm(length, own);
    for (int i = 0; i < config.backbone().deepLayer(); i++) {
      layers
          .norm(length, own)
          .linear(length, own, 3 * own)
          .attention(length, length, own)
          .makes(length * own)
          .linear(length, own, own)
          .makes(length * own)
          .norm(length, own)
          .linear(length, own, hidden)
          .makes(length * hidden)
          .linear(length, hidden, own)
          .makes(length * own);
      if (backbone.gated()) {
        layers.linear(length, own, hidden).makes(length * hidden);
      }
    }
    return layers.part(name, Kind.FROZEN, passes, copies);
  }

  private ModelPart perceptual() {
    LossWeights loss = config.loss();
    double share = loss.lpipsShare();
    int crop = Math.min(loss.lpipsCrop(), model.imageSize());
    // Both pictures once, and the gradient of the reconstruction's pixels.
    double passes = 3 * share;
    double pictures = 2 * share;
    return switch (loss.perceptual()) {
      case BACKBONE -> backbone("backbone as perceptual loss", 2 * share, share);
      case SQUEEZE -> PerceptualNetworks.squeeze(crop).part("LPIPS", Kind.FROZEN, passes, pictures);
      case ALEX -> PerceptualNetworks.alex(crop).part("LPIPS", Kind.FROZEN, passes, pictures);
      case VGG -> PerceptualNetworks.vgg(crop).part("LPIPS", Kind.FROZEN, passes, pictures);
    };
  }

  /**
   * One pass for the tokenizer, with gradients of the pixels and of the judge; four for the judge,
   * with gradients of its weights.
   */
  private List<ModelPart> adversary() {
    AdversarialConfig own = config.adversarial();
    double passes = 5 * 3.0;
    Layers layers = new Layers();
    if (own.network() == AdversarialConfig.Network.PATCHES) {
      patches(own, layers);
      return List.of(layers.part("discriminator", Kind.JUDGING, passes, 5));
    }
    for (int i = 0; i < own.taps().size(); i++) {
      layers
          .convolution(tokens, width, width, 1)
          .norm(2 * tokens, width)
          .makes(9 * tokens * width)
          .holds(8L * width * width) // the kernel of nine reads nine places
          .multiplies(8 * tokens * width * width)
          .linear(tokens, width, width)
          .makes(2 * tokens * width)
          .holds(2L * width)
          .linear(tokens, width, 1);
    }
    return List.of(
        layers.part("discriminator", Kind.JUDGING, passes, 5),
        backbone("backbone under the discriminator", 2 + 4, 5));
  }

  private void patches(AdversarialConfig own, Layers layers) {
    double side = model.imageSize() / 2.0;
    layers.convolution(side * side, RGB, own.channels(), 4).makes(side * side * own.channels());
    int before = own.channels();
    for (int i = 1; i <= own.depth(); i++) {
      int after = own.channels() * Math.min(1 << i, 8);
      side = i < own.depth() ? Math.floor(side / 2) : side - 1;
      layers
          .holds(-after) // no bias before a norm
          .convolution(side * side, before, after, 4)
          .norm(2 * side * side, after)
          .makes(2 * side * side * after);
      before = after;
    }
    side -= 1;
    layers.convolution(side * side, before, 1, 4);
  }
}
