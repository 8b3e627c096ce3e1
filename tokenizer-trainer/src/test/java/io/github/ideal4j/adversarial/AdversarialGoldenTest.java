package io.github.ideal4j.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.adversarial.AdversarialLoss.Kind;
import io.github.ideal4j.golden.GoldenCase;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Discriminators, losses and augmentation against the releases' numbers. */
@Tag("golden")
class AdversarialGoldenTest {

  private static final double VALUES = 1e-5;
  private static final double AMPLIFIED = 5e-4; // rounding of tiny inputs behind a norm
  private static final double GRADIENTS = 1e-4;

  private NDManager manager;
  private GoldenSet set;

  @BeforeEach
  void open() {
    set = GoldenSet.find("adversarial");
    manager = TorchEngine.start(1).newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    if (manager != null) {
      manager.close();
    }
  }

  private static void fill(GoldenCase golden, Discriminator network) {
    for (Map<String, NDArray> arrays : List.of(network.parameters(), network.buffers())) {
      arrays.forEach(
          (name, array) -> TorchOps.copy(List.of(array), List.of(golden.array("state." + name))));
    }
  }

  // ---- discriminators

  @Test
  void headsOnTokens() throws IOException {
    set.each("dino_heads", manager, this::heads);
  }

  private void heads(GoldenCase golden) {
    int count = (int) golden.number("heads");
    TokenHeads.Norm norm =
        switch (golden.config().get("norm").asText()) {
          case "sbn" -> TokenHeads.Norm.BATCH;
          case "bn" -> TokenHeads.Norm.LOCAL_BATCH;
          case "gn" -> TokenHeads.Norm.GROUP;
          default -> throw new IllegalArgumentException(golden.config().get("norm").asText());
        };
    TokenHeads network =
        new TokenHeads(
            new TokenHeads.Form(
                (int) golden.number("channels"),
                count,
                (int) golden.number("kernel"),
                norm,
                golden.flag("spectral_norm"),
                golden.number("leaky_slope"),
                golden.number("norm_eps"),
                golden.number("batch_norm_momentum"),
                (int) golden.number("virtual_batch"),
                (int) golden.number("groups")),
            images -> List.of(),
            0,
            manager);
    fill(golden, network);
    List<NDArray> features = new ArrayList<>();
    List<NDArray> second = new ArrayList<>();
    List<NDArray> small = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      features.add(golden.learned("features." + i));
      second.add(golden.array("second.features." + i));
      small.add(TorchOps.scale(golden.array("features." + i), 1e-3));
    }
    NDArray logits = network.ofFeatures(features, true);
    golden.assertValues(logits, "logits");
    Autograd.backward(logits.mul(golden.array("w")).sum());
    for (int i = 0; i < count; i++) {
      golden.assertGradient(features.get(i), "grad.features." + i);
    }
    network
        .parameters()
        .forEach(
            (name, array) -> {
              // Zero in exact arithmetic: a norm takes the bias away.
              boolean zero = name.endsWith("0.0.bias") || name.endsWith("fn.0.bias");
              golden.assertGradient(array, "grad.parameter." + name, GRADIENTS, zero ? 1e-5 : 1e-6);
            });
    Autograd.setRecording(false);
    assertBuffers(golden, network, "after.");
    golden.assertValues(network.ofFeatures(second, true), "second.logits");
    assertBuffers(golden, network, "second.after.");
    golden.assertValues(network.ofFeatures(features, false), "eval.logits");
    assertBuffers(golden, network, "second.after.");
    golden.assertValues(network.ofFeatures(small, true), "small.logits", AMPLIFIED);
  }

  private static void assertBuffers(GoldenCase golden, Discriminator network, String prefix) {
    network.buffers().forEach((name, array) -> golden.assertValues(array, prefix + name));
  }

  @Test
  void patches() throws IOException {
    set.each(
        "patchgan",
        manager,
        golden -> {
          PatchDiscriminator network =
              new PatchDiscriminator(
                  (int) golden.number("ndf"), (int) golden.number("n_layers"), 0, manager);
          fill(golden, network);
          NDArray input = golden.learned("input");
          NDArray logits = network.logits(input, true);
          golden.assertValues(logits, "logits");
          Autograd.backward(logits.mul(golden.array("w")).sum());
          golden.assertGradient(input, "grad.input");
          network
              .parameters()
              .forEach((name, array) -> golden.assertGradient(array, "grad.parameter." + name));
          Autograd.setRecording(false);
          assertBuffers(golden, network, "after.");
          golden.assertValues(network.logits(input, false), "eval.logits");
          NDArray weight = network.parameters().get("main.2.weight");
          TorchOps.copy(List.of(weight), List.of(TorchOps.scale(weight, 1e-3)));
          golden.assertValues(network.logits(input, true), "small.logits", AMPLIFIED);
        });
  }

  // ---- losses

  @Test
  void losses() throws IOException {
    set.each("losses", manager, this::loss);
  }

  private void loss(GoldenCase golden) {
    switch (golden.name()) {
      case "hinge_d" -> pair(golden, Kind.HINGE);
      case "vanilla_d" -> pair(golden, Kind.NON_SATURATING);
      case "non_saturating_d" -> pair(golden, Kind.RELEASED_NON_SATURATING);
      case "image_non_saturating_d" -> pair(golden, Kind.IMAGE_NON_SATURATING);
      case "hinge_g" -> single(golden, Kind.HINGE);
      case "non_saturating_g" -> single(golden, Kind.RELEASED_NON_SATURATING);
      case "image_non_saturating_g" -> single(golden, Kind.IMAGE_NON_SATURATING);
      case "discriminator_step" -> discriminatorStep(golden);
      case "generator_step" -> generatorStep(golden);
      case "adaptive_weight" -> adaptive(golden);
      default -> {
        assertThat(golden.name()).startsWith("lecam");
        lecam(golden);
      }
    }
  }

  private static void pair(GoldenCase golden, Kind kind) {
    NDArray real = golden.learned("real");
    NDArray fake = golden.learned("fake");
    NDArray loss = AdversarialLoss.discriminator(kind, real, fake);
    golden.assertNumber(loss, "loss");
    Autograd.backward(loss);
    golden.assertGradient(real, "grad.real");
    golden.assertGradient(fake, "grad.fake");
  }

  private static void single(GoldenCase golden, Kind kind) {
    NDArray fake = golden.learned("fake");
    NDArray loss = AdversarialLoss.generator(kind, fake);
    golden.assertNumber(loss, "loss");
    Autograd.backward(loss);
    golden.assertGradient(fake, "grad.fake");
  }

  private NDArray row(GoldenCase golden, String tensor, int step) {
    NDArray row = TorchOps.owned(golden.array(tensor).get(step));
    row.setRequiresGradient(true);
    return row;
  }

  private static double step(GoldenCase golden, String tensor, int step) {
    return golden.floats(tensor)[step];
  }

  private void assertGradient(GoldenCase golden, NDArray of, String tensor, int step) {
    float[] expected = golden.array("grad." + tensor).get(step).toFloatArray();
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    float[] actual = Autograd.gradient(of).toFloatArray();
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) Math.abs(actual[i] - expected[i]))
          .as("%s step %d gradient of %s", golden.name(), step, tensor)
          .isLessThanOrEqualTo(Math.max(1e-7, GRADIENTS * largest));
    }
  }

  private static void assertNear(GoldenCase golden, String what, double actual, double expected) {
    assertThat(Math.abs(actual - expected))
        .as("%s %s: %s against %s", golden.name(), what, actual, expected)
        .isLessThan(VALUES * Math.max(1, Math.abs(expected)));
  }

  private List<NDArray> averages() {
    return List.of(manager.zeros(new Shape()), manager.zeros(new Shape()));
  }

  private void assertAverages(GoldenCase golden, List<NDArray> averages, int step) {
    assertNear(golden, "real", averages.get(0).getFloat(), doubles(golden, "ema_real")[step]);
    assertNear(golden, "fake", averages.get(1).getFloat(), doubles(golden, "ema_fake")[step]);
  }

  private static double[] doubles(GoldenCase golden, String tensor) {
    float[] values = golden.floats(tensor);
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private void lecam(GoldenCase golden) {
    List<NDArray> averages = averages();
    for (int i = 0; i < golden.shape("loss")[0]; i++) {
      Autograd.setRecording(true);
      NDArray real = row(golden, "real", i);
      NDArray fake = row(golden, "fake", i);
      NDArray loss = AdversarialLoss.lecam(real, fake, averages, golden.number("decay"));
      assertNear(golden, "loss", loss.getFloat(), step(golden, "loss", i));
      Autograd.backward(loss);
      assertGradient(golden, real, "real", i);
      assertGradient(golden, fake, "fake", i);
      assertAverages(golden, averages, i);
    }
  }

  private void discriminatorStep(GoldenCase golden) {
    AdversarialConfig config =
        AdversarialConfig.RELEASED
            .withWeight(golden.number("disc_weight"))
            .withLecam(golden.number("lecam_loss_weight"), golden.number("lecam_decay"))
            .withConsistency(golden.number("disc_cr_loss_weight"))
            .withStarts((int) golden.number("disc_start"), (int) golden.number("disc_start"));
    List<NDArray> averages = averages();
    long[] steps = golden.longs("steps");
    for (int i = 0; i < steps.length; i++) {
      Autograd.setRecording(true);
      List<NDArray> logits = new ArrayList<>();
      for (String name : List.of("real", "fake", "real_strong", "fake_strong")) {
        logits.add(row(golden, name, i));
      }
      NDArray loss =
          config.discriminatorLoss(
              steps[i], logits.get(0), logits.get(1), logits.get(2), logits.get(3), averages);
      assertNear(golden, "loss", loss.getFloat(), step(golden, "loss", i));
      Autograd.backward(loss);
      assertGradient(golden, logits.get(0), "real", i);
      assertGradient(golden, logits.get(1), "fake", i);
      assertGradient(golden, logits.get(2), "real_strong", i);
      assertGradient(golden, logits.get(3), "fake_strong", i);
      assertAverages(golden, averages, i);
    }
  }

  private void generatorStep(GoldenCase golden) {
    AdversarialConfig config =
        AdversarialConfig.RELEASED
            .withWeight(golden.number("disc_weight"))
            .withStarts((int) golden.number("disc_start"), (int) golden.number("disc_start"));
    long[] steps = golden.longs("steps");
    float[] codebook = golden.floats("codebook");
    double sum = 0;
    for (int i = 0; i < codebook.length; i++) {
      sum += i == 3 ? 0 : codebook[i]; // entry 3 is a statistic
    }
    for (int i = 0; i < steps.length; i++) {
      Autograd.setRecording(true);
      NDArray fake = row(golden, "fake", i);
      NDArray reconstruction = row(golden, "reconstruction", i);
      double ramp = Math.min(1, steps[i] / golden.number("perceptual_warmup"));
      NDArray loss =
          TorchOps.addScalar(
              reconstruction
                  .sub(golden.array("input"))
                  .square()
                  .mean()
                  .add(TorchOps.scale(golden.array("perceptual").mean(), ramp))
                  .add(config.generatorLoss(steps[i], fake)),
              sum);
      assertNear(golden, "loss", loss.getFloat(), step(golden, "loss", i));
      Autograd.backward(loss);
      assertGradient(golden, fake, "fake", i);
      assertGradient(golden, reconstruction, "reconstruction", i);
    }
  }

  private void adaptive(GoldenCase golden) {
    for (int i = 0; i < golden.shape("weight")[0]; i++) {
      NDArray weight =
          AdversarialLoss.adaptiveWeight(
              golden.array("gradient_rec").get(i), golden.array("gradient_adv").get(i));
      assertNear(golden, "weight", weight.getFloat(), step(golden, "weight", i));
    }
  }

  // ---- augmentation

  @Test
  void augmentation() throws IOException {
    set.each("diffaug", manager, this::augment);
  }

  private void augment(GoldenCase golden) {
    NDArray input = golden.learned("input");
    BiFunction<NDArray, String, int[]> whole =
        (x, name) -> {
          long[] wide = golden.longs(name);
          int[] narrow = new int[wide.length];
          for (int i = 0; i < wide.length; i++) {
            narrow[i] = (int) wide[i];
          }
          return narrow;
        };
    NDArray output;
    String name = golden.name();
    double ratio = golden.number("ratio", 0);
    if (golden.config().has("policy")) {
      String policy = golden.config().get("policy").asText();
      double cutout = Double.parseDouble(policy.substring(policy.lastIndexOf('_') + 1));
      output =
          new Augmentation(golden.number("prob"), 0.125, cutout)
              .apply(
                  input,
                  new Augmentation.Draw(
                      golden.floats("coins"),
                      golden.floats("brightness"),
                      golden.floats("saturation"),
                      golden.floats("contrast"),
                      whole.apply(input, "translation_rows"),
                      whole.apply(input, "translation_columns"),
                      whole.apply(input, "cutout_rows"),
                      whole.apply(input, "cutout_columns")));
    } else if (name.startsWith("cutout")) {
      output =
          new Augmentation(1, 0, ratio)
              .cut(input, whole.apply(input, "cutout_rows"), whole.apply(input, "cutout_columns"));
    } else {
      output =
          switch (name) {
            case "brightness" -> Augmentation.brightness(input, golden.floats("brightness"));
            case "saturation" -> Augmentation.saturation(input, golden.floats("saturation"));
            case "contrast" -> Augmentation.contrast(input, golden.floats("contrast"));
            case "translation" ->
                Augmentation.translate(
                    input,
                    whole.apply(input, "translation_rows"),
                    whole.apply(input, "translation_columns"));
            default -> throw new IllegalArgumentException(name);
          };
    }
    golden.assertValues(output, "output");
    Autograd.backward(output.mul(golden.array("w")).sum());
    golden.assertGradient(input, "grad.input");
  }
}
