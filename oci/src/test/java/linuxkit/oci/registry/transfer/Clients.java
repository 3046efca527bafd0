package linuxkit.oci.registry.transfer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;

/** Clients that record pauses instead of waiting. */
public final class Clients {
  private Clients() {}

  /** Returns a policy with the usual retries, which records pauses instead of waiting. */
  public static RetryPolicy recording(List<Duration> pauses) {
    return new RetryPolicy(
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20),
        4096,
        Duration.ofSeconds(60),
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(3)),
        Duration.ofSeconds(60),
        pauses::add);
  }

  /** Returns a policy with very short timeouts and without retries. */
  public static RetryPolicy impatient() {
    return new RetryPolicy(
        Duration.ofSeconds(10),
        Duration.ofMillis(300),
        Duration.ofMillis(300),
        4096,
        Duration.ofSeconds(2),
        List.of(),
        Duration.ofSeconds(60),
        _ -> {});
  }

  /** A policy without a second attempt, by which a document may take 2 s, and nothing stalls. */
  static RetryPolicy brief() {
    Duration ever = Duration.ofMinutes(1);
    return new RetryPolicy(ever, ever, ever, 4096, Duration.ofSeconds(2), List.of(), ever, _ -> {});
  }

  public static RegistryClient anonymous() {
    return of(Mirrors.none(), Logins.none(), recording(new ArrayList<>()));
  }

  public static RegistryClient of(Mirrors mirrors, Logins logins, RetryPolicy retries) {
    return new RegistryClient(new RegistrySettings(mirrors, logins, List.of(), Map.of(), retries));
  }
}
