package linuxkit.yaml.container;

import java.util.List;
import java.util.Optional;
import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * The key {@code ready}: when a service counts as ready. All given conditions must hold.
 *
 * @param port a TCP port that something listens on in the container's network
 * @param socket the absolute path of a Unix socket in the container that accepts connections
 * @param file the absolute path of a file in the container that exists
 * @param command what succeeds in the container
 * @param timeout the seconds after which services that wait for it go on without it
 */
public record Readiness(
    Optional<Long> port,
    Optional<String> socket,
    Optional<String> file,
    Optional<List<String>> command,
    Optional<Long> timeout) {
  static Readiness read(MappingReader from) {
    Readiness ready =
        new Readiness(
            from.integer("port", 1, 65535),
            path(from, "socket"),
            path(from, "file"),
            from.strings("command"),
            from.integer("timeout", 1, 86400));
    if (ready.command.isPresent() && ready.command.get().isEmpty()) {
      from.error("the command is empty");
    }
    return ready;
  }

  private static Optional<String> path(MappingReader from, String key) {
    return from.get(key)
        .flatMap(
            value -> {
              Optional<String> path = value.string();
              if (path.isPresent() && !path.get().startsWith("/")) {
                value.error("the path must be absolute");
                return Optional.empty();
              }
              return path;
            });
  }

  /** Returns the keys that are given. */
  public JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder();
    port.ifPresent(value -> json.put("port", value));
    socket.ifPresent(value -> json.put("socket", value));
    file.ifPresent(value -> json.put("file", value));
    command.ifPresent(value -> json.put("command", value));
    timeout.ifPresent(value -> json.put("timeout", value));
    return json.build();
  }
}
