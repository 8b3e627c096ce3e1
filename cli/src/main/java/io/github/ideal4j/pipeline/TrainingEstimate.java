package io.github.ideal4j.pipeline;

import com.sun.management.OperatingSystemMXBean;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.backbone.BackboneFolder;
import io.github.ideal4j.backbone.VisionArchitecture;
import io.github.ideal4j.cost.Accelerator;
import io.github.ideal4j.cost.ModelPart;
import io.github.ideal4j.cost.PriorCost;
import io.github.ideal4j.cost.TokenizerCost;
import io.github.ideal4j.cost.TrainingCost;
import io.github.ideal4j.prior.PriorData;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.training.Configs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a training will cost, before it begins. */
public final class TrainingEstimate {

  /** The paper's: what a prior is estimated for while its tokens are not there. */
  private static final PriorData PAPER = new PriorData(16_384, 1_000, 24, 24, 1);

  private TrainingEstimate() {}

  /**
   * An estimate.
   *
   * @param config complete
   * @param parts of the model, with what each costs
   * @param trainable numbers that learn by gradient
   * @param frozen numbers that stay
   * @param forwardFlop of one image through what learns
   * @param stepFlop of one image in a training step
   * @param totalFlop of the training
   * @param memory bytes, by use
   * @param totalBytes of memory with the batch of the configuration
   * @param machineBytes that this machine has
   * @param machineAdvice what to do where that is too little; empty where it fits
   * @param gpu that the estimate is for
   * @param gpuAdvice what to do where its memory is too little; empty where it fits
   * @param gpuDaysFloat32 with float32 products
   * @param gpuDaysBfloat16 with bfloat16 products
   * @param checkpointBytes of one checkpoint
   * @param featureBytes of cached features, a photograph
   * @param text the same for people; with the configuration a YAML file
   */
  public record Result(
      Record config,
      List<ModelPart> parts,
      long trainable,
      long frozen,
      double forwardFlop,
      double stepFlop,
      double totalFlop,
      TrainingCost.Memory memory,
      double totalBytes,
      double machineBytes,
      String machineAdvice,
      Accelerator gpu,
      String gpuAdvice,
      double gpuDaysFloat32,
      double gpuDaysBfloat16,
      double checkpointBytes,
      double featureBytes,
      String text) {
    public Result {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Estimates the training of a tokenizer.
   *
   * @param backbone that will be used; without it a ViT of the configuration's width is assumed
   */
  public static Result tokenizer(TokenizerTrainingConfig config, Optional<Path> backbone)
      throws IOException {
    VisionArchitecture architecture =
        backbone.isPresent() ? read(backbone.get(), config) : TokenizerCost.assumed(config);
    return result(config, TokenizerCost.of(config, architecture));
  }

  private static VisionArchitecture read(Path path, TokenizerTrainingConfig config)
      throws IOException {
    try (BackboneFolder folder = BackboneFolder.open(path)) {
      VisionArchitecture found = folder.architecture();
      if (found.width() != config.model().width()
          || found.layers() < config.backbone().deepLayer()) {
        throw new IllegalArgumentException(
            "the backbone %s has %d layers of width %d; the configuration needs %d of width %d"
                .formatted(
                    path,
                    found.layers(),
                    found.width(),
                    config.backbone().deepLayer(),
                    config.model().width()));
      }
      return found;
    }
  }

  /**
   * Estimates the training of a prior.
   *
   * @param tokens that will be used; without them the sizes of the configuration count, or, where
   *     it has none, the paper's
   */
  public static Result prior(PriorTrainingConfig config, Optional<Path> tokens) throws IOException {
    PriorData data = config.data().equals(PriorData.UNKNOWN) ? PAPER : config.data();
    PriorTrainingConfig complete = config.withData(tokens.isPresent() ? sizes(tokens.get()) : data);
    return result(complete, PriorCost.of(complete));
  }

  private static PriorData sizes(Path tokens) throws IOException {
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      Set<String> labels = new HashSet<>();
      for (int row = 0; row < dataset.size(); row++) {
        labels.add(dataset.label(row));
      }
      labels.remove(null);
      int codebooks = dataset.info().tokenizer().codebooks();
      return new PriorData(
          dataset.info().codebookSize(),
          labels.size(),
          dataset.info().rows() / codebooks,
          dataset.info().columns(),
          codebooks);
    }
  }

  private static Result result(Record config, TrainingCost cost) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double machine = system.getTotalMemorySize();
    Accelerator gpu = Accelerator.H100;
    String text =
        cost.text(machine, gpu)
            .lines()
            .map(line -> ("# " + line).stripTrailing())
            .reduce(Configs.toYaml(config), (all, line) -> all + line + System.lineSeparator());
    return new Result(
        config,
        cost.parts(),
        cost.trainable(),
        cost.frozen(),
        cost.forwardFlop(),
        cost.stepFlop(),
        cost.totalFlop(),
        cost.memory(),
        cost.memory().total(cost.training().batch()),
        machine,
        cost.advice(machine),
        gpu,
        cost.advice(gpu.bytes()),
        gpu.daysInFloat32(cost.totalFlop()),
        gpu.daysInBfloat16(cost.totalFlop()),
        cost.checkpointBytes(),
        cost.featureBytes(),
        text);
  }
}
