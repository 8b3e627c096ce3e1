package io.github.ideal4j.cli;

import io.github.ideal4j.server.batching.BatchingSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How requests are joined. */
final class BatchingOptions {

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      description = "Most images in a run. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int maxBatch = BatchingSettings.standard().maxBatch();

  @Option(
      names = "--max-delay",
      paramLabel = "MS",
      description = "How long an image waits for others to join it. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  int maxDelay = (int) BatchingSettings.standard().maxDelay().toMillis();

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "Most images that wait for a model. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int queue = BatchingSettings.standard().queue();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Models that run at the same time. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int runs = BatchingSettings.standard().runs();

  BatchingSettings settings() {
    return new BatchingSettings(maxBatch, Duration.ofMillis(maxDelay), queue, runs);
  }
}
