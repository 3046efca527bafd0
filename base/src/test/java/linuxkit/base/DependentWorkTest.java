package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DependentWorkTest {
  @Test
  void worksOnWhatIsNeededFirst() {
    List<String> order = new CopyOnWriteArrayList<>();
    List<String> results =
        DependentWork.map(
            List.of("c", "a", "b"),
            List.of(List.of(2), List.of(), List.of(1)),
            4,
            text -> {
              order.add(text);
              return text + text;
            });
    assertThat(order).containsExactly("a", "b", "c");
    assertThat(results).containsExactly("cc", "aa", "bb");
  }

  @Test
  void worksSideBySide() {
    CountDownLatch both = new CountDownLatch(2);
    DependentWork.map(
        List.of(1, 2),
        List.of(List.of(), List.of()),
        2,
        input -> {
          both.countDown();
          try {
            assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return input;
        });
  }

  @Test
  void reportsTheFirstFailureAndGivesUpOthers() {
    List<Integer> begun = new CopyOnWriteArrayList<>();
    assertThatThrownBy(
            () ->
                DependentWork.map(
                    List.of(0, 1, 2),
                    List.of(List.of(), List.of(0), List.of()),
                    2,
                    input -> {
                      begun.add(input);
                      if (input == 0) {
                        throw new IllegalStateException("the first");
                      }
                      try {
                        Thread.sleep(TimeUnit.SECONDS.toMillis(20));
                      } catch (InterruptedException e) {
                        throw new IllegalStateException("a consequence", e);
                      }
                      return input;
                    }))
        .hasMessage("the first");
    assertThat(begun).doesNotContain(1);
  }

  @Test
  void doesNotWaitForWorkThatWasQueuedWhenOtherWorkFailed() {
    assertThatThrownBy(
            () ->
                DependentWork.map(
                    List.of(0, 1, 2),
                    List.of(List.of(1), List.of(), List.of()),
                    1,
                    input -> {
                      if (input == 2) {
                        throw new IllegalStateException("the first");
                      }
                      return input;
                    }))
        .hasMessage("the first");
  }

  @Test
  void refusesCircles() {
    List<List<Integer>> circle = List.of(List.of(1), List.of(0), List.of());
    assertThat(DependentWork.order(circle)).containsExactly(2);
    assertThatThrownBy(() -> DependentWork.map(List.of(1, 2, 3), circle, 1, input -> input))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
