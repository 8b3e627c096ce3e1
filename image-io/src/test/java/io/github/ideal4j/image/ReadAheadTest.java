package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadAheadTest {

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void inRoundsNothingRunsBesideTheOneWhoAsks() throws IOException {
    ReadAhead<Integer, Integer> rounds = readAhead(50, 8, new ReadAhead.Pace(true, () -> true));
    List<Integer> results = new ArrayList<>();
    while (rounds.hasNext()) {
      results.add(rounds.next());
      int taken = results.size();
      assertThat(done.get()).isEqualTo(begun.get()).isEqualTo(Math.min(50, (taken + 7) / 8 * 8));
    }
    assertThat(results).isEqualTo(IntStream.range(0, 50).mapToObj(i -> i * i).toList());
  }

  @Test
  void withoutRoomOneIsUnderWay() throws IOException {
    for (boolean inRounds : new boolean[] {false, true}) {
      begun.set(0);
      ReadAhead<Integer, Integer> one = readAhead(20, 8, new ReadAhead.Pace(inRounds, () -> false));
      for (int i = 0; one.hasNext(); i++) {
        assertThat(one.next()).isEqualTo(i * i);
        assertThat(begun.get()).isEqualTo(i + 1);
      }
      assertThat(begun.get()).isEqualTo(20);
    }
  }

  @Test
  void inRoundsAFailureComesAtItsPlace() throws IOException {
    ReadAhead<Integer, Integer> rounds =
        new ReadAhead<>(
            IntStream.range(0, 6).boxed().iterator(),
            item -> {
              if (item == 2) {
                throw new IOException("no 2");
              }
              return item;
            },
            2,
            4,
            new ReadAhead.Pace(true, () -> true));
    assertThat(rounds.next()).isZero();
    assertThat(rounds.next()).isOne();
    assertThatThrownBy(rounds::next).isInstanceOf(IOException.class).hasMessage("no 2");
    assertThat(rounds.next()).isEqualTo(3);
    assertThat(rounds.next()).isEqualTo(4);
  }

  private ReadAhead<Integer, Integer> readAhead(int items, int depth, ReadAhead.Pace pace) {
    return new ReadAhead<>(
        IntStream.range(0, items).boxed().iterator(),
        item -> {
          begun.incrementAndGet();
          Thread.yield();
          done.incrementAndGet();
          return item * item;
        },
        3,
        depth,
        pace);
  }
}
