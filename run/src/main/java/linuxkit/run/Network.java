package linuxkit.run;

import java.util.Optional;

/** The connection of the guest's network interface. */
public sealed interface Network {
  /** A private network behind this machine's address. */
  record User() implements Network {}

  /** An existing tap interface of this machine. */
  record Tap(String name) implements Network {}

  /** An existing bridge of this machine. */
  record Bridge(String name) implements Network {}

  /** No network interface. */
  record None() implements Network {}

  /**
   * Reads {@code user} (or {@code default}, or an empty text), {@code tap,NAME}, {@code
   * bridge,NAME} or {@code none}.
   *
   * @throws OptionFailure for anything else
   */
  static Network parse(String text) {
    String[] parts = text.split(",", 2);
    boolean named = parts.length == 2 && parts[1].matches("[^,\\s]+");
    Optional<Network> network =
        switch (parts[0]) {
          case "", "default", "user" -> unnamed(parts, new User());
          case "none" -> unnamed(parts, new None());
          case "tap" -> named ? Optional.of(new Tap(parts[1])) : Optional.empty();
          case "bridge" -> named ? Optional.of(new Bridge(parts[1])) : Optional.empty();
          default -> Optional.empty();
        };
    return network.orElseThrow(
        () ->
            new OptionFailure(
                "invalid networking mode \"" + text + "\"",
                "use user, tap,INTERFACE, bridge,BRIDGE or none"));
  }

  private static Optional<Network> unnamed(String[] parts, Network network) {
    return parts.length == 1 ? Optional.of(network) : Optional.empty();
  }
}
