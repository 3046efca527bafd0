package linuxkit.system.spec;

import java.util.List;
import java.util.stream.Stream;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.yaml.container.IdMapping;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.NetworkInterface;
import linuxkit.yaml.container.RuntimeConfig;

/**
 * Writes runtime.json, from which LinuxKit's guests start a container. Each of LinuxKit's keys is
 * always present; those that only this guest knows are present if they are given.
 */
public final class RuntimeJson {
  private RuntimeJson() {}

  /**
   * @param before mounted before those of the configuration
   */
  public static JsonObject json(RuntimeConfig runtime, List<Mount> before) {
    JsonObject.Builder namespaces = JsonObject.builder();
    for (String namespace : RuntimeConfig.NAMESPACES) {
      namespaces.put(namespace, runtime.bindNs().getOrDefault(namespace, ""));
    }
    JsonObject.Builder json =
        JsonObject.builder()
            .put("cgroups", runtime.cgroups().orElse(List.of()))
            .put(
                "mounts",
                new JsonArray(
                    Stream.concat(before.stream(), runtime.mounts().orElse(List.of()).stream())
                        .<Json>map(RuntimeJson::mount)
                        .toList()))
            .put("mkdir", runtime.mkdir().orElse(List.of()))
            .put(
                "interfaces",
                new JsonArray(
                    runtime.interfaces().orElse(List.of()).stream()
                        .<Json>map(NetworkInterface::toJson)
                        .toList()))
            .put("bindNS", namespaces.build())
            .put("namespace", runtime.namespace().orElse(""));
    runtime.timeout().ifPresent(seconds -> json.put("timeout", seconds));
    runtime.onTimeout().ifPresent(what -> json.put("onTimeout", what));
    return json.build();
  }

  private static Json mount(Mount mount) {
    JsonObject.Builder json = JsonObject.builder();
    new Mount(mount.destination(), mount.type(), mount.source(), mount.options())
        .toJson()
        .members()
        .forEach(json::put);
    mappings(json, "uidMappings", mount.uidMappings());
    mappings(json, "gidMappings", mount.gidMappings());
    return json.build();
  }

  private static void mappings(JsonObject.Builder json, String key, List<IdMapping> mappings) {
    if (!mappings.isEmpty()) {
      json.put(key, new JsonArray(mappings.stream().<Json>map(IdMapping::toJson).toList()));
    }
  }
}
