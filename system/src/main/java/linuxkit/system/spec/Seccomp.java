package linuxkit.system.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;

/**
 * The system calls that a container may make (OCI, "Seccomp"). The default filter allows what
 * programs without privileges use, and what the container's capabilities are for. It refuses
 * everything else, so that much of the kernel is out of reach.
 */
final class Seccomp {
  /** The name of the default filter, as the configuration has it. */
  static final JsonString DEFAULT = new JsonString("default");

  private static final String ALLOW = "SCMP_ACT_ALLOW";
  private static final String REFUSE = "SCMP_ACT_ERRNO";
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;

  /** The flags of clone(2) for new namespaces: NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, … */
  private static final long NEW_NAMESPACES = 0x7e02_0000L;

  /** Holds the table of system calls, which is read when a filter is first needed. */
  private static final class Table {
    static final JsonObject CALLS = read();

    private static JsonObject read() {
      String name = "system-calls.json";
      try (InputStream in = Seccomp.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("missing resource: " + name);
        }
        return object(Json.parse(in.readAllBytes(), name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Seccomp() {}

  /**
   * Returns the filter of a container; empty if it may make every call. For a container that the
   * guest would give the default filter, this is a null, which the guest keeps.
   */
  static Optional<Json> json(ContainerConfig config, String architecture) {
    Optional<Json> choice = config.get(ContainerKeys.SECCOMP);
    if (choice.isPresent() && choice.get() instanceof JsonObject filter) {
      return Optional.of(filter);
    }
    boolean confined = Confinement.applies(config);
    if (choice.map(DEFAULT::equals).orElse(confined)) {
      return Optional.of(standard(config, architecture));
    }
    return confined ? Optional.of(JsonNull.NULL) : Optional.empty();
  }

  private static JsonObject standard(ContainerConfig config, String architecture) {
    Optional<JsonObject> processor = member(member("architectures"), architecture);
    SortedSet<String> names = new TreeSet<>(texts(Table.CALLS, "always"));
    processor.ifPresent(known -> names.addAll(texts(known, "calls")));
    JsonObject capabilities = member("capabilities");
    for (Map.Entry<String, Json> capability : capabilities.members().entrySet()) {
      if (Capabilities.has(config, capability.getKey())) {
        names.addAll(texts(capabilities, capability.getKey()));
      }
    }
    boolean admin = !Confinement.applies(config);
    if (admin) {
      names.add("clone");
    }
    List<Json> rules = new ArrayList<>();
    rules.add(rule(names, ALLOW).build());
    for (Json value : array(Table.CALLS, "personalities")) {
      rules.add(
          rule(List.of("personality"), ALLOW)
              .put("args", argument(value, JsonNumber.of(0), "SCMP_CMP_EQ"))
              .build());
    }
    if (!admin) {
      rules.add(
          rule(List.of("clone"), ALLOW)
              .put(
                  "args",
                  argument(JsonNumber.of(NEW_NAMESPACES), JsonNumber.of(0), "SCMP_CMP_MASKED_EQ"))
              .build());
      // Its flags are in memory, which no filter sees. Programs fall back to clone.
      rules.add(rule(List.of("clone3"), REFUSE).put("errnoRet", ENOSYS).build());
    }
    JsonObject.Builder filter =
        JsonObject.builder().put("defaultAction", REFUSE).put("defaultErrnoRet", EPERM);
    processor.ifPresent(known -> filter.put("architectures", texts(known, "runtime")));
    return filter.put("syscalls", new JsonArray(rules)).build();
  }

  private static JsonObject.Builder rule(Collection<String> names, String action) {
    return JsonObject.builder().put("names", names).put("action", action);
  }

  private static JsonArray argument(Json value, Json second, String operator) {
    return new JsonArray(
        List.of(
            JsonObject.builder()
                .put("index", 0)
                .put("value", value)
                .put("valueTwo", second)
                .put("op", operator)
                .build()));
  }

  private static JsonObject member(String name) {
    return member(Table.CALLS, name).orElseThrow();
  }

  private static Optional<JsonObject> member(JsonObject of, String name) {
    return of.get(name).map(Seccomp::object);
  }

  private static List<String> texts(JsonObject of, String name) {
    return array(of, name).stream().map(text -> ((JsonString) text).value()).toList();
  }

  private static List<Json> array(JsonObject of, String name) {
    return ((JsonArray) of.get(name).orElseThrow()).elements();
  }

  private static JsonObject object(Json json) {
    return (JsonObject) json;
  }
}
