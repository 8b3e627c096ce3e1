package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Several quantizers in place of one: each takes a part of the vector (product), or what those
 * before it have left (residual, arXiv 2107.03312). Tokens then have several indices.
 */
public final class CompositeQuantizer implements Quantizer {

  /** How quantizers share a vector. */
  public enum Composition {
    /** One quantizer. */
    NONE,
    /** Each takes what those before it have left; codes add up. */
    RESIDUAL,
    /** Each takes a part of the numbers; codes are put side by side. */
    PRODUCT
  }

  private final Composition composition;
  private final List<Quantizer> stages;

  /**
   * @param composition residual or product
   * @param stages of one size each; at least one, for residual of one dim
   */
  public CompositeQuantizer(Composition composition, List<? extends Quantizer> stages) {
    if (stages.isEmpty() || composition == Composition.NONE) {
      throw new IllegalArgumentException(
          "a composite is RESIDUAL or PRODUCT of at least one quantizer, got %s of %d"
              .formatted(composition, stages.size()));
    }
    this.composition = composition;
    this.stages = List.copyOf(stages);
  }

  private boolean residual() {
    return composition == Composition.RESIDUAL;
  }

  @Override
  public int dim() {
    return residual() ? stages.get(0).dim() : stages.stream().mapToInt(Quantizer::dim).sum();
  }

  @Override
  public int size() {
    return stages.get(0).size();
  }

  @Override
  public int codebooks() {
    return stages.size();
  }

  /** The quantizers in order. */
  public List<Quantizer> stages() {
    return stages;
  }

  /**
   * What a residual of FSQ sees is brought into its levels by {@code tanh(x / c) c}, c = 1 + 1 /
   * (levels - 1); stage i works at the scale {@code levels^-i}.
   */
  private NDArray entered(NDArray vectors) {
    if (residual() && stages.get(0) instanceof ScalarQuantizer fsq) {
      NDArray limit = row(fsq, level -> 1 + 1.0 / (level - 1), vectors);
      return vectors.div(limit).tanh().mul(limit);
    }
    return vectors;
  }

  private NDArray scale(int stage, NDArray beside) {
    ScalarQuantizer fsq = (ScalarQuantizer) stages.get(stage);
    return row(fsq, level -> Math.pow(level, -stage), beside);
  }

  private boolean scaled(int stage) {
    return residual() && stage > 0 && stages.get(stage) instanceof ScalarQuantizer;
  }

  private static NDArray row(
      ScalarQuantizer fsq, java.util.function.IntToDoubleFunction value, NDArray beside) {
    float[] values = new float[fsq.levels().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(fsq.levels().get(i));
    }
    return NamedArrays.of(values, new Shape(1, values.length), beside.getManager());
  }

  private NDArray part(NDArray vectors, int stage) {
    int from = stages.subList(0, stage).stream().mapToInt(Quantizer::dim).sum();
    return vectors.get(":, {}:{}", from, from + stages.get(stage).dim());
  }

  @Override
  public Quantized quantize(NDArray vectors) {
    List<Quantized> parts = new ArrayList<>();
    NDArray rest = entered(vectors);
    NDArray sum = null;
    for (int i = 0; i < stages.size(); i++) {
      NDArray given = residual() ? rest : part(vectors, i);
      Quantized own = stages.get(i).quantize(scaled(i) ? given.div(scale(i, given)) : given);
      parts.add(own);
      NDArray codes = scaled(i) ? own.codes().mul(scale(i, given)) : own.codes();
      if (residual()) {
        rest = rest.sub(codes.stopGradient());
        sum = sum == null ? codes : sum.add(codes);
      }
    }
    NDArray codes = residual() ? sum : beside(parts.stream().map(Quantized::codes).toList());
    NDArray indices = stacked(parts.stream().map(Quantized::indices).toList());
    return new Quantized(codes, indices, vectors, codes.stopGradient(), parts);
  }

  private static NDArray beside(List<NDArray> columns) {
    return NDArrays.concat(new NDList(columns), 1);
  }

  private static NDArray stacked(List<NDArray> columns) {
    return beside(columns.stream().map(column -> column.reshape(-1, 1)).toList());
  }

  @Override
  public NDArray indices(NDArray vectors) {
    List<NDArray> indices = new ArrayList<>();
    NDArray rest = entered(vectors);
    for (int i = 0; i < stages.size(); i++) {
      NDArray given = residual() ? rest : part(vectors, i);
      NDArray own = stages.get(i).indices(scaled(i) ? given.div(scale(i, given)) : given);
      indices.add(own);
      if (residual()) {
        rest = rest.sub(stageCodes(i, own));
      }
    }
    return stacked(indices);
  }

  /** What a stage adds: {@code [vectors, dim of the stage]}. */
  NDArray stageCodes(int stage, NDArray indices) {
    NDArray codes = stages.get(stage).codes(indices);
    return scaled(stage) ? codes.mul(scale(stage, codes)) : codes;
  }

  @Override
  public NDArray codes(NDArray indices) {
    List<NDArray> codes = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      codes.add(stageCodes(i, indices.get(":, {}", i)));
    }
    return residual() ? codes.stream().reduce(NDArray::add).orElseThrow() : beside(codes);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException of a residual: several indices may have one sum
   */
  @Override
  public NDArray codesToIndices(NDArray codes) {
    if (residual()) {
      throw new UnsupportedOperationException(
          "the sum of residual codes does not tell its terms; use the codes of each stage");
    }
    List<NDArray> indices = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      indices.add(stages.get(i).codesToIndices(part(codes, i)));
    }
    return stacked(indices);
  }

  /** How well the first stage fits where only that counts, else all parts together. */
  @Override
  public NDArray fit(NDArray vectors, NDArray indices) {
    NDArray total = null;
    NDArray rest = entered(vectors);
    for (int i = 0; i < stages.size(); i++) {
      NDArray given = residual() ? rest : part(vectors, i);
      NDArray own = indices.get(":, {}", i);
      NDArray fit = stages.get(i).fit(scaled(i) ? given.div(scale(i, given)) : given, own);
      total = total == null ? fit : total.add(fit);
      rest = residual() ? rest.sub(stageCodes(i, own)) : rest;
    }
    return total;
  }

  /** The codes of the stages one below the other: {@code [codebooks * size, dim of a stage]}. */
  @Override
  public NDArray table() {
    return NDArrays.concat(new NDList(stages.stream().map(Quantizer::table).toList()), 0);
  }

  /** Of each name the sum over the stages of a residual, the mean over the parts of a product. */
  @Override
  public Map<String, NDArray> losses(Quantized result) {
    Map<String, NDArray> losses = new LinkedHashMap<>();
    for (int i = 0; i < stages.size(); i++) {
      stages
          .get(i)
          .losses(result.parts().get(i))
          .forEach((k, v) -> losses.merge(k, v, NDArray::add));
    }
    if (!residual()) {
      losses.replaceAll((k, v) -> TorchOps.scale(v, 1.0 / stages.size()));
    }
    return losses;
  }

  @Override
  public Map<String, NDArray> buffers() {
    Map<String, NDArray> buffers = new LinkedHashMap<>();
    stages.forEach(stage -> buffers.putAll(stage.buffers()));
    return buffers;
  }

  @Override
  public void track(Quantized result) {
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).track(result.parts().get(i));
    }
  }

  @Override
  public boolean restartsAfter(long step, long steps) {
    return stages.get(0).restartsAfter(step, steps);
  }

  @Override
  public void restart(NDArray vectors, SplittableRandom random) {
    each(vectors, (stage, given) -> stage.restart(given, random.split()));
  }

  @Override
  public void startFrom(NDArray vectors, SplittableRandom random) {
    each(vectors, (stage, given) -> stage.startFrom(given, random.split()));
  }

  /**
   * Gives each stage its vectors, those of a residual after the stages before have been changed.
   */
  private void each(NDArray vectors, java.util.function.BiConsumer<Quantizer, NDArray> work) {
    NDArray rest = entered(vectors);
    for (int i = 0; i < stages.size(); i++) {
      NDArray given = residual() ? rest : part(vectors, i);
      given = scaled(i) ? given.div(scale(i, given)) : given;
      work.accept(stages.get(i), given);
      if (residual()) {
        rest = rest.sub(stageCodes(i, stages.get(i).indices(given)));
      }
    }
  }
}
