package linuxkit.run;

import java.util.Optional;

/** How the guest's network interface is connected (spec linuxkit-cli 7.2). */
public sealed interface Network {
  /** QEMU's own small network, behind this machine's address. */
  record User() implements Network {}

  /** A tap interface of this machine, which is there already. */
  record Tap(String name) implements Network {}

  /** A bridge of this machine, through QEMU's bridge helper. */
  record Bridge(String name) implements Network {}

  /** No interface. */
  record None() implements Network {}

  /**
   * Reads {@code user} (also {@code default} or nothing), {@code tap,NAME}, {@code bridge,NAME} or
   * {@code none}.
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
                "cannot understand the networking \"" + text + "\"",
                "use user, tap,INTERFACE, bridge,BRIDGE or none"));
  }

  private static Optional<Network> unnamed(String[] parts, Network network) {
    return parts.length == 1 ? Optional.of(network) : Optional.empty();
  }
}
