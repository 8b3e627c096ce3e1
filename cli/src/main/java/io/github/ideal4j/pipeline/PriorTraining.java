package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.prior.PriorSources;
import io.github.ideal4j.prior.PriorTrainer;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.DeviceChoice;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Token files to a trained prior. */
public final class PriorTraining {

  private PriorTraining() {}

  /**
   * What to train on what.
   *
   * @param tokens to train on, with labels for a class-conditional prior
   * @param mirrored tokens of the mirrored photographs
   * @param validation tokens to measure on
   * @param unconditional whether labels are not looked at
   * @param bundle whose tokens they must be, or are if they do not say
   * @param config complete but for sizes that follow from the tokens
   * @param out run folder
   * @param resume whether an earlier run goes on
   * @param device auto, cpu, cuda or cuda:n
   * @param threads of the processor
   */
  public record Request(
      Path tokens,
      Optional<Path> mirrored,
      Optional<Path> validation,
      boolean unconditional,
      Optional<Path> bundle,
      PriorTrainingConfig config,
      Path out,
      boolean resume,
      String device,
      int threads) {}

  /**
   * What came of it.
   *
   * @param run the run folder
   * @param steps that were made, earlier ones included
   * @param finished whether these are all
   * @param seconds of training, earlier ones included
   * @param device where it ran
   */
  public record Result(Path run, long steps, boolean finished, double seconds, String device) {

    /** The result in words. */
    public String text() {
      String next =
          finished
              ? "Next: ideal export TOKENIZER_RUN --prior %s --out BUNDLE".formatted(run)
              : "Stopped before the end; the same line with --resume goes on.";
      return "%,d steps in %.0f s on %s: %s%n%s".formatted(steps, seconds, device, run, next);
    }
  }

  /** Trains, or goes on training. Ctrl-C leaves a checkpoint of the last step. */
  public static Result run(Request request, Progress progress) throws IOException {
    PriorSources sources = PriorSources.of(request.tokens());
    PriorTrainingConfig config = request.config();
    if (request.bundle().isPresent()) {
      TokenizerInfo made = TokenOrigin.require(request.tokens(), request.bundle().get());
      sources = sources.madeBy(made.sha256());
      config = config.withData(config.data().withCodebookSize(made.codebookSize()));
    }
    TorchEngine engine = TorchEngine.start(request.threads());
    DeviceChoice device = engine.device(request.device());
    if (request.mirrored().isPresent()) {
      sources = sources.withMirrored(request.mirrored().get());
    }
    if (request.validation().isPresent()) {
      sources = sources.withValidation(request.validation().get());
    }
    if (request.unconditional()) {
      sources = sources.withoutClasses();
    }
    try (StopSignal stop = StopSignal.onShutdown();
        NDManager manager = engine.newManager(device.device())) {
      TrainingLoop.Result result =
          new PriorTrainer(config, manager, progress, stop)
              .train(sources, request.out(), request.resume());
      return new Result(
          request.out(),
          result.steps(),
          result.finished(),
          result.seconds(),
          "%s (%s)".formatted(device.device(), device.reason()));
    }
  }
}
