package linuxkit.oci.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clients whose pauses take no time, but are written down. */
final class Clients {
  private Clients() {}

  static Patience patience(List<Duration> pauses) {
    return new Patience(
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20),
        4096,
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(3)),
        Duration.ofSeconds(60),
        pauses::add);
  }

  /** One whose answers and bodies have next to no time. */
  static Patience hurried() {
    return new Patience(
        Duration.ofSeconds(10),
        Duration.ofMillis(300),
        Duration.ofMillis(300),
        4096,
        List.of(),
        Duration.ofSeconds(60),
        _ -> {});
  }

  static RegistryClient anonymous() {
    return of(Mirrors.none(), Logins.none(), patience(new ArrayList<>()));
  }

  static RegistryClient of(Mirrors mirrors, Logins logins, Patience patience) {
    return new RegistryClient(new RegistrySettings(mirrors, logins, List.of(), Map.of(), patience));
  }
}
