package linuxkit.system.spec;

import java.util.List;
import linuxkit.json.JsonObject;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Key;
import linuxkit.yaml.container.Readiness;

/**
 * The keys of runtime.json for the supervision of a service: only those that are given. LinuxKit's
 * guest ignores them.
 */
public final class Supervision {
  /** The keys that only services have. */
  public static final List<Key<?>> KEYS =
      List.of(
          ContainerKeys.RESTART,
          ContainerKeys.AFTER,
          ContainerKeys.READY,
          ContainerKeys.STOP_SIGNAL,
          ContainerKeys.STOP_TIMEOUT);

  private Supervision() {}

  /** Returns runtime.json of a service with the keys of its configuration. */
  public static JsonObject add(JsonObject runtime, ContainerConfig config) {
    JsonObject.Builder json = JsonObject.builder();
    runtime.members().forEach(json::put);
    config.get(ContainerKeys.RESTART).ifPresent(value -> json.put("restart", value));
    config.get(ContainerKeys.AFTER).ifPresent(value -> json.put("after", value));
    config
        .get(ContainerKeys.READY)
        .map(Readiness::toJson)
        .ifPresent(value -> json.put("ready", value));
    config.get(ContainerKeys.STOP_SIGNAL).ifPresent(value -> json.put("stopSignal", value));
    config.get(ContainerKeys.STOP_TIMEOUT).ifPresent(value -> json.put("stopTimeout", value));
    return json.build();
  }
}
