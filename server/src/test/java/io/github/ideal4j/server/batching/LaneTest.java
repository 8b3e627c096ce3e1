package io.github.ideal4j.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a run may begin. The clock is an argument. */
class LaneTest {

  private static final long DELAY = Duration.ofMillis(2).toNanos();
  private static final BatchingSettings SETTINGS =
      new BatchingSettings(4, Duration.ofNanos(DELAY), 100, 1);

  private final Lane lane = new Lane(null, "lane", slices -> {}, SETTINGS);

  private static Job job(int rows) {
    return new Job(
        rows, List.of(ByteBuffer.allocate(rows)), List.of(), Set.of(), Long.MAX_VALUE / 2);
  }

  @Test
  void aFirstRowWaitsForOthersAndAFullBatchDoesNot() {
    long now = System.nanoTime();
    assertThat(lane.ripeIn(now, false)).isNegative();
    lane.add(job(1), now);
    assertThat(lane.ripeIn(now, false)).isEqualTo(DELAY);
    assertThat(lane.ripeIn(now, true)).isZero();
    assertThat(lane.ripeIn(now + DELAY, false)).isZero();
    lane.add(job(3), now);
    assertThat(lane.ripeIn(now, false)).isZero();
  }

  @Test
  void afterARunTheNextWaitsForThoseItHasAnswered() {
    long before = System.nanoTime();
    lane.add(job(4), before);
    lane.take();
    assertThat(lane.ripeIn(before, false)).isNegative();
    lane.add(job(2), before);
    lane.finished(4, 10);
    long after = System.nanoTime();
    // A tenth of ten seconds, though the rows have waited for longer than the delay.
    long second = Duration.ofSeconds(1).toNanos();
    assertThat(lane.ripeIn(after, false)).isBetween(second - (after - before), second);
    assertThat(lane.ripeIn(after + second, false)).isZero();
    lane.add(job(2), after);
    assertThat(lane.ripeIn(after, false)).isZero();
  }
}
