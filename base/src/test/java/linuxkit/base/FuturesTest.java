package linuxkit.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FuturesTest {
  @Test
  void returnsTheResult() throws IOException {
    assertThat(Futures.join(CompletableFuture.completedFuture("done"))).isEqualTo("done");
    assertThat(Futures.joinIo(CompletableFuture.completedFuture("done"))).isEqualTo("done");
  }

  @Test
  void rethrowsWhatTheWorkThrew() {
    IOException io = new IOException("no disk");
    RuntimeException unchecked = new IllegalArgumentException("no number");
    Error error = new AssertionError("no sense");
    assertThatThrownBy(() -> Futures.joinIo(CompletableFuture.failedFuture(io))).isSameAs(io);
    assertThatThrownBy(() -> Futures.join(CompletableFuture.failedFuture(io)))
        .isInstanceOf(UncheckedIOException.class)
        .hasCause(io);
    assertThatThrownBy(() -> Futures.join(CompletableFuture.failedFuture(unchecked)))
        .isSameAs(unchecked);
    assertThatThrownBy(() -> Futures.join(CompletableFuture.failedFuture(error))).isSameAs(error);
    assertThatThrownBy(() -> Futures.join(CompletableFuture.failedFuture(new Exception("other"))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void reportsAnInterruptionAndKeepsTheFlag() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Futures.join(new CompletableFuture<>()))
        .isInstanceOf(InterruptionFailure.class)
        .hasMessage("interrupted while waiting for other work");
    assertThat(Thread.interrupted()).isTrue();
  }
}
