package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.Id;
import linuxkit.yaml.container.IdMapping;
import linuxkit.yaml.container.Mount;

/**
 * Writes config.json (OCI runtime specification 1.2.1): keys in one order, what is empty left out
 * except where the specification or LinuxKit's guests want it.
 */
public final class RuntimeSpec {
  private final ContainerConfig config;
  private final IdTable ids;
  private final Problems problems;

  private RuntimeSpec(ContainerConfig config, IdTable ids, Problems problems) {
    this.config = config;
    this.ids = ids;
    this.problems = problems;
  }

  /**
   * @param config as {@link ConfigMerge} gives it
   * @return of no use when a problem was reported
   */
  public static JsonObject json(ContainerConfig config, IdTable ids, Problems problems) {
    return new RuntimeSpec(config, ids, problems).spec();
  }

  private JsonObject spec() {
    JsonObject.Builder spec =
        JsonObject.builder().put("ociVersion", "1.2.1").put("process", process());
    JsonObject.Builder root = JsonObject.builder().put("path", "rootfs");
    if (config.readonly().orElse(false)) {
      root.put("readonly", true);
    }
    spec.put("root", root.build());
    putText(spec, "hostname", config.hostname());
    spec.put("mounts", array(Mounts.of(config, problems).stream().map(Mount::toJson).toList()));
    putMap(spec, "annotations", config.annotations());
    return spec.put("linux", linux()).build();
  }

  private JsonObject process() {
    JsonObject.Builder user =
        JsonObject.builder()
            .put("uid", id(config.uid(), "uid"))
            .put("gid", id(config.gid(), "gid"));
    List<Json> groups = new ArrayList<>();
    for (Id group : config.additionalGids().orElse(List.of())) {
      groups.add(JsonNumber.of(ids.resolve(group, "additionalGids", problems)));
    }
    putArray(user, "additionalGids", groups);
    JsonObject.Builder process = JsonObject.builder().put("user", user.build());
    putTexts(process, "args", config.command());
    putTexts(process, "env", config.env());
    process.put("cwd", config.cwd().orElse("/"));
    process.put(
        "capabilities",
        Capabilities.json(
            config.capabilities().orElse(List.of()), config.ambient().orElse(List.of()), problems));
    putArray(
        process, "rlimits", Rlimits.json(config.rlimits().orElse(List.of()), problems).elements());
    if (config.noNewPrivileges().orElse(false)) {
      process.put("noNewPrivileges", true);
    }
    config.oomScoreAdj().ifPresent(value -> process.put("oomScoreAdj", (long) value));
    return process.build();
  }

  private long id(Optional<Id> id, String key) {
    return id.map(value -> ids.resolve(value, key, problems)).orElse(0L);
  }

  private JsonObject linux() {
    Devices devices = new Devices(config.devices().orElse(List.of()), problems);
    JsonObject.Builder linux = JsonObject.builder();
    putArray(linux, "uidMappings", mappings(config.uidMappings()));
    putArray(linux, "gidMappings", mappings(config.gidMappings()));
    putMap(linux, "sysctl", config.sysctl());
    linux.put(
        "resources",
        ResourcesSpec.json(config.resources().orElse(JsonObject.EMPTY), devices.rules()));
    putText(linux, "cgroupsPath", config.cgroupsPath());
    linux.put("namespaces", Namespaces.json(config));
    putArray(linux, "devices", devices.nodes());
    putText(linux, "rootfsPropagation", config.rootfsPropagation());
    putTexts(linux, "maskedPaths", config.maskedPaths());
    putTexts(linux, "readonlyPaths", config.readonlyPaths());
    return linux.build();
  }

  private static List<Json> mappings(Optional<List<IdMapping>> mappings) {
    return mappings.orElse(List.of()).stream().<Json>map(IdMapping::toJson).toList();
  }

  private static JsonArray array(List<? extends Json> elements) {
    return new JsonArray(List.copyOf(elements));
  }

  private static void putArray(JsonObject.Builder to, String key, List<Json> elements) {
    if (!elements.isEmpty()) {
      to.put(key, new JsonArray(elements));
    }
  }

  private static void putText(JsonObject.Builder to, String key, Optional<String> text) {
    text.filter(value -> !value.isEmpty()).ifPresent(value -> to.put(key, value));
  }

  private static void putTexts(JsonObject.Builder to, String key, Optional<List<String>> texts) {
    texts.filter(list -> !list.isEmpty()).ifPresent(list -> to.put(key, list));
  }

  private static void putMap(
      JsonObject.Builder to, String key, Optional<? extends Map<String, String>> map) {
    map.filter(values -> !values.isEmpty()).ifPresent(values -> to.put(key, values));
  }
}
