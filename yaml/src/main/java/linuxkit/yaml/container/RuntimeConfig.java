package linuxkit.yaml.container;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.yaml.MappingReader;

/**
 * The key {@code runtime}: what the guest does when a container starts, beyond the OCI runtime
 * specification.
 *
 * @param timeout seconds that it may run at boot or shutdown; 0 for any number
 * @param onTimeout what happens then: {@code kill} or {@code background}
 * @param bindNs the given paths to bind the container's namespaces to, by {@link #NAMESPACES name}
 */
public record RuntimeConfig(
    Optional<List<String>> cgroups,
    Optional<List<Mount>> mounts,
    Optional<List<String>> mkdir,
    Optional<List<NetworkInterface>> interfaces,
    SortedMap<String, String> bindNs,
    Optional<String> namespace,
    Optional<Long> timeout,
    Optional<String> onTimeout) {
  /** The namespaces that can be bound, in the order in which they are written. */
  public static final List<String> NAMESPACES =
      List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts");

  // Of the guest, for numbers of seconds.
  private static final long LONGEST = 1_000_000;
  private static final List<String> ON_TIMEOUT = List.of("kill", "background");

  public static final RuntimeConfig NONE =
      new RuntimeConfig(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Collections.emptySortedMap(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public RuntimeConfig {
    bindNs = Collections.unmodifiableSortedMap(new TreeMap<>(bindNs));
  }

  /** Merges the value of a manifest's entry with that of the image's label. */
  RuntimeConfig over(RuntimeConfig label) {
    SortedMap<String, String> paths = new TreeMap<>(label.bindNs);
    paths.putAll(bindNs);
    return new RuntimeConfig(
        cgroups.or(label::cgroups),
        mounts.or(label::mounts),
        mkdir.or(label::mkdir),
        interfaces.or(label::interfaces),
        paths,
        namespace.or(label::namespace),
        timeout.or(label::timeout),
        onTimeout.or(label::onTimeout));
  }

  static RuntimeConfig read(MappingReader from) {
    return new RuntimeConfig(
        from.strings("cgroups"),
        from.mappings("mounts", Mount::read),
        from.strings("mkdir"),
        from.mappings("interfaces", NetworkInterface::read),
        from.mapping("bindNS", RuntimeConfig::readNamespaces).orElse(Collections.emptySortedMap()),
        from.string("namespace"),
        from.integer("timeout", 0, LONGEST),
        readOnTimeout(from));
  }

  private static Optional<String> readOnTimeout(MappingReader from) {
    Optional<String> value = from.string("onTimeout");
    value
        .filter(word -> !ON_TIMEOUT.contains(word))
        .ifPresent(word -> from.error("onTimeout must be kill or background, not " + word));
    return value;
  }

  private static SortedMap<String, String> readNamespaces(MappingReader from) {
    SortedMap<String, String> paths = new TreeMap<>();
    for (String namespace : NAMESPACES) {
      from.string(namespace).ifPresent(path -> paths.put(namespace, path));
    }
    return paths;
  }

  /** Returns the keys that are given, in the vocabulary that {@link ContainerConfig} reads. */
  JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder();
    cgroups.ifPresent(value -> json.put("cgroups", value));
    mounts.ifPresent(
        value ->
            json.put("mounts", new JsonArray(value.stream().<Json>map(Mount::toJson).toList())));
    mkdir.ifPresent(value -> json.put("mkdir", value));
    interfaces.ifPresent(
        value ->
            json.put(
                "interfaces",
                new JsonArray(value.stream().<Json>map(NetworkInterface::toJson).toList())));
    if (!bindNs.isEmpty()) {
      json.put("bindNS", bindNs);
    }
    namespace.ifPresent(value -> json.put("namespace", value));
    timeout.ifPresent(value -> json.put("timeout", value));
    onTimeout.ifPresent(value -> json.put("onTimeout", value));
    return json.build();
  }
}
