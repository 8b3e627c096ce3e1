package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HelpersTest {

  @Test
  void whoWaitsDoesWhatNobodyHasBegun() throws InterruptedException {
    Helpers one = new Helpers(1);
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    Helpers.Work<Boolean> blocked =
        one.begin(
            () -> {
              taken.countDown();
              free.await();
              return true;
            });
    taken.await();
    AtomicInteger calls = new AtomicInteger();
    Helpers.Work<Thread> second =
        one.begin(
            () -> {
              calls.incrementAndGet();
              return Thread.currentThread();
            });
    assertThat(second.await()).isSameAs(Thread.currentThread());
    free.countDown();
    assertThat(blocked.await()).isTrue();
    second.end();
    assertThat(calls.get()).isEqualTo(1);
  }

  @Test
  void failuresArriveAsTheyAre() {
    Helpers two = new Helpers(2);
    Helpers.Work<Object> work =
        two.begin(
            () -> {
              throw new IllegalArgumentException("no batch");
            });
    assertThatThrownBy(work::await)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no batch");
    work.end();
    assertThatThrownBy(
            two.begin(
                    () -> {
                      throw new IOException("no disk");
                    })
                ::await)
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("no disk");
  }
}
