package linuxkit.system.inspect;

import static linuxkit.system.inspect.ContainerFacts.elements;
import static linuxkit.system.inspect.ContainerFacts.get;
import static linuxkit.system.inspect.ContainerFacts.number;
import static linuxkit.system.inspect.ContainerFacts.text;
import static linuxkit.system.inspect.ContainerFacts.texts;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.base.Sha256;
import linuxkit.json.Json;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;

/**
 * Limits of a container, in words: a container that loses one of them can do more. They are
 * compared, but not listed in reports, because most containers have all of them.
 */
final class ContainerLimits {
  private static final int SHOWN_DIGITS = 12;

  private final SortedSet<String> words = new TreeSet<>();

  private ContainerLimits() {}

  static SortedSet<String> of(Json config) {
    ContainerLimits limits = new ContainerLimits();
    limits.process(get(config, "process"));
    limits.linux(get(config, "linux"));
    return limits.words;
  }

  private void process(Json process) {
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
