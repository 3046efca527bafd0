package linuxkit.system.inspect;

import static linuxkit.system.inspect.ContainerFacts.elements;
import static linuxkit.system.inspect.ContainerFacts.get;
import static linuxkit.system.inspect.ContainerFacts.number;
import static linuxkit.system.inspect.ContainerFacts.text;
import static linuxkit.system.inspect.ContainerFacts.texts;

import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.system.spec.Rights;

/**
 * The rights of a container besides capabilities, binds and the namespaces of the system: groups,
 * devices, namespaces of others, mounts of other kinds, and what its {@code runtime.json} does
 * outside of it.
 */
final class OtherRights {
  private final NavigableSet<String> words = new TreeSet<>();

  private OtherRights() {}

  /**
   * @param path of the {@code config.json}
   */
  static SortedSet<String> of(Json config, Json runtime, String path) {
    OtherRights rights = new OtherRights();
    for (String name : texts(get(get(get(config, "process"), "capabilities"), "ambient"))) {
      rights.words.add(Rights.ambient(name));
    }
    for (Json group : elements(get(get(get(config, "process"), "user"), "additionalGids"))) {
      rights.words.add(Rights.group(number(group)));
    }
    for (Json mount : elements(get(config, "mounts"))) {
      String type = text(get(mount, "type"));
      List<String> options = texts(get(mount, "options"));
      if (!Rights.isBind(type, options)) {
        Rights.mount(type, text(get(mount, "source")), text(get(mount, "destination")), options)
            .ifPresent(rights.words::add);
      }
    }
    if (get(config, "annotations") instanceof JsonObject all) {
      all.members()
          .forEach((name, value) -> rights.words.add(Rights.annotation(name, text(value))));
    }
    rights.linux(get(config, "linux"));
    rights.runtime(runtime, "/" + path.substring(0, path.lastIndexOf('/')));
    return rights.words;
  }

  private void linux(Json linux) {
    for (Json namespace : elements(get(linux, "namespaces"))) {
      String path = text(get(namespace, "path"));
      if (!path.isEmpty()) {
        words.add(Rights.namespace(text(get(namespace, "type")), path));
      }
    }
    for (Json rule : elements(get(get(linux, "resources"), "devices"))) {
      Rights.devices(rule).ifPresent(words::add);
    }
    for (Json device : elements(get(linux, "devices"))) {
      words.add(
          Rights.device(
              text(get(device, "path")),
              text(get(device, "type")),
              number(get(device, "major")) + ":" + number(get(device, "minor"))));
    }
    if (get(linux, "sysctl") instanceof JsonObject all) {
      all.members().forEach((name, value) -> words.add(Rights.sysctl(name, text(value))));
    }
    String propagation = text(get(linux, "rootfsPropagation"));
    if (!propagation.isEmpty()) {
      words.add(Rights.propagation(propagation));
    }
    String cgroup = text(get(linux, "cgroupsPath"));
    if (!cgroup.isEmpty()) {
      words.add(Rights.cgroup(cgroup));
    }
  }

  private void runtime(Json runtime, String folder) {
    List<Json> mounts = elements(get(runtime, "mounts"));
    mounts.stream()
        .skip(own(mounts, folder))
        .forEach(
            mount ->
                words.add(
                    Rights.mounted(text(get(mount, "source")), text(get(mount, "destination")))));
    texts(get(runtime, "mkdir")).forEach(each -> words.add(Rights.created(each)));
    texts(get(runtime, "cgroups")).forEach(each -> words.add(Rights.cgroup(each)));
    for (Json each : elements(get(runtime, "interfaces"))) {
      words.add(Rights.networkInterface(text(get(each, "name"))));
    }
    if (get(runtime, "bindNS") instanceof JsonObject all) {
      all.members()
          .forEach(
              (name, path) -> {
                if (!text(path).isEmpty()) {
                  words.add(Rights.bound(name, text(path)));
                }
              });
    }
  }

  /** Returns how many mounts make the root of the container itself: they come first. */
  private static int own(List<Json> mounts, String folder) {
    String first = mounts.isEmpty() ? "" : text(get(mounts.getFirst(), "destination"));
    return first.equals(folder + "/tmp") ? 3 : first.equals(folder + "/rootfs") ? 1 : 0;
  }
}
