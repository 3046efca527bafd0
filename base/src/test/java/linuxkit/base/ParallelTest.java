package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTest {
  @Test
  void keepsTheOrder() {
    List<Integer> numbers = IntStream.range(0, 100).boxed().toList();
    assertThat(Parallel.map(numbers, n -> n * n))
        .isEqualTo(numbers.stream().map(n -> n * n).toList());
    assertThat(Parallel.map(List.<Integer>of(), n -> n)).isEmpty();
  }

  @Test
  void throwsTheFailureOfTheFirstInput() {
    CountDownLatch second = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                Parallel.map(
                    List.of("first", "second"),
                    name -> {
                      if (name.equals("second")) {
                        second.countDown();
                      } else if (Runtime.getRuntime().availableProcessors() > 1) {
                        await(second);
                      }
                      throw new IllegalArgumentException(name);
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("first");
  }

  @Test
  void returnsOnlyWhenAllWorkHasEnded() {
    AtomicInteger running = new AtomicInteger();
    List<Integer> numbers = IntStream.range(0, 20).boxed().toList();
    assertThatThrownBy(
            () ->
                Parallel.map(
                    numbers,
                    n -> {
                      running.incrementAndGet();
                      try {
                        if (n == 3) {
                          throw new IllegalArgumentException("the third");
                        }
                        Thread.sleep(5);
                      } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                      } finally {
                        running.decrementAndGet();
                      }
                      return n;
                    }))
        .hasMessage("the third");
    assertThat(running).hasValue(0);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
