package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.TokenizerTrainer;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.torch.DeviceChoice;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Photographs to a trained tokenizer. */
public final class TokenizerTraining {

  private TokenizerTraining() {}

  /**
   * What to train on what.
   *
   * @param train photographs to learn from
   * @param validation photographs to measure on, if any
   * @param backbone the frozen backbone
   * @param config complete
   * @param features folder of cached features
   * @param precision of these features
   * @param out run folder
   * @param resume whether an earlier run goes on
   * @param device auto, cpu, cuda or cuda:n
   * @param threads of the processor
   */
  public record Request(
      Photographs train,
      Optional<Photographs> validation,
      Path backbone,
      TokenizerTrainingConfig config,
      Path features,
      FeatureCache.Precision precision,
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
   * @param photographs that were trained on
   * @param skipped photographs that could not be read
   * @param waitedSeconds in which the training waited for photographs, in this call
   * @param device where it ran
   */
  public record Result(
      Path run,
      long steps,
      boolean finished,
      double seconds,
      int photographs,
      int skipped,
      double waitedSeconds,
      String device) {

    /** The result in words. */
    public String text() {
      String left =
          skipped == 0 ? "" : "%d unreadable photographs were left out.%n".formatted(skipped);
      String next =
          finished
              ? "Next: ideal export %s --out BUNDLE".formatted(run)
              : "Stopped before the end; the same line with --resume goes on.";
      String waited =
          waitedSeconds == 0 ? "" : ", %.1f s of it waiting for them,".formatted(waitedSeconds);
      return "%s%,d steps on %,d photographs in %.0f s%s on %s: %s%n%s"
          .formatted(left, steps, photographs, seconds, waited, device, run, next);
    }
  }

  /** Trains, or goes on training. Ctrl-C leaves a checkpoint of the last step. */
  public static Result run(Request request, Progress progress) throws IOException {
    TorchEngine engine = TorchEngine.start(request.threads());
    DeviceChoice device = engine.device(request.device());
    try (StopSignal stop = StopSignal.onShutdown();
        NDManager manager = engine.newManager(device.device())) {
      TokenizerTrainer trainer =
          new TokenizerTrainer(request.config(), manager, request.features(), progress, stop)
              .keepingFeaturesAs(request.precision())
              .readingWith(request.threads());
      return request.config().data().cacheFeatures()
          ? inMemory(request, trainer, device)
          : asRead(request, trainer, device);
    }
  }

  /** Photographs are decoded once. */
  private static Result inMemory(Request request, TokenizerTrainer trainer, DeviceChoice device)
      throws IOException {
    int size = request.config().model().imageSize();
    Photographs.Loaded train = request.train().load(size);
    Photographs.Loaded validation =
        request.validation().isPresent()
            ? request.validation().get().load(size)
            : new Photographs.Loaded(List.of(), 0);
    TrainingLoop.Result result =
        trainer.train(
            new TokenizerTrainer.Photographs(pixels(train), pixels(validation), inputs(request)),
            request.backbone(),
            request.out(),
            request.resume());
    return result(
        request,
        result,
        train.images().size(),
        train.skipped() + validation.skipped(),
        trainer.waitedSeconds(),
        device);
  }

  /** Photographs are decoded whenever a step wants them; only samples of them are in memory. */
  private static Result asRead(Request request, TokenizerTrainer trainer, DeviceChoice device)
      throws IOException {
    int size = request.config().model().imageSize();
    TokenizerTrainingConfig.Data data = request.config().data();
    try (SourceReader reader = SourceReader.open(request.train(), size, data.smallestCrop())) {
      Photographs.Loaded sample = reader.sample(data.standardizeFrom());
      Photographs.Loaded validation = new Photographs.Loaded(List.of(), 0);
      if (request.validation().isPresent()) {
        try (SourceReader others = SourceReader.open(request.validation().get(), size, 1)) {
          validation = others.sample(data.validateOn());
        }
      }
      TrainingLoop.Result result =
          trainer.train(
              new TokenizerTrainer.Photographs(
                  pixels(sample), reader, pixels(validation), inputs(request)),
              request.backbone(),
              request.out(),
              request.resume());
      return result(
          request, result, reader.count(), reader.damaged(), trainer.waitedSeconds(), device);
    }
  }

  private static Result result(
      Request request,
      TrainingLoop.Result result,
      int photographs,
      int skipped,
      double waitedSeconds,
      DeviceChoice device) {
    return new Result(
        request.out(),
        result.steps(),
        result.finished(),
        result.seconds(),
        photographs,
        skipped,
        waitedSeconds,
        device.text());
  }

  private static List<RgbImage> pixels(Photographs.Loaded loaded) {
    return loaded.images().stream().map(LoadedImage::image).toList();
  }

  private static Map<String, String> inputs(Request request) throws IOException {
    Map<String, String> inputs = new TreeMap<>();
    Path source = request.train().source();
    if (Files.isRegularFile(source)) {
      inputs.put("photographs", Sha256.of(source));
    }
    return inputs;
  }
}
