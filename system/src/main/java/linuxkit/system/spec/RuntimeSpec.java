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
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Id;
import linuxkit.yaml.container.IdMapping;
import linuxkit.yaml.container.Mount;

/**
 * Writes config.json (OCI runtime specification 1.2.1): keys in a fixed order, without empty ones
 * unless the specification or LinuxKit's guests require them.
 */
public final class RuntimeSpec {
  private final ContainerConfig config;
  private final ContainerIds ids;
  private final String architecture;
  private final ProblemReporter problems;

  private RuntimeSpec(
      ContainerConfig config, ContainerIds ids, String architecture, ProblemReporter problems) {
    this.config = config;
    this.ids = ids;
    this.architecture = architecture;
    this.problems = problems;
  }

  /**
   * @param config the result of {@link ConfigMerge}
   * @param architecture of the system, as image platforms name it
   * @return not valid if a problem was reported
   */
  public static JsonObject json(
      ContainerConfig config, ContainerIds ids, String architecture, ProblemReporter problems) {
    return new RuntimeSpec(config, ids, architecture, problems).spec();
  }

  private JsonObject spec() {
    ImageDefaults.check(config, problems);
    JsonObject.Builder spec =
        JsonObject.builder().put("ociVersion", "1.2.1").put("process", process());
    JsonObject.Builder root = JsonObject.builder().put("path", "rootfs");
    if (config.isSet(ContainerKeys.READONLY)) {
      root.put("readonly", true);
    }
    spec.put("root", root.build());
    putText(spec, "hostname", config.get(ContainerKeys.HOSTNAME));
    spec.put("mounts", array(Mounts.of(config, problems).stream().map(Mount::toJson).toList()));
    putMap(spec, "annotations", config.get(ContainerKeys.ANNOTATIONS));
    return spec.put("linux", linux()).build();
  }

  private JsonObject process() {
    JsonObject.Builder user =
        JsonObject.builder()
            .put("uid", id(config.get(ContainerKeys.UID), "uid"))
            .put("gid", id(config.get(ContainerKeys.GID), "gid"));
    List<Json> groups = new ArrayList<>();
    for (Id group : config.list(ContainerKeys.ADDITIONAL_GIDS)) {
      groups.add(JsonNumber.of(ids.resolve(group, "additionalGids", problems)));
    }
    putArray(user, "additionalGids", groups);
    JsonObject.Builder process = JsonObject.builder().put("user", user.build());
    putTexts(process, "args", config.get(ContainerKeys.COMMAND));
    putTexts(process, "env", config.get(ContainerKeys.ENV));
    process.put("cwd", config.get(ContainerKeys.CWD).orElse("/"));
    process.put(
        "capabilities",
        Capabilities.json(
            config.list(ContainerKeys.CAPABILITIES), config.list(ContainerKeys.AMBIENT), problems));
    putArray(
        process, "rlimits", Rlimits.json(config.list(ContainerKeys.RLIMITS), problems).elements());
    if (config.isSet(ContainerKeys.NO_NEW_PRIVILEGES)) {
      process.put("noNewPrivileges", true);
    }
    config
        .get(ContainerKeys.OOM_SCORE_ADJ)
        .ifPresent(value -> process.put("oomScoreAdj", (long) value));
    return process.build();
  }

  private long id(Optional<Id> id, String key) {
    return id.map(value -> ids.resolve(value, key, problems)).orElse(0L);
  }

  private JsonObject linux() {
    Devices devices = new Devices(config.list(ContainerKeys.DEVICES), problems);
    JsonObject.Builder linux = JsonObject.builder();
    putArray(linux, "uidMappings", mappings(config.get(ContainerKeys.UID_MAPPINGS)));
    putArray(linux, "gidMappings", mappings(config.get(ContainerKeys.GID_MAPPINGS)));
    putMap(linux, "sysctl", config.get(ContainerKeys.SYSCTL));
    linux.put(
        "resources",
        ResourcesSpec.json(
            config.get(ContainerKeys.RESOURCES).orElse(JsonObject.EMPTY), devices.rules()));
    putText(linux, "cgroupsPath", config.get(ContainerKeys.CGROUPS_PATH));
    linux.put("namespaces", Namespaces.json(config));
    putArray(linux, "devices", devices.nodes());
    Seccomp.json(config, architecture).ifPresent(filter -> linux.put("seccomp", filter));
    putText(linux, "rootfsPropagation", config.get(ContainerKeys.ROOTFS_PROPAGATION));
    List<String> masked = Confinement.masked(config);
    List<String> readonly = Confinement.readonly(config);
    putTexts(linux, "maskedPaths", Optional.of(masked));
    putTexts(linux, "readonlyPaths", Optional.of(readonly));
    if (masked.isEmpty() && readonly.isEmpty() && Confinement.applies(config)) {
      // Without any list, the guest would add its defaults.
      linux.put("readonlyPaths", List.of());
    }
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
