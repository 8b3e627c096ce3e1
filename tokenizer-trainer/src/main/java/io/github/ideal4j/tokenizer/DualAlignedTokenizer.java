package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.adversarial.Adversary;
import io.github.ideal4j.backbone.ChannelStatistics;
import io.github.ideal4j.quantizer.Quantized;
import io.github.ideal4j.quantizer.Quantizer;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trainable part of IDEAL: fusion, quantizer, feature decoder with two heads, pixel decoder.
 *
 * <p>Features go in and come out as the backbone gives them; inside they are standardized with one
 * mean and deviation for each channel. Weights are named as in the authors' release.
 */
public final class DualAlignedTokenizer implements AutoCloseable {

  private final TokenizerConfig config;
  private final NDManager manager;
  private final Weights weights;
  private final FeatureFusion fusion;
  private final Affine down;
  private final Affine up;
  private final Quantizer quantizer;
  private final FeatureDecoder features;
  private final PixelDecoder pixels;
  private final Map<String, NDArray> statistics = new LinkedHashMap<>();

  /**
   * What a pass computes.
   *
   * @param quantized codes and what chose them
   * @param deep decoded deep features, {@code [batch, tokens, width]}
   * @param shallow decoded shallow features, {@code [batch, tokens, width]}
   * @param pixels {@code [batch, 3, imageSize, imageSize]}, not clamped
   */
  public record Reconstruction(
      Quantized quantized, NDArray deep, NDArray shallow, NDArray pixels) {}

  private DualAlignedTokenizer(TokenizerConfig config, long seed, NDManager manager) {
    this.config = config;
    this.manager = manager;
    weights = new Weights(manager, seed);
    int width = config.width();
    int dim = config.dim();
    fusion = FeatureFusion.of(config, weights);
    down = weights.linear("pre_slots_quant", dim, width);
    up = weights.linear("post_slots_quant", width, dim);
    quantizer =
        config.quantizer().create(config.codebook(), "slot_quantize.", weights::normal, manager);
    features = new FeatureDecoder(config, weights);
    pixels = PixelDecoder.of(config, weights);
    for (String kind : List.of("shallow", "deep")) {
      statistics.put(kind + "_mean", manager.zeros(new Shape(width)));
      statistics.put(kind + "_deviation", manager.ones(new Shape(width)));
    }
  }

  /**
   * Makes a tokenizer whose first weights follow from a seed.
   *
   * @param manager on the device of the computation; its child owns all arrays
   */
  public static DualAlignedTokenizer create(TokenizerConfig config, long seed, NDManager manager) {
    return new DualAlignedTokenizer(config, seed, manager.newSubManager());
  }

  /** Its shape. */
  public TokenizerConfig config() {
    return config;
  }

  /** The manager of its arrays. */
  NDManager manager() {
    return manager;
  }

  /** The quantizer. */
  public Quantizer quantizer() {
    return quantizer;
  }

  /** Arrays that learn by gradient, by name. */
  public Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>(weights.all());
    parameters.keySet().removeAll(quantizer.buffers().keySet());
    return parameters;
  }

  /** Arrays that change otherwise: statistics, and a codebook of moving averages. */
  public Map<String, NDArray> buffers() {
    Map<String, NDArray> buffers = new LinkedHashMap<>(statistics);
    buffers.putAll(quantizer.buffers());
    return buffers;
  }

  /** All arrays, by name: what a checkpoint holds. */
  public Map<String, NDArray> named() {
    Map<String, NDArray> named = new LinkedHashMap<>(parameters());
    named.putAll(buffers());
    return named;
  }

  /** Takes over all arrays from a file, which may also hold a discriminator. */
  public void load(Path file) throws IOException {
    NamedArrays.load(file, named(), Adversary.PREFIX);
  }

  /** Mean and deviation of the backbone's tokens, one number a channel: {@code [width]} each. */
  public void setStatistics(
      float[] shallowMean, float[] shallowDeviation, float[] deepMean, float[] deepDeviation) {
    setStatistic("shallow_mean", shallowMean);
    setStatistic("shallow_deviation", shallowDeviation);
    setStatistic("deep_mean", deepMean);
    setStatistic("deep_deviation", deepDeviation);
  }

  private void setStatistic(String name, float[] values) {
    NDArray array = statistics.get(name);
    try (NDArray source = array.getManager().create(values)) {
      TorchOps.copy(List.of(array), List.of(source));
    }
  }

  /** The mean deep token, {@code [width]}: the centre of centred cosines. */
  public float[] deepMean() {
    return statistics.get("deep_mean").toFloatArray();
  }

  /** Fused tokens before quantization: {@code [batch, tokens, width]}. */
  NDArray fuse(NDArray shallow, NDArray deep) {
    return fusion.fuse(statistics("shallow").standard(shallow), statistics("deep").standard(deep));
  }

  /**
   * What the fusion takes from where, to be looked at: the share that each shallow token has in
   * what a deep token gets.
   *
   * @param shallow {@code [batch, tokens, width]}
   * @param deep {@code [batch, tokens, width]}
   * @return {@code [batch, heads, tokens, tokens]}, deep before shallow; empty unless the fusion is
   *     {@link TokenizerConfig.Fusion#ATTENTION}
   */
  public Optional<NDArray> fusionAttention(NDArray shallow, NDArray deep) {
    return fusion.attention(
        statistics("shallow").standard(shallow), statistics("deep").standard(deep));
  }

  /**
   * Vectors before quantization.
   *
   * @param shallow {@code [batch, tokens, width]}
   * @param deep {@code [batch, tokens, width]}
   * @return {@code [batch * tokens, dim]}
   */
  public NDArray project(NDArray shallow, NDArray deep) {
    return vectors(fuse(shallow, deep));
  }

  private NDArray vectors(NDArray fused) {
    return down.linear(fused).reshape(-1, config.dim());
  }

  /** A training pass. Tokens as for {@link #project}. */
  public Reconstruction forward(NDArray shallow, NDArray deep, boolean training) {
    NDArray vectors = project(shallow, deep);
    Quantized quantized = quantizer.quantize(vectors);
    return reconstruct(quantized, quantized.codes(), training);
  }

  /**
   * Tokens of images.
   *
   * @return int64 {@code [batch, tokens]}, of several codebooks {@code [batch, codebooks, tokens]}
   */
  public NDArray encode(NDArray shallow, NDArray deep) {
    return ordered(quantizer.indices(project(shallow, deep)));
  }

  /** The same of tokens that are standardized already. */
  NDArray encodeStandard(NDArray shallow, NDArray deep) {
    return ordered(quantizer.indices(vectors(fusion.fuse(shallow, deep))));
  }

  private NDArray ordered(NDArray indices) {
    return config.codebooks() == 1
        ? indices.reshape(-1, config.tokens())
        : indices.reshape(-1, config.tokens(), config.codebooks()).transpose(0, 2, 1);
  }

  /**
   * Images and features of tokens.
   *
   * @param indices int64, shaped as {@link #encode} gives them or with rows and columns
   */
  public Reconstruction decode(NDArray indices) {
    return reconstruct(null, quantizer.codes(flat(indices)), false);
  }

  /** Indices as the quantizer has them: {@code [vectors]} or {@code [vectors, codebooks]}. */
  NDArray flat(NDArray indices) {
    return config.codebooks() == 1
        ? indices.reshape(-1)
        : indices
            .reshape(-1, config.codebooks(), config.tokens())
            .transpose(0, 2, 1)
            .reshape(-1, config.codebooks());
  }

  private Reconstruction reconstruct(Quantized quantized, NDArray codes, boolean training) {
    FeatureDecoder.Features decoded = features(codes, training);
    return new Reconstruction(
        quantized,
        statistics("deep").raw(decoded.deep()),
        statistics("shallow").raw(decoded.shallow()),
        pixels(decoded));
  }

  /** Standardized features of codes {@code [batch * tokens, dim]}. */
  FeatureDecoder.Features features(NDArray codes, boolean training) {
    NDArray x = up.linear(codes).reshape(-1, config.tokens(), config.width());
    return features.decode(x, training);
  }

  /** Pixels of standardized features: {@code [batch, 3, imageSize, imageSize]}. */
  NDArray pixels(FeatureDecoder.Features decoded) {
    NDArray given =
        config.pixelInput() == TokenizerConfig.PixelInput.DEEP
            ? decoded.deep()
            : decoded.deep().concat(decoded.shallow(), 2);
    NDArray image =
        given
            .transpose(0, 2, 1) // [batch, width, tokens]
            .reshape(-1, config.pixelWidth(), config.grid(), config.grid());
    return pixels.decode(image);
  }

  /** From hidden to standardized deep features. */
  Affine deepHead() {
    return features.deepHead();
  }

  /** Mean and deviation of the {@code shallow} or the {@code deep} tokens. */
  ChannelStatistics statistics(String kind) {
    return new ChannelStatistics(
        statistics.get(kind + "_mean"), statistics.get(kind + "_deviation"));
  }

  @Override
  public void close() {
    manager.close();
  }
}
