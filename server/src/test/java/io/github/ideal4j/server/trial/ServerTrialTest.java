package io.github.ideal4j.server.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.server.batching.BatchingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short forms of what {@code ideal bench serve} does at length. */
class ServerTrialTest {

  @TempDir static Path folder;

  private static ServerTrial trial;

  @BeforeAll
  static void start() throws IOException {
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      byte[] pixels = new byte[ToyBundle.SIZE * ToyBundle.SIZE * 3];
      new Random(i).nextBytes(pixels);
      images.add(new RgbImage(ToyBundle.SIZE, ToyBundle.SIZE, pixels));
    }
    trial =
        new ServerTrial(
            ToyBundle.write(folder.resolve("toy")),
            SessionSettings.cpu().withThreads(1),
            BatchingSettings.standard(),
            images);
  }

  @AfterAll
  static void stop() {
    trial.close();
  }

  @Test
  void clientsThatAreCutOffLeaveNothingBehind() throws IOException {
    clean(trial.cutOff(80, 5, Progress.silent()));
  }

  @Test
  void damagedRequestsLeaveNothingBehindAndAreNoFailures() throws IOException {
    ServerTrial.Aftermath after = trial.damage(600, 6, Progress.silent());
    clean(after);
    assertThat(after.statuses()).containsKeys(200, 400, 404);
    assertThat(after.statuses().keySet()).allMatch(status -> status < 500 || status == 503);
  }

  private static void clean(ServerTrial.Aftermath after) {
    assertThat(after.failures()).isEmpty();
    assertThat(after.memory()).isZero();
    assertThat(after.underWay()).isZero();
    assertThat(after.threadsAfter()).isEqualTo(after.threadsBefore());
    assertThat(after.nextIsRight()).isTrue();
  }

  @Test
  void manyRequestsAreAnsweredRight() {
    ServerTrial.Soak soak = trial.soak(400, Progress.silent());
    assertThat(soak.wrong()).isZero();
    assertThat(soak.heapBytes()).hasSize(10);
  }

  @Test
  void aLoadIsMeasured() throws IOException {
    ServerTrial.Load load = trial.load(0.3, 1, 7, Progress.silent());
    assertThat(load.wrong()).isZero();
    assertThat(load.served()).isPositive();
    assertThat(load.latencies()).hasSize(4);
    assertThat(load.latencies()).allMatch(one -> one.wrong() == 0 && one.other() == 0);
    assertThat(load.latencies().get(0).p50()).isPositive();
  }
}
