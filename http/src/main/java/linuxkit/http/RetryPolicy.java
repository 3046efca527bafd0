package linuxkit.http;

import java.time.Duration;
import java.util.List;

/**
 * How long to wait for a registry, and how often to ask again.
 *
 * @param connect for a connection, TLS included
 * @param answer from the request to the end of the answer's header
 * @param stall a body that brings less than {@link #stallBytes} in so long a time has stalled
 * @param backOff the pauses between tries; there is one try more than there are pauses
 * @param longest the longest pause that a registry may ask for
 * @param pause how to pause
 */
public record RetryPolicy(
    Duration connect,
    Duration answer,
    Duration stall,
    int stallBytes,
    List<Duration> backOff,
    Duration longest,
    Pause pause) {
  public RetryPolicy {
    backOff = List.copyOf(backOff);
  }

  /** As LinuxKit: three tries, after 1 s and after 3 s. */
  public static RetryPolicy usual() {
    return new RetryPolicy(
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        4096,
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(3)),
        Duration.ofSeconds(60),
        Thread::sleep);
  }

  /** Waits; replaced where time should not pass. */
  @FunctionalInterface
  public interface Pause {
    void pause(Duration duration) throws InterruptedException;
  }
}
