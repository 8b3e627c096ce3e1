package io.github.ideal4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BatchFeedTest {

  private static final int COUNT = 10;

  /** A pixel that tells which photograph it is, and one that tells what was drawn for it. */
  private static class Numbered implements PhotographReader {
    private final AtomicInteger reads = new AtomicInteger();

    @Override
    public int count() {
      return COUNT;
    }

    @Override
    public RgbImage read(int index, SplittableRandom random) throws IOException {
      reads.incrementAndGet();
      byte drawn = (byte) random.nextInt(100);
      return new RgbImage(2, 1, new byte[] {(byte) index, drawn, 0, 1, 1, 1});
    }
  }

  private static boolean mirrored(RgbImage image) {
    return image.pixels()[2] == 1;
  }

  private static byte number(RgbImage image) {
    return image.pixels()[mirrored(image) ? 3 : 0];
  }

  private static BatchFeed feed(PhotographReader reader, int workers) {
    return new BatchFeed(reader, new BatchFeed.Settings(4, 7, true, workers, 2));
  }

  private static List<List<RgbImage>> batches(BatchFeed feed, int from, int to) {
    List<List<RgbImage>> batches = new ArrayList<>();
    for (int i = from; i < to; i++) {
      batches.add(feed.images(i));
    }
    return batches;
  }

  @Test
  void batchesFollowFromTheirNumberHoweverManyThreadsRead() {
    try (BatchFeed one = feed(new Numbered(), 1);
        BatchFeed three = feed(new Numbered(), 3)) {
      assertThat(batches(three, 0, 12)).isEqualTo(batches(one, 0, 12));
    }
  }

  @Test
  void aFeedThatBeginsInTheMiddleGivesTheSameBatches() {
    try (BatchFeed whole = feed(new Numbered(), 2);
        BatchFeed rest = feed(new Numbered(), 2)) {
      List<List<RgbImage>> all = batches(whole, 0, 9);
      assertThat(batches(rest, 5, 9)).isEqualTo(all.subList(5, 9));
      assertThat(whole.images(2)).isEqualTo(all.get(2)); // also when it goes back
    }
  }

  /** The first batch cannot have been read ahead. */
  @Test
  void whatComesTooLateIsCountedAsWaiting() {
    PhotographReader slow =
        new Numbered() {
          @Override
          public RgbImage read(int index, SplittableRandom random) throws IOException {
            LockSupport.parkNanos(20_000_000);
            return super.read(index, random);
          }
        };
    try (BatchFeed feed = feed(slow, 1)) {
      feed.images(0);
      assertThat(feed.waitedSeconds()).isZero();
      feed.images(1);
      assertThat(feed.waitedSeconds()).isPositive();
    }
  }

  @Test
  void anEpochShowsAPhotographOnceAndAnotherEpochCutsItAnew() {
    try (BatchFeed feed = feed(new Numbered(), 2)) {
      List<RgbImage> epoch = batches(feed, 0, 2).stream().flatMap(List::stream).toList();
      assertThat(epoch.stream().map(BatchFeedTest::number)).doesNotHaveDuplicates();
      List<RgbImage> all = batches(feed, 0, 40).stream().flatMap(List::stream).toList();
      assertThat(all.stream().distinct().count()).isGreaterThan(3 * COUNT);
      assertThat(all.stream().filter(BatchFeedTest::mirrored).count()).isBetween(50L, 110L);
    }
  }

  @Test
  void noMoreIsReadThanTheBatchesAhead() {
    Numbered reader = new Numbered();
    try (BatchFeed feed = feed(reader, 2)) {
      feed.images(0);
      for (int i = 0; i < 200 && reader.reads.get() < 12; i++) {
        Thread.onSpinWait();
      }
      assertThat(reader.reads.get()).isLessThanOrEqualTo(12);
      feed.images(1);
      assertThat(reader.reads.get()).isLessThanOrEqualTo(16);
    }
  }

  @Test
  void theNextPhotographStandsInForADamagedOne() {
    PhotographReader damaged =
        new Numbered() {
          @Override
          public RgbImage read(int index, SplittableRandom random) throws IOException {
            if (index == 3) {
              throw new IOException("3.jpg is damaged");
            }
            return super.read(index, random);
          }
        };
    try (BatchFeed feed = feed(damaged, 2)) {
      List<RgbImage> all = batches(feed, 0, 6).stream().flatMap(List::stream).toList();
      assertThat(all).hasSize(24);
      assertThat(feed.damaged()).isEqualTo(1);
    }
  }

  @Test
  void aSourceThatIsGoneEndsTheTraining() {
    PhotographReader gone =
        new Numbered() {
          @Override
          public RgbImage read(int index, SplittableRandom random) throws IOException {
            throw new IOException("the disk is gone");
          }
        };
    try (BatchFeed feed = feed(gone, 1)) {
      assertThatThrownBy(() -> feed.images(0))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("16 photographs in a row");
    }
  }

  /** Who lent the reader closes it next; a worker that still read would take it for damage. */
  @Test
  void nobodyReadsAnyMoreWhenAFeedIsClosed() {
    AtomicInteger reading = new AtomicInteger();
    PhotographReader slow =
        new Numbered() {
          @Override
          public RgbImage read(int index, SplittableRandom random) throws IOException {
            reading.incrementAndGet();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            RgbImage image = super.read(index, random);
            reading.decrementAndGet();
            return image;
          }
        };
    BatchFeed feed = feed(slow, 3);
    feed.images(0);
    feed.close();
    assertThat(reading).hasValue(0);
  }
}
