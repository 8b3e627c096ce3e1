package io.github.ideal4j.quantizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.GoldenCase;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.quantizer.CompositeQuantizer.Composition;
import io.github.ideal4j.quantizer.VectorForm.Passing;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every quantizer against the numbers of its authors' code. */
@Tag("golden")
class QuantizersGoldenTest {

  private NDManager manager;
  private GoldenSet set;

  @BeforeEach
  void open() {
    set = GoldenSet.find("quantizers");
    manager = TorchEngine.start(1).newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    if (manager != null) {
      manager.close();
    }
  }

  private static NDArray weighted(NDArray codes, GoldenCase golden, boolean channelsFirst) {
    return codes.mul(GoldenCase.vectors(golden.array("w"), channelsFirst)).sum();
  }

  private static NDArray total(Map<String, NDArray> losses) {
    return losses.values().stream().reduce(NDArray::add).orElseThrow();
  }

  // ---- finite levels

  @Test
  void scalarQuantization() throws IOException {
    set.each("fsq", manager, this::scalar);
  }

  private void scalar(GoldenCase golden) {
    ScalarQuantizer one = scalarOf(golden, golden.flag("preserve_symmetry"));
    NDArray z = golden.learned("z");
    int codebooks = (int) golden.number("num_codebooks");
    boolean projected = golden.has("project_in.weight");
    List<NDArray> learned = new ArrayList<>(List.of(z));
    List<String> names = new ArrayList<>(List.of("z"));
    NDArray vectors = GoldenCase.vectors(z, false);
    NDArray[] out = new NDArray[2];
    if (projected) {
      for (String name :
          List.of(
              "project_in.weight", "project_in.bias", "project_out.weight", "project_out.bias")) {
        learned.add(golden.learned(name));
        names.add(name);
      }
      out[0] = learned.get(3);
      out[1] = learned.get(4);
      vectors = TorchOps.linear(vectors, learned.get(1), learned.get(2));
    }
    Quantizer quantizer =
        codebooks == 1
            ? one
            : new CompositeQuantizer(
                Composition.PRODUCT, IntStream.range(0, codebooks).mapToObj(i -> one).toList());
    golden.assertValues(one.bounded(vectors.reshape(-1, one.dim())), "bounded");
    Quantized result = quantizer.quantize(vectors);
    golden.assertIndices(result.indices(), "indices");
    golden.assertIndices(quantizer.indices(vectors), "indices");
    golden.assertIndices(quantizer.codesToIndices(result.codes()), "indices");
    golden.assertValues(quantizer.table().get(":{}", one.size()), "all_codes");
    NDArray codes = projected ? TorchOps.linear(result.codes(), out[0], out[1]) : result.codes();
    golden.assertValues(codes, "quantized");
    Autograd.backward(weighted(codes, golden, false));
    for (int i = 0; i < learned.size(); i++) {
      golden.assertGradient(learned.get(i), "grad.quantized." + names.get(i));
    }
  }

  private ScalarQuantizer scalarOf(GoldenCase golden, boolean symmetric) {
    List<Integer> levels = new ArrayList<>();
    golden.config().get("levels").forEach(level -> levels.add(level.asInt()));
    return new ScalarQuantizer(
        new ScalarQuantizer.Form(
            levels, symmetric, golden.flag("bound_hard_clamp"), golden.number("bound_eps", 1e-3)),
        manager);
  }

  @Test
  void residualScalarQuantization() throws IOException {
    set.each(
        "residual_fsq",
        manager,
        golden -> {
          ScalarQuantizer stage = scalarOf(golden, true);
          int stages = (int) golden.number("num_quantizers");
          CompositeQuantizer quantizer =
              new CompositeQuantizer(
                  Composition.RESIDUAL, IntStream.range(0, stages).mapToObj(i -> stage).toList());
          residual(quantizer, golden, golden.learned("x"));
        });
  }

  private static void residual(CompositeQuantizer quantizer, GoldenCase golden, NDArray x) {
    NDArray vectors = GoldenCase.vectors(x, false);
    Quantized result = quantizer.quantize(vectors);
    golden.assertIndices(result.indices(), "indices");
    golden.assertIndices(quantizer.indices(vectors), "indices");
    golden.assertValues(result.codes(), "quantized");
    golden.assertValues(quantizer.codes(result.indices()), "quantized");
    NDArray all = null;
    for (int i = 0; i < quantizer.codebooks(); i++) {
      NDArray codes = quantizer.stageCodes(i, result.indices().get(":, {}", i));
      all = all == null ? codes : all.concat(codes, 0);
    }
    golden.assertValues(all, "all_codes");
    Autograd.backward(weighted(result.codes(), golden, false));
    golden.assertGradient(x, "grad.quantized.x");
  }

  // ---- signs

  @Test
  void lookupFree() throws IOException {
    set.each(
        "lfq",
        manager,
        golden -> {
          int codebooks = (int) golden.number("num_codebooks", 1);
          int bits = (int) golden.number("dim") / codebooks;
          double weight = golden.number("entropy_loss_weight");
          BinaryQuantizer one =
              new BinaryQuantizer(
                  new BinaryForm(
                      BinaryForm.Kind.LFQ,
                      bits,
                      golden.flag("spherical"),
                      golden.flag("spherical"),
                      golden.number("codebook_scale", 1),
                      golden.number("soft_clamp_input_value", 0),
                      golden.number("inv_temperature"),
                      bits,
                      false,
                      golden.number("commitment_loss_weight"),
                      weight,
                      weight * golden.number("diversity_gamma")),
                  manager);
          signs(one, codebooks, golden, false);
        });
  }

  @Test
  void lookupFreeOfMagvit2() throws IOException {
    set.each(
        "lfq_magvit2",
        manager,
        golden -> {
          int bits = (int) golden.number("dim");
          double weight = golden.number("codebook_weight");
          BinaryQuantizer quantizer =
              new BinaryQuantizer(
                  new BinaryForm(
                      BinaryForm.Kind.MAGVIT2,
                      bits,
                      false,
                      false,
                      1,
                      0,
                      1 / golden.number("temperature"),
                      bits,
                      false,
                      golden.number("commit_weight"),
                      weight * golden.number("sample_minimization_weight"),
                      weight * golden.number("batch_maximization_weight")),
                  manager);
          Quantized result = signs(quantizer, 1, golden, true);
          int first = golden.config().get("factorized_bits").get(0).asInt();
          golden.assertIndices(quantizer.factor(result.indices(), 0, first), "indices.pre");
          golden.assertIndices(quantizer.factor(result.indices(), first, bits), "indices.post");
        });
  }

  private Quantized signs(
      BinaryQuantizer one, int codebooks, GoldenCase golden, boolean channelsFirst) {
    Quantizer quantizer =
        codebooks == 1
            ? one
            : new CompositeQuantizer(
                Composition.PRODUCT, IntStream.range(0, codebooks).mapToObj(i -> one).toList());
    NDArray z = golden.learned("z");
    NDArray vectors = GoldenCase.vectors(z, channelsFirst);
    Quantized result = quantizer.quantize(vectors);
    golden.assertIndices(result.indices(), "indices");
    golden.assertIndices(quantizer.indices(vectors), "indices");
    golden.assertIndices(quantizer.codesToIndices(result.codes()), "indices");
    NDArray expected = GoldenCase.vectors(golden.array("quantized"), channelsFirst);
    assertSame(golden, result.codes(), expected);
    if (golden.has("all_codes")) {
      golden.assertValues(one.table(), "all_codes");
    }
    List<Quantized> parts = result.parts().isEmpty() ? List.of(result) : result.parts();
    NDArray sample = null;
    NDArray codebook = null;
    NDArray commitment = null;
    for (Quantized part : parts) {
      BinaryQuantizer.Entropies own = one.entropies(part.unit());
      sample = sample == null ? own.sample() : sample.add(own.sample());
      codebook = codebook == null ? own.codebook() : codebook.add(own.codebook());
      NDArray pull = one.commitment(part);
      commitment = commitment == null ? pull : commitment.add(pull);
    }
    golden.assertNumber(TorchOps.scale(sample, 1.0 / codebooks), "entropy.per_sample");
    golden.assertNumber(TorchOps.scale(codebook, 1.0 / codebooks), "entropy.codebook");
    golden.assertNumber(TorchOps.scale(commitment, 1.0 / codebooks), "commitment");
    Autograd.backward(weighted(result.codes(), golden, channelsFirst));
    golden.assertGradient(z, "grad.quantized.z");
    Quantized again = quantizer.quantize(GoldenCase.vectors(z, channelsFirst));
    NDArray loss = total(quantizer.losses(again));
    golden.assertNumber(loss, "loss");
    Autograd.backward(loss);
    golden.assertGradient(z, "grad.loss.z");
    return result;
  }

  private static void assertSame(GoldenCase golden, NDArray actual, NDArray expected) {
    org.assertj.core.api.Assertions.assertThat(actual.toFloatArray())
        .as(golden.name())
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(expected.toFloatArray());
  }

  @Test
  void binarySpherical() throws IOException {
    set.each(
        "bsq",
        manager,
        golden -> {
          // The others are entropies of counts, which the release reports and no loss of ours has.
          if (!golden.has("codes")) {
            spherical(golden);
          }
        });
  }

  private void spherical(GoldenCase golden) {
    double temperature = golden.number("inv_temperature");
    double zeta = golden.number("zeta") / temperature;
    boolean analytical =
        golden.config().get("persample_entropy_compute").asText().equals("analytical");
    BinaryForm form =
        new BinaryForm(
            BinaryForm.Kind.BSQ,
            (int) golden.number("bits"),
            golden.flag("normalize_input"),
            golden.flag("l2_norm"),
            1,
            0,
            temperature,
            (int) golden.number("group_size"),
            analytical,
            golden.number("beta"),
            zeta * golden.number("gamma0"),
            zeta * golden.number("gamma"));
    BinaryQuantizer quantizer = new BinaryQuantizer(form, manager);
    NDArray z = golden.learned("z");
    NDArray vectors = GoldenCase.vectors(z, false);
    Quantized result = quantizer.quantize(vectors);
    golden.assertValues(result.unit(), "unit");
    golden.assertIndices(result.indices(), "indices");
    golden.assertIndices(quantizer.indices(vectors), "indices");
    golden.assertIndices(quantizer.groupIndices(result.indices()), "group_indices");
    golden.assertValues(result.codes(), "quantized");
    BinaryQuantizer.Entropies entropies = quantizer.entropies(result.unit());
    golden.assertNumber(entropies.sample(), "entropy.per_sample");
    golden.assertNumber(entropies.codebook(), "entropy.codebook");
    NDArray commitment = TorchOps.scale(quantizer.commitment(result), golden.number("beta"));
    golden.assertNumber(commitment, "commitment");
    Autograd.backward(weighted(result.codes(), golden, false));
    golden.assertGradient(z, "grad.quantized.z");
    NDArray loss = total(quantizer.losses(quantizer.quantize(GoldenCase.vectors(z, false))));
    golden.assertNumber(loss, "loss");
    Autograd.backward(loss);
    golden.assertGradient(z, "grad.loss.z");
  }

  // ---- codebooks

  private static CodebookConfig codebook(
      GoldenCase golden, int dim, CodebookConfig.Learning learning, double commitment) {
    int size = (int) golden.number("codebook_size");
    double decay = golden.number("decay", 0.8);
    return new CodebookConfig(size, dim, learning, commitment, 0, 0.01, decay, 0, 0, 0.1);
  }

  private static Passing passing(GoldenCase golden) {
    return golden.flag("rotation_trick") ? Passing.ROTATION : Passing.STRAIGHT;
  }

  @Test
  void rotationTrickAndCosine() throws IOException {
    set.each("cosine_vq_rotation", manager, this::rotation);
  }

  private void rotation(GoldenCase golden) {
    int dim = (int) golden.number("codebook_dim", golden.number("dim"));
    VectorForm form =
        new VectorForm(golden.flag("use_cosine_sim"), passing(golden), 0, golden.number("eps"));
    VectorQuantizer quantizer =
        new VectorQuantizer(
            codebook(
                golden, dim, CodebookConfig.Learning.AVERAGE, golden.number("commitment_weight")),
            form,
            "q.",
            golden.array("codebook"),
            manager);
    NDArray x = golden.learned("x");
    List<NDArray> learned = new ArrayList<>(List.of(x));
    List<String> names = new ArrayList<>(List.of("x"));
    boolean projected = golden.has("project_in.weight");
    if (projected) {
      for (String name :
          List.of(
              "project_in.weight", "project_in.bias", "project_out.weight", "project_out.bias")) {
        learned.add(golden.learned(name));
        names.add(name);
      }
    }
    for (String of : List.of("quantized", "loss")) {
      NDArray vectors = GoldenCase.vectors(x, false);
      if (projected) {
        vectors = TorchOps.linear(vectors, learned.get(1), learned.get(2));
      }
      Quantized result = quantizer.quantize(vectors);
      NDArray codes = result.codes();
      NDArray plain = quantizer.codes(result.indices());
      if (projected) {
        codes = TorchOps.linear(codes, learned.get(3), learned.get(4));
        plain = TorchOps.linear(plain, learned.get(3), learned.get(4));
      }
      golden.assertIndices(result.indices(), "indices");
      golden.assertIndices(quantizer.indices(vectors), "indices");
      golden.assertValues(codes, "quantized");
      golden.assertValues(plain, "eval.quantized");
      NDArray loss = total(quantizer.losses(result));
      golden.assertNumber(loss, "loss");
      Autograd.backward(of.equals("loss") ? loss : weighted(codes, golden, false));
      for (int i = 0; i < learned.size(); i++) {
        String tensor = "grad.%s.%s".formatted(of, names.get(i));
        if (golden.has(tensor)) {
          golden.assertGradient(learned.get(i), tensor);
        }
        Autograd.zeroGradient(learned.get(i));
      }
      if (of.equals("loss")) {
        Autograd.setRecording(false);
        quantizer.track(result);
      }
    }
    golden.assertValues(quantizer.table(), "codebook_after");
    golden.assertValues(quantizer.buffers().get("q.counts"), "cluster_size_after");
    golden.assertValues(quantizer.buffers().get("q.sums"), "embed_avg_after");
  }

  @Test
  void movingAverages() throws IOException {
    set.each("ema_vq", manager, this::averages);
  }

  private void averages(GoldenCase golden) {
    Autograd.setRecording(false);
    VectorForm form =
        new VectorForm(golden.flag("use_cosine_sim"), Passing.STRAIGHT, 0, golden.number("eps"));
    int dim = (int) golden.number("dim");
    VectorQuantizer quantizer =
        new VectorQuantizer(
            codebook(
                golden, dim, CodebookConfig.Learning.AVERAGE, golden.number("commitment_weight")),
            form,
            "q.",
            golden.array("codebook"),
            manager);
    NDArray all = golden.array("x");
    List<NDArray> codes = new ArrayList<>();
    List<NDArray> indices = new ArrayList<>();
    List<NDArray> losses = new ArrayList<>();
    List<NDArray> tables = new ArrayList<>();
    List<NDArray> counts = new ArrayList<>();
    List<NDArray> sums = new ArrayList<>();
    for (int step = 0; step < (int) golden.number("steps"); step++) {
      Quantized result = quantizer.quantize(GoldenCase.vectors(all.get(step), false));
      codes.add(quantizer.codes(result.indices()));
      indices.add(result.indices());
      losses.add(total(quantizer.losses(result)).reshape(1));
      quantizer.track(result);
      tables.add(TorchOps.owned(quantizer.table()));
      counts.add(TorchOps.owned(quantizer.buffers().get("q.counts")));
      sums.add(TorchOps.owned(quantizer.buffers().get("q.sums")));
    }
    golden.assertIndices(joined(indices), "indices");
    golden.assertValues(joined(codes), "quantized");
    golden.assertValues(joined(losses), "loss");
    golden.assertValues(joined(tables), "codebook_after");
    golden.assertValues(joined(counts), "cluster_size_after");
    golden.assertValues(joined(sums), "embed_avg_after");
  }

  private static NDArray joined(List<NDArray> parts) {
    return parts.stream().map(NDArray::flatten).reduce((a, b) -> a.concat(b, 0)).orElseThrow();
  }

  @Test
  void residualOfCodebooks() throws IOException {
    set.each("residual_vq", manager, this::residualVq);
  }

  private void residualVq(GoldenCase golden) {
    boolean learnable = golden.flag("learnable_codebook");
    double weight = golden.number("commitment_weight");
    NDArray codebooks = golden.array("codebooks");
    int dim = (int) golden.number("dim");
    List<NDArray> tables = new ArrayList<>();
    List<VectorQuantizer> stages = new ArrayList<>();
    for (int i = 0; i < (int) golden.number("num_quantizers"); i++) {
      NDArray table = TorchOps.owned(codebooks.get(i));
      table.setRequiresGradient(learnable);
      tables.add(table);
      // One term with the gradients of both losses, as the authors compute it.
      CodebookConfig.Learning learning =
          learnable ? CodebookConfig.Learning.GRADIENT : CodebookConfig.Learning.AVERAGE;
      VectorForm form =
          new VectorForm(golden.flag("use_cosine_sim"), passing(golden), weight, 1e-5);
      stages.add(
          new VectorQuantizer(codebook(golden, dim, learning, weight), form, "q.", table, manager));
    }
    CompositeQuantizer quantizer = new CompositeQuantizer(Composition.RESIDUAL, stages);
    NDArray x = golden.learned("x");
    residual(quantizer, golden, x);
    if (golden.has("grad.quantized.codebooks")) {
      for (NDArray table : tables) {
        Autograd.zeroGradient(table);
      }
    }
    Quantized result = quantizer.quantize(GoldenCase.vectors(x, false));
    NDArray loss = total(quantizer.losses(result));
    NDArray expected = golden.array("losses");
    List<NDArray> each = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      each.add(stages.get(i).losses(result.parts().get(i)).get("commitment").reshape(1));
    }
    assertSame(golden, joined(each), expected);
    Autograd.backward(loss);
    golden.assertGradient(x, "grad.loss.x");
    if (learnable) {
      NDArray all = manager.zeros(codebooks.getShape());
      for (int i = 0; i < tables.size(); i++) {
        all.set(new ai.djl.ndarray.index.NDIndex("{}", i), Autograd.gradient(tables.get(i)));
      }
      golden.assertNear(all, "grad.loss.codebooks");
    }
  }

  @Test
  void simVq() throws IOException {
    set.each(
        "simvq",
        manager,
        golden -> {
          NDArray transform = golden.learned("transform");
          SimVectorQuantizer quantizer =
              new SimVectorQuantizer(
                  golden.array("frozen_codebook"),
                  transform,
                  "q.",
                  passing(golden),
                  golden.number("input_to_quantize_commit_loss_weight"),
                  golden.number("commitment_weight"));
          golden.assertValues(quantizer.table(), "codebook");
          both(quantizer, golden, "x", "transform", transform, false, 1e-4);
        });
  }

  @Test
  void indexBackpropagation() throws IOException {
    set.each(
        "ibq",
        manager,
        golden -> {
          NDArray embedding = golden.learned("embedding");
          double weight = golden.number("entropy_loss_weight");
          IndexQuantizer quantizer =
              new IndexQuantizer(
                  embedding,
                  golden.number("beta"),
                  golden.number("quant_loss_weight"),
                  weight * golden.number("sample_minimization_weight"),
                  weight * golden.number("batch_maximization_weight"),
                  golden.number("entropy_temperature"),
                  golden.number("eps"));
          NDArray vectors = GoldenCase.vectors(golden.array("z"), true);
          ChoiceEntropy.Result entropy = quantizer.entropy(vectors);
          golden.assertNumber(entropy.sample(), "entropy.per_sample");
          golden.assertNumber(entropy.codebook(), "entropy.codebook");
          Quantized result = quantizer.quantize(vectors);
          assertSame(
              golden, result.chosen(), GoldenCase.vectors(golden.array("quantized_hard"), true));
          both(quantizer, golden, "z", "embedding", embedding, true, 1e-4);
        });
  }

  private void both(
      Quantizer quantizer,
      GoldenCase golden,
      String inputName,
      String weightName,
      NDArray weight,
      boolean channelsFirst,
      double tolerance) {
    NDArray input = golden.learned(inputName);
    for (String of : List.of("quantized", "loss")) {
      NDArray vectors = GoldenCase.vectors(input, channelsFirst);
      Quantized result = quantizer.quantize(vectors);
      golden.assertIndices(result.indices(), "indices");
      golden.assertIndices(quantizer.indices(vectors), "indices");
      assertSame(
          golden, result.codes(), GoldenCase.vectors(golden.array("quantized"), channelsFirst));
      NDArray loss = total(quantizer.losses(result));
      golden.assertNumber(loss, "loss");
      Autograd.backward(of.equals("loss") ? loss : weighted(result.codes(), golden, channelsFirst));
      golden.assertGradient(input, "grad.%s.%s".formatted(of, inputName), tolerance);
      golden.assertGradient(weight, "grad.%s.%s".formatted(of, weightName), tolerance);
    }
  }
}
