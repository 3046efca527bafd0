package linuxkit.yaml.container;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;

final class ContainerConfigWriter {
  private final JsonObject.Builder json;

  private ContainerConfigWriter(JsonObject.Builder json) {
    this.json = json;
  }

  static void write(ContainerConfig config, JsonObject.Builder json) {
    new ContainerConfigWriter(json).write(config);
  }

  private void write(ContainerConfig config) {
    strings("capabilities", config.capabilities());
    strings("capabilities.add", config.capabilitiesAdd());
    strings("ambient", config.ambient());
    list("mounts", config.mounts(), Mount::toJson);
    strings("binds", config.binds());
    strings("binds.add", config.bindsAdd());
    list("devices", config.devices(), Device::toJson);
    strings("tmpfs", config.tmpfs());
    strings("command", config.command());
    strings("env", config.env());
    string("cwd", config.cwd());
    string("net", config.net());
    string("pid", config.pid());
    string("ipc", config.ipc());
    string("uts", config.uts());
    string("userns", config.userns());
    string("hostname", config.hostname());
    config.readonly().ifPresent(value -> json.put("readonly", (boolean) value));
    strings("maskedPaths", config.maskedPaths());
    strings("readonlyPaths", config.readonlyPaths());
    config.uid().ifPresent(value -> json.put("uid", value.toJson()));
    config.gid().ifPresent(value -> json.put("gid", value.toJson()));
    list("additionalGids", config.additionalGids(), Id::toJson);
    config.noNewPrivileges().ifPresent(value -> json.put("noNewPrivileges", (boolean) value));
    config.oomScoreAdj().ifPresent(value -> json.put("oomScoreAdj", (long) value));
    string("rootfsPropagation", config.rootfsPropagation());
    string("cgroupsPath", config.cgroupsPath());
    config.resources().ifPresent(value -> json.put("resources", value));
    config.sysctl().ifPresent(value -> json.put("sysctl", value));
    strings("rlimits", config.rlimits());
    list("uidMappings", config.uidMappings(), IdMapping::toJson);
    list("gidMappings", config.gidMappings(), IdMapping::toJson);
    config.annotations().ifPresent(value -> json.put("annotations", value));
    config.runtime().ifPresent(value -> json.put("runtime", value.toJson()));
  }

  private void string(String key, Optional<String> value) {
    value.ifPresent(text -> json.put(key, text));
  }

  private void strings(String key, Optional<List<String>> value) {
    value.ifPresent(texts -> json.put(key, texts));
  }

  private <T> void list(String key, Optional<List<T>> value, Function<T, Json> element) {
    value.ifPresent(
        elements -> json.put(key, new JsonArray(elements.stream().map(element).toList())));
  }
}
