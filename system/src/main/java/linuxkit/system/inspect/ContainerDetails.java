package linuxkit.system.inspect;

import static linuxkit.system.inspect.ContainerFacts.elements;
import static linuxkit.system.inspect.ContainerFacts.get;
import static linuxkit.system.inspect.ContainerFacts.number;
import static linuxkit.system.inspect.ContainerFacts.text;
import static linuxkit.system.inspect.ContainerFacts.texts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.base.Sha256;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.system.spec.Rights;

/**
 * The details of a container, in words: what holds it back, its environment, its mounts with their
 * options, and what its {@code runtime.json} says besides rights. They are compared, but not listed
 * in reports, because they are many. A container that loses a limit can do more.
 */
final class ContainerDetails {
  // The keys of runtime.json that OtherRights names.
  private static final Set<String> RIGHTS =
      Set.of("bindNS", "cgroups", "interfaces", "mkdir", "mounts");
  private static final int SHOWN_DIGITS = 12;
  private static final Set<String> ACCESS = Set.of("ro", "rw");

  private final SortedSet<String> words = new TreeSet<>();

  private ContainerDetails() {}

  static SortedSet<String> of(Json config, Json runtime) {
    ContainerDetails details = new ContainerDetails();
    Json process = get(config, "process");
    details.limits(process);
    details.linux(get(config, "linux"));
    texts(get(process, "env")).forEach(each -> details.words.add("env " + each));
    details.add("cwd", text(get(process, "cwd")));
    details.add("hostname", text(get(config, "hostname")));
    elements(get(config, "mounts")).forEach(details::mount);
    if (runtime instanceof JsonObject all) {
      all.members().forEach(details::runtime);
    }
    return details.words;
  }

  private void add(String name, String value) {
    if (!value.isEmpty()) {
      words.add(name + " " + value);
    }
  }

  private void mount(Json mount) {
    String type = text(get(mount, "type"));
    String source = text(get(mount, "source"));
    String destination = text(get(mount, "destination"));
    List<String> options = texts(get(mount, "options"));
    List<String> others = new ArrayList<>(options);
    if (Rights.isBind(type, options)) {
      boolean readonly = options.lastIndexOf("ro") > options.lastIndexOf("rw");
      others.removeAll(ACCESS);
      if (!others.equals(readonly ? List.of("rbind") : List.of("rbind", "rshared"))) {
        add("mount options of " + destination, String.join(",", others));
      }
    } else if (Rights.mount(type, source, destination, options).isPresent()) {
      others.removeAll(ACCESS);
      add("mount options of " + destination, String.join(",", others));
    } else {
      words.add(
          ("mount " + type + " → " + destination + " " + String.join(",", options))
              .stripTrailing());
    }
  }

  private void runtime(String name, Json value) {
    if (!RIGHTS.contains(name) && !isEmpty(value)) {
      words.add(
          name
              + " "
              + (value instanceof JsonString string
                  ? string.value()
                  : JsonFormat.COMPACT.write(value)));
    }
  }

  private static boolean isEmpty(Json value) {
    return switch (value) {
      case JsonString string -> string.value().isEmpty();
      case JsonArray array -> array.elements().isEmpty();
      case JsonObject object -> object.members().isEmpty();
      case JsonNumber _, JsonBoolean _ -> false;
      case JsonNull _ -> true;
    };
  }

  private void limits(Json process) {
    if (get(process, "noNewPrivileges").equals(JsonBoolean.TRUE)) {
      words.add("no new privileges");
    }
    for (Json limit : elements(get(process, "rlimits"))) {
      words.add(
          "limit %s %s:%s"
              .formatted(
                  text(get(limit, "type")),
                  number(get(limit, "soft")),
                  number(get(limit, "hard"))));
    }
    if (get(process, "oomScoreAdj") instanceof JsonNumber score) {
      words.add("oomScoreAdj " + score.text());
    }
  }

  private void linux(Json linux) {
    texts(get(linux, "maskedPaths")).forEach(path -> words.add("masked " + path));
    texts(get(linux, "readonlyPaths")).forEach(path -> words.add("read-only " + path));
    if (get(linux, "seccomp") instanceof JsonObject filter && !filter.members().isEmpty()) {
      byte[] text = JsonFormat.COMPACT.write(filter).getBytes(StandardCharsets.UTF_8);
      String hash = HexFormat.of().formatHex(Sha256.digest().digest(text));
      words.add("seccomp filter " + hash.substring(0, SHOWN_DIGITS));
    }
    for (Json namespace : elements(get(linux, "namespaces"))) {
      if (text(get(namespace, "type")).equals("user")) {
        words.add("user namespace");
      }
    }
    for (String kind : List.of("uid", "gid")) {
      for (Json range : elements(get(linux, kind + "Mappings"))) {
        words.add(
            "%ss from %s are %s outside (%s of them)"
                .formatted(
                    kind,
                    number(get(range, "containerID")),
                    number(get(range, "hostID")),
                    number(get(range, "size"))));
      }
    }
    if (get(linux, "resources") instanceof JsonObject resources) {
      resources
          .members()
          .forEach(
              (name, value) -> {
                // Device rules are rights.
                if (!name.equals("devices")) {
                  words.add("resources " + name + " " + JsonFormat.COMPACT.write(value));
                }
              });
    }
  }
}
