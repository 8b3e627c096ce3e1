package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Quantizers without a codebook whose codes are signs: LFQ, its form in Open-MAGVIT2, and BSQ. A
 * number above 0 becomes 1, every other one -1.
 */
public final class BinaryQuantizer implements Quantizer {

  private static final double LFQ_FLOOR = 1e-5;
  private static final double BSQ_FLOOR = 1e-8;

  private final BinaryForm form;
  private final NDManager manager;
  private final double magnitude;
  private final NDArray places;
  private final NDArray groupTable;

  /**
   * Entropies of a batch.
   *
   * @param sample of one choice, {@code []}
   * @param codebook of the average choice, {@code []}
   * @param loss the weighted difference, with gradients
   */
  record Entropies(NDArray sample, NDArray codebook, NDArray loss) {}

  /**
   * @param form its conventions
   * @param manager owns a few numbers, as long as the quantizer
   */
  public BinaryQuantizer(BinaryForm form, NDManager manager) {
    this.form = form;
    this.manager = manager;
    magnitude = form.unitCodes() ? form.scale() / Math.sqrt(form.bits()) : form.scale();
    float[] values = new float[form.bits()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 << place(i, form.bits());
    }
    places = NamedArrays.of(values, new Shape(1, form.bits()), manager);
    groupTable = table(form.groupBits());
  }

  private int place(int bit, int bits) {
    return form.kind() == BinaryForm.Kind.MAGVIT2 ? bit : bits - 1 - bit;
  }

  private NDArray table(int bits) {
    float[] codes = new float[bits * (1 << bits)];
    for (int index = 0; index < 1 << bits; index++) {
      for (int i = 0; i < bits; i++) {
        boolean on = (index >> place(i, bits) & 1) == 1;
        codes[index * bits + i] = (float) (on ? magnitude : -magnitude);
      }
    }
    return NamedArrays.of(codes, new Shape(1 << bits, bits), manager);
  }

  @Override
  public int dim() {
    return form.bits();
  }

  @Override
  public int size() {
    return 1 << form.bits();
  }

  @Override
  public NDArray table() {
    return table(form.bits());
  }

  private NDArray prepared(NDArray vectors) {
    NDArray x = vectors;
    if (form.clamp() > 0) {
      x = TorchOps.scale(TorchOps.scale(x, 1 / form.clamp()).tanh(), form.clamp());
    }
    if (form.sphere()) {
      NDArray unit = x.normalize(2, 1);
      return form.scale() == 1 ? unit : TorchOps.scale(unit, form.scale());
    }
    return x;
  }

  /** Ones and zeros. */
  private static NDArray bits(NDArray x) {
    return TorchOps.toFloat(x.gt(x.zerosLike()));
  }

  private NDArray coded(NDArray bits) {
    return TorchOps.addScalar(TorchOps.scale(bits, 2 * magnitude), -magnitude);
  }

  private NDArray number(NDArray bits) {
    return TorchOps.cast(bits.mul(places).sum(new int[] {1}), DataType.INT64);
  }

  @Override
  public Quantized quantize(NDArray vectors) {
    NDArray unit = prepared(vectors);
    NDArray bits = bits(unit.stopGradient());
    NDArray code = coded(bits);
    // BSQ scales after the choice, and so scales the gradient too.
    boolean scaled = form.kind() == BinaryForm.Kind.BSQ && magnitude != 1;
    NDArray passing = Straight.through(scaled ? TorchOps.scale(unit, magnitude) : unit, code);
    return Quantized.of(passing, number(bits), unit, code);
  }

  @Override
  public NDArray indices(NDArray vectors) {
    return number(bits(vectors));
  }

  @Override
  public NDArray codes(NDArray indices) {
    return Straight.lookUp(indices, table());
  }

  @Override
  public NDArray codesToIndices(NDArray codes) {
    return number(bits(codes));
  }

  @Override
  public NDArray fit(NDArray vectors, NDArray indices) {
    return prepared(vectors).mul(codes(indices)).sum(new int[] {1});
  }

  /** Indices of a part of the bits: {@code [vectors]} from {@code [vectors]}. */
  NDArray factor(NDArray indices, int from, int to) {
    NDArray part = codes(indices).get(":, {}:{}", from, to);
    float[] values = new float[to - from];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 << place(i, values.length);
    }
    NDArray own = NamedArrays.of(values, new Shape(1, values.length), manager);
    return TorchOps.cast(bits(part).mul(own).sum(new int[] {1}), DataType.INT64);
  }

  /** Indices of every group: {@code [vectors, groups]}. */
  NDArray groupIndices(NDArray indices) {
    NDArray all = null;
    for (int from = 0; from < form.bits(); from += form.groupBits()) {
      NDArray own = factor(indices, from, from + form.groupBits()).reshape(-1, 1);
      all = all == null ? own : all.concat(own, 1);
    }
    return all;
  }

  @Override
  public Map<String, NDArray> losses(Quantized result) {
    Map<String, NDArray> losses = new LinkedHashMap<>();
    losses.put("commitment", TorchOps.scale(commitment(result), form.commitment()));
    if (form.sampleWeight() > 0 || form.codebookWeight() > 0) {
      losses.put("entropy", entropies(result.unit()).loss());
    }
    return losses;
  }

  /** Of BSQ the sum over bits, else the mean; unweighted. */
  NDArray commitment(Quantized result) {
    NDArray square = result.unit().sub(result.chosen()).square();
    return form.kind() == BinaryForm.Kind.BSQ ? square.sum(new int[] {1}).mean() : square.mean();
  }

  /** Entropies of prepared vectors. */
  Entropies entropies(NDArray unit) {
    if (form.analytical()) {
      return ofBits(unit);
    }
    ChoiceEntropy entropy = entropy();
    NDArray sample = null;
    NDArray codebook = null;
    NDArray loss = null;
    for (int from = 0; from < form.bits(); from += form.groupBits()) {
      NDArray part = unit.get(":, {}:{}", from, from + form.groupBits());
      ChoiceEntropy.Result of = entropy.of(part, groupTable);
      sample = sample == null ? of.sample() : sample.add(of.sample());
      codebook = codebook == null ? of.codebook() : codebook.add(of.codebook());
      loss = loss == null ? of.loss() : loss.add(of.loss());
    }
    return new Entropies(sample, codebook, loss);
  }

  private ChoiceEntropy entropy() {
    return switch (form.kind()) {
      case LFQ -> entropy(ChoiceEntropy.Floor.clamped(LFQ_FLOOR), LFQ_FLOOR);
      case MAGVIT2 -> entropy(ChoiceEntropy.Floor.EXACT, LFQ_FLOOR);
      case BSQ -> entropy(ChoiceEntropy.Floor.added(BSQ_FLOOR), BSQ_FLOOR);
    };
  }

  private ChoiceEntropy entropy(ChoiceEntropy.Floor sample, double floor) {
    ChoiceEntropy.Floor codebook =
        form.kind() == BinaryForm.Kind.LFQ
            ? ChoiceEntropy.Floor.clamped(floor)
            : ChoiceEntropy.Floor.added(floor);
    return new ChoiceEntropy(
        2 * form.inverseTemperature(),
        form.sampleWeight(),
        form.codebookWeight(),
        sample,
        codebook);
  }

  /** Of independent bits the entropies add up; the average choice is then that of each bit. */
  private Entropies ofBits(NDArray unit) {
    NDArray p =
        TorchOps.scale(unit, 4 * form.inverseTemperature() * magnitude)
            .getNDArrayInternal()
            .sigmoid(); // [vectors, bits]
    NDArray sample = coin(p).sum(new int[] {1}).mean();
    NDArray codebook = coin(p.mean(new int[] {0})).sum();
    NDArray loss =
        TorchOps.scale(sample, form.sampleWeight())
            .sub(TorchOps.scale(codebook, form.codebookWeight()));
    return new Entropies(sample, codebook, loss);
  }

  private static NDArray coin(NDArray p) {
    NDArray q = TorchOps.addScalar(p.neg(), 1);
    NDArray one = p.mul(TorchOps.addScalar(p, BSQ_FLOOR).log());
    return one.add(q.mul(TorchOps.addScalar(q, BSQ_FLOOR).log())).neg();
  }
}
