package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;

/** The namespaces that a container does not share with the root (OCI, "Linux Namespaces"). */
final class Namespaces {
  private final List<Json> namespaces = new ArrayList<>();

  private Namespaces() {}

  static JsonArray json(ContainerConfig config) {
    Namespaces made = new Namespaces();
    String net = config.get(ContainerKeys.NET).orElse("");
    made.add("network", net.equals("none") ? Optional.of("new") : config.get(ContainerKeys.NET));
    made.add("ipc", config.get(ContainerKeys.IPC));
    made.add("uts", config.get(ContainerKeys.UTS));
    // Only processes are separate by default.
    String pid = config.get(ContainerKeys.PID).orElse("");
    made.add("pid", Optional.of(pid.isEmpty() ? "new" : pid));
    made.add("user", config.get(ContainerKeys.USERNS));
    made.add("mount", Optional.of("new"));
    return new JsonArray(made.namespaces);
  }

  private void add(String type, Optional<String> asked) {
    String path = asked.orElse("");
    switch (path) {
      case "", "host", "root" -> {}
      case "new" -> namespaces.add(JsonObject.builder().put("type", type).build());
      default -> namespaces.add(JsonObject.builder().put("type", type).put("path", path).build());
    }
  }
}
