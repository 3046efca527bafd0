package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedPipelineTest {
  @Test
  void handlesResultsInTheOrderOfSubmission() throws IOException {
    List<Integer> order = new ArrayList<>();
    CountDownLatch others = new CountDownLatch(5);
    try (OrderedPipeline pipeline = new OrderedPipeline(2)) {
      pipeline.submit(
          () -> {
            others.await();
            return 0;
          },
          order::add);
      for (int i = 1; i <= 5; i++) {
        int number = i;
        pipeline.submit(
            () -> {
              others.countDown();
              return number;
            },
            order::add);
      }
      pipeline.add(() -> order.add(6));
      assertThat(order).isEmpty();
      pipeline.finish();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void limitsPendingResults() throws IOException {
    List<Integer> done = new ArrayList<>();
    try (OrderedPipeline pipeline = new OrderedPipeline(1)) {
      for (int i : IntStream.range(0, 100).toArray()) {
        pipeline.submit(() -> i, done::add);
        assertThat(i - done.size()).isLessThan(8);
      }
      pipeline.finish();
    }
    assertThat(done).hasSize(100);
  }

  @Test
  void rethrowsExceptionsInOrder() throws IOException {
    List<Integer> done = new ArrayList<>();
    try (OrderedPipeline pipeline = new OrderedPipeline(2)) {
      pipeline.submit(() -> 1, done::add);
      pipeline.submit(
          () -> {
            throw new IOException("damaged");
          },
          result -> done.add(2));
      pipeline.submit(() -> 3, done::add);
      assertThatThrownBy(pipeline::finish).isInstanceOf(IOException.class).hasMessage("damaged");
    }
    assertThat(done).containsExactly(1);
  }

  @Test
  void rethrowsUncheckedExceptions() throws IOException {
    try (OrderedPipeline pipeline = new OrderedPipeline(1)) {
      pipeline.submit(
          () -> {
            throw new IllegalArgumentException("no such level");
          },
          _ -> {});
      assertThatThrownBy(pipeline::finish).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
