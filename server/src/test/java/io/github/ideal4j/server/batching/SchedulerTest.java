package io.github.ideal4j.server.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who runs with whom, when, and who is sent away. */
class SchedulerTest {

  private static final long LATER = Duration.ofMinutes(1).toNanos();

  /** A run takes a permit, so that a test decides when it ends. */
  private final Semaphore permits = new Semaphore(0);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final List<String> runs = new CopyOnWriteArrayList<>();
  private Scheduler scheduler;

  @AfterEach
  void end() {
    permits.release(1000);
    if (scheduler != null) {
      scheduler.close();
    }
  }

  private Lane lane(String name) {
    return scheduler.lane(name, slices -> run(name, slices));
  }

  private void run(String name, List<Runner.Slice> slices) {
    begun.countDown();
    permits.acquireUninterruptibly();
    List<String> parts = new ArrayList<>();
    for (Runner.Slice slice : slices) {
      byte tag = slice.job().inputs().get(0).get(0);
      parts.add("%d:%d+%d".formatted(tag, slice.from(), slice.count()));
    }
    runs.add(name + parts);
    long rows = slices.stream().mapToInt(Runner.Slice::count).sum();
    int at = 0;
    for (Runner.Slice slice : slices) {
      ByteBuffer data = ByteBuffer.allocate((int) rows);
      for (int i = 0; i < slice.count(); i++) {
        data.put(at + i, slice.job().inputs().get(0).get(slice.from() + i));
      }
      slice.job().accept("same", new long[] {rows}, data, at, slice);
      slice.job().finished(slice.count());
      at += slice.count();
    }
  }

  private static Job job(int tag, int rows, int setting, long wait) {
    byte[] values = new byte[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = (byte) (tag + i);
    }
    return new Job(
        rows,
        List.of(ByteBuffer.wrap(values)),
        List.of(ByteBuffer.wrap(new byte[] {(byte) setting})),
        Set.of("same"),
        System.nanoTime() + wait);
  }

  private static Job submit(Lane lane, Job job) throws OverloadException {
    try (Lane.Place place = lane.reserve(job.rows())) {
      place.submit(job);
    }
    return job;
  }

  private void start(int maxBatch, int queue, int runs) {
    scheduler = new Scheduler(new BatchingSettings(maxBatch, Duration.ofMillis(1), queue, runs));
  }

  private static byte[] result(Job job) throws Exception {
    Map<String, Job.Output> found = job.result().get(20, TimeUnit.SECONDS);
    return found.get("same").data();
  }

  @Test
  void jobsThatWaitAreJoinedAndLargeOnesCut() throws Exception {
    start(4, 20, 1);
    Lane lane = lane("a");
    Job first = submit(lane, job(1, 4, 0, LATER));
    begun.await();
    Job second = submit(lane, job(10, 3, 0, LATER));
    Job third = submit(lane, job(20, 6, 0, LATER));
    permits.release(100);
    assertThat(result(third)).containsExactly(20, 21, 22, 23, 24, 25);
    assertThat(result(second)).containsExactly(10, 11, 12);
    assertThat(result(first)).hasSize(4);
    assertThat(runs).containsExactly("a[1:0+4]", "a[10:0+3, 20:0+1]", "a[20:1+4]", "a[20:5+1]");
    assertThat(lane.depth()).isZero();
  }

  @Test
  void otherSettingsAreNotJoined() throws Exception {
    start(4, 20, 1);
    Lane lane = lane("a");
    submit(lane, job(1, 4, 0, LATER));
    begun.await();
    submit(lane, job(2, 1, 7, LATER));
    submit(lane, job(3, 1, 8, LATER));
    Job last = submit(lane, job(4, 1, 7, LATER));
    Job other = submit(lane, job(5, 1, 8, LATER));
    permits.release(100);
    result(last);
    result(other);
    assertThat(runs).containsExactly("a[1:0+4]", "a[2:0+1, 4:0+1]", "a[3:0+1, 5:0+1]");
  }

  @Test
  void aFullQueueRefusesAtOnceAndTakesAgainLater() throws Exception {
    start(2, 4, 1);
    Lane lane = lane("a");
    Job running = submit(lane, job(1, 2, 0, LATER));
    begun.await();
    submit(lane, job(2, 3, 0, LATER));
    assertThatThrownBy(() -> lane.reserve(2))
        .isInstanceOf(OverloadException.class)
        .hasMessage("3 images wait for 'a', of at most 4");
    assertThat(lane.isFull()).isFalse();
    Job last = submit(lane, job(3, 1, 0, LATER));
    assertThat(lane.isFull()).isTrue();
    permits.release(100);
    result(last);
    result(running);
    result(submit(lane, job(4, 4, 0, LATER)));
  }

  /** Otherwise a request that is larger than the queue could never be answered. */
  @Test
  void aLargeRequestIsTakenWhenNobodyWaits() throws Exception {
    start(2, 4, 1);
    permits.release(100);
    assertThat(result(submit(lane("a"), job(1, 9, 0, LATER)))).hasSize(9);
  }

  @Test
  void aPlaceThatIsNotUsedIsGivenBack() throws Exception {
    start(2, 4, 1);
    Lane lane = lane("a");
    try (Lane.Place place = lane.reserve(4)) {
      assertThat(lane.isFull()).isTrue();
      assertThat(place).isNotNull();
    }
    assertThat(lane.depth()).isZero();
  }

  @Test
  void whoWaitsTooLongIsGivenUp() throws Exception {
    start(2, 20, 1);
    Lane lane = lane("a");
    submit(lane, job(1, 2, 0, LATER));
    begun.await();
    Job late = submit(lane, job(2, 2, 0, -1));
    Job patient = submit(lane, job(3, 2, 0, LATER));
    permits.release(100);
    result(patient);
    assertThatThrownBy(() -> late.result().join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("the request waited longer than it was allowed to");
    assertThat(runs).containsExactly("a[1:0+2]", "a[3:0+2]");
    assertThat(lane.depth()).isZero();
  }

  /** One model's crowd must not starve another. */
  @Test
  void lanesTakeTurns() throws Exception {
    start(1, 50, 1);
    Lane crowded = lane("a");
    Lane quiet = lane("b");
    submit(crowded, job(0, 1, 0, LATER));
    begun.await();
    for (int i = 1; i <= 20; i++) {
      submit(crowded, job(i, 1, 0, LATER));
    }
    Job asked = submit(quiet, job(99, 1, 0, LATER));
    permits.release(3);
    result(asked);
    assertThat(runs.size()).isLessThanOrEqualTo(3);
    assertThat(runs).contains("b[99:0+1]");
  }

  @Test
  void anotherLaneRunsBesideALongRun() throws Exception {
    start(1, 50, 2);
    CountDownLatch hold = new CountDownLatch(1);
    Lane slow =
        scheduler.lane(
            "slow",
            slices -> {
              begun.countDown();
              try {
                hold.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              slices.forEach(slice -> slice.job().finished(slice.count()));
            });
    Job long1 = submit(slow, job(1, 1, 0, LATER));
    begun.await();
    permits.release(100);
    Lane fast = lane("fast");
    for (int i = 0; i < 5; i++) {
      result(submit(fast, job(i, 1, 0, LATER)));
    }
    assertThat(long1.result()).isNotDone();
    hold.countDown();
    long1.result().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aFailedRunFailsItsJobsAlone() throws Exception {
    start(1, 50, 1);
    Lane broken =
        scheduler.lane(
            "broken",
            slices -> {
              throw new IllegalStateException("no memory");
            });
    Job job = submit(broken, job(1, 1, 0, LATER));
    assertThatThrownBy(() -> job.result().join()).hasRootCauseMessage("no memory");
    permits.release(100);
    result(submit(lane("a"), job(2, 1, 0, LATER)));
  }

  @Test
  void closingFinishesWhatWaitsAndRefusesTheRest() throws Exception {
    start(1, 50, 1);
    Lane lane = lane("a");
    Job first = submit(lane, job(1, 1, 0, LATER));
    Job second = submit(lane, job(2, 1, 0, LATER));
    begun.await();
    Thread closing = new Thread(scheduler::close);
    closing.start();
    while (!lane.isFull()) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> lane.reserve(1)).hasMessage("the server is shutting down");
    permits.release(100);
    assertThat(result(first)).containsExactly(1);
    assertThat(result(second)).containsExactly(2);
    closing.join(20_000);
    assertThat(closing.isAlive()).isFalse();
  }
}
