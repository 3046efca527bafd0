package linuxkit.http;

import java.time.Duration;
import java.util.List;

/**
 * Timeouts and retries for requests.
 *
 * @param connect the timeout for a connection, including TLS
 * @param response the timeout from the request to the end of the response header
 * @param stall the time within which a body must bring {@link #stallBytes}, or it has stalled
 * @param document the longest time that the body of a document may take, however steadily it
 *     arrives
 * @param backOff the pauses between attempts; there is one attempt more than there are pauses
 * @param longestPause the longest pause that a server may ask for
 * @param pause waits between attempts
 */
public record RetryPolicy(
    Duration connect,
    Duration response,
    Duration stall,
    int stallBytes,
    Duration document,
    List<Duration> backOff,
    Duration longestPause,
    Pause pause) {
  public RetryPolicy {
    backOff = List.copyOf(backOff);
  }

  /** Returns LinuxKit's policy: up to three attempts, the second after 1 s, the third 3 s later. */
  public static RetryPolicy usual() {
    return new RetryPolicy(
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        4096,
        Duration.ofMinutes(5),
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(3)),
        Duration.ofSeconds(60),
        Thread::sleep);
  }

  /**
   * Returns a policy for requests that the user does not wait for long: two attempts, each of at
   * most 4 s until there is a connection and 10 s until there is a response.
   */
  public static RetryPolicy brief() {
    return new RetryPolicy(
        Duration.ofSeconds(4),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        4096,
        Duration.ofSeconds(30),
        List.of(Duration.ofMillis(500)),
        Duration.ofSeconds(5),
        Thread::sleep);
  }

  /** Waits for a duration. Tests replace it so that no time passes. */
  @FunctionalInterface
  public interface Pause {
    void pause(Duration duration) throws InterruptedException;
  }
}
