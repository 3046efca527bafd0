package linuxkit.system.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.system.spec.Rights;

/**
 * The access that a container has to the system around it, by its {@code config.json}.
 *
 * @param image empty if unknown
 * @param capabilities those that it has or can get
 * @param binds files of the system that it mounts, as {@code /from → /to}, with {@code (read-only)}
 *     if it cannot write
 * @param host the system's namespaces that it shares
 * @param others rights of other kinds, in the words of {@link OtherRights}
 * @param details what is compared, but not listed in reports, in the words of {@link
 *     ContainerDetails}
 * @param settings other settings that matter: command, user, root
 */
public record ContainerFacts(
    Component component,
    String image,
    SortedSet<String> capabilities,
    SortedSet<String> binds,
    SortedSet<String> host,
    SortedSet<String> others,
    SortedSet<String> details,
    SortedMap<String, String> settings) {
  private static final Pattern CONFIG =
      Pattern.compile("containers/(?:onboot|onshutdown|services)/[^/]+/(?:config|runtime)\\.json");
  private static final Pattern PLAIN_WORD = Pattern.compile("[^\\s'\"\\\\]+");
  private static final long LARGEST = 4 << 20;
  private static final List<String> NAMESPACES =
      List.of("cgroup", "ipc", "mount", "network", "pid", "user", "uts");

  /** Returns whether a file is the configuration of a container, so that its content is needed. */
  public static boolean isConfiguration(String path) {
    return CONFIG.matcher(path).matches();
  }

  /**
   * Reads the configurations of all containers, in the order of their folders.
   *
   * @throws linuxkit.base.Failure if a configuration cannot be read or is not JSON
   */
  public static List<ContainerFacts> read(InspectedSystem system) {
    List<ContainerFacts> all = new ArrayList<>();
    system
        .files()
        .walk(
            entry -> {
              if (isConfiguration(entry.path())
                  && entry.path().endsWith("/config.json")
                  && entry.node() instanceof Node.RegularFile file) {
                all.add(read(entry, file, runtime(system.files(), entry.path())));
              }
            });
    all.sort((a, b) -> a.component().compareTo(b.component()));
    return List.copyOf(all);
  }

  private static Json runtime(FileTree files, String path) {
    String beside = path.substring(0, path.lastIndexOf('/') + 1) + "runtime.json";
    Optional<Node> node = files.find(beside).map(FileTree.Entry::node);
    return node.orElse(null) instanceof Node.RegularFile file
        ? parse(file, "/" + beside)
        : JsonObject.EMPTY;
  }

  private static Json parse(Node.RegularFile file, String where) {
    try (InputStream in = file.content().open()) {
      if (file.content().size() > LARGEST) {
        throw new InspectionFailure("the configuration is larger than 4 MiB", where, "", null);
      }
      return Json.parse(in.readAllBytes(), where);
    } catch (IOException e) {
      throw new InspectionFailure("cannot read the configuration: " + e.getMessage(), where, "", e);
    }
  }

  private static ContainerFacts read(FileTree.Entry entry, Node.RegularFile file, Json runtime) {
    Json json = parse(file, "/" + entry.path());
    Json process = get(json, "process");
    return new ContainerFacts(
        Component.of(entry, false),
        entry.origin().source(),
        capabilities(get(process, "capabilities")),
        binds(get(json, "mounts")),
        host(get(get(json, "linux"), "namespaces")),
        OtherRights.of(json, runtime, entry.path()),
        ContainerDetails.of(json, runtime),
        settings(process, get(json, "root")));
  }

  private static SortedSet<String> capabilities(Json sets) {
    SortedSet<String> all = new TreeSet<>();
    for (String set : List.of("bounding", "permitted", "effective", "inheritable")) {
      all.addAll(texts(get(sets, set)));
    }
    return all;
  }

  private static SortedSet<String> binds(Json mounts) {
    SortedSet<String> binds = new TreeSet<>();
    for (Json mount : elements(mounts)) {
      List<String> options = texts(get(mount, "options"));
      if (Rights.isBind(text(get(mount, "type")), options)) {
        binds.add(
            text(get(mount, "source"))
                + " → "
                + text(get(mount, "destination"))
                + (isReadonly(options) ? " (read-only)" : ""));
      }
    }
    return binds;
  }

  // If both are given, the last counts.
  private static boolean isReadonly(List<String> options) {
    return options.lastIndexOf("ro") > options.lastIndexOf("rw");
  }

  private static SortedSet<String> host(Json namespaces) {
    SortedSet<String> host = new TreeSet<>(NAMESPACES);
    for (Json namespace : elements(namespaces)) {
      host.remove(text(get(namespace, "type")));
    }
    // Practically every container shares these two, so listing them adds nothing.
    host.remove("user");
    host.remove("cgroup");
    return host;
  }

  private static SortedMap<String, String> settings(Json process, Json root) {
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put(
        "command",
        texts(get(process, "args")).stream()
            .map(ContainerFacts::word)
            .collect(Collectors.joining(" ")));
    Json user = get(process, "user");
    settings.put("user", number(get(user, "uid")) + ":" + number(get(user, "gid")));
    settings.put("root", get(root, "readonly").equals(JsonBoolean.TRUE) ? "read-only" : "writable");
    return Collections.unmodifiableSortedMap(settings);
  }

  /** Quotes an argument for a shell, so that different commands look different. */
  private static String word(String argument) {
    return PLAIN_WORD.matcher(argument).matches()
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  static Json get(Json json, String name) {
    return json instanceof JsonObject object
        ? object.get(name).orElse(JsonObject.EMPTY)
        : JsonObject.EMPTY;
  }

  static List<Json> elements(Json json) {
    return json instanceof JsonArray array ? array.elements() : List.of();
  }

  static List<String> texts(Json json) {
    return elements(json).stream().map(ContainerFacts::text).toList();
  }

  static String text(Json json) {
    return json instanceof JsonString string ? string.value() : "";
  }

  static String number(Json json) {
    return json instanceof JsonNumber number ? number.text() : "0";
  }
}
