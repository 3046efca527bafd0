package linuxkit.system.spec;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.json.Json;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/** Names rights of containers, in the same words for a label, a report and a comparison. */
public final class Rights {
  private static final Set<String> HARMLESS = Set.of("tmpfs", "devpts", "mqueue");

  private Rights() {}

  /** Returns the name of a namespace of the system that a container shares. */
  public static String systemNamespace(String type) {
    return "the system's " + type + " namespace";
  }

  /** Returns the name of another namespace that a container joins. */
  public static String namespace(String type, String path) {
    return "the " + type + " namespace " + path;
  }

  /** Returns the name of an ambient capability. */
  public static String ambient(String capability) {
    return "ambient " + capability;
  }

  /**
   * Returns the name of a mount; empty if it shows nothing of the system, as a file system in
   * memory does.
   */
  public static Optional<String> mount(
      String type, String source, String destination, List<String> options) {
    String readonly = options.lastIndexOf("ro") > options.lastIndexOf("rw") ? " (read-only)" : "";
    if (isBind(type, options)) {
      return Optional.of("bind " + source + " → " + destination + readonly);
    }
    boolean harmless =
        switch (type) {
          // A second one shows what is hidden or read-only in the first.
          case "proc" -> destination.equals("/proc");
          case "sysfs" -> destination.equals("/sys");
          case "cgroup" -> !readonly.isEmpty();
          default -> HARMLESS.contains(type);
        };
    return harmless
        ? Optional.empty()
        : Optional.of("mount " + type + " " + source + " → " + destination + readonly);
  }

  /** Returns whether a mount shows files that are elsewhere. */
  public static boolean isBind(String type, List<String> options) {
    return type.equals("bind") || options.contains("bind") || options.contains("rbind");
  }

  /** Returns the name of a rule of the device cgroup; empty if it allows nothing. */
  public static Optional<String> devices(Json rule) {
    if (!get(rule, "allow").equals(JsonBoolean.TRUE)) {
      return Optional.empty();
    }
    String type = text(get(rule, "type"));
    String major = number(get(rule, "major"));
    String minor = number(get(rule, "minor"));
    String which = major.equals("*") && minor.equals("*") ? "all" : major + ":" + minor;
    return Optional.of(
        "devices " + which + (type.isEmpty() || type.equals("a") ? "" : " of type " + type));
  }

  /** Returns the name of a device's file; {@code number} is {@code major:minor}. */
  public static String device(String path, String type, String number) {
    return "device " + path + " " + type + " " + number;
  }

  /** Returns the name of the membership in a further group. */
  public static String group(String id) {
    return "group " + id;
  }

  /** Returns the name of a folder that is created in the system. */
  public static String created(String folder) {
    return "creates " + folder + " in the system";
  }

  /** Returns the name of a mount that is made in the system rather than in the container. */
  public static String mounted(String source, String destination) {
    return "mounts " + source + " on " + destination + " in the system";
  }

  /** Returns the name of a network interface that is moved into the container. */
  public static String networkInterface(String name) {
    return "network interface " + name;
  }

  /** Returns the name of a file that a namespace of the container is bound to. */
  public static String bound(String namespace, String path) {
    return "binds its " + namespace + " namespace to " + path;
  }

  /** Returns the name of a cgroup that the container is in or creates. */
  public static String cgroup(String path) {
    return "cgroup " + path;
  }

  /** Returns the name of a kernel parameter that is set for the container. */
  public static String sysctl(String name, String value) {
    return "sysctl " + name + "=" + value;
  }

  /** Returns the name of an annotation, which may make a container runtime do anything. */
  public static String annotation(String name, String value) {
    return "annotation " + name + "=" + value;
  }

  /** Returns the name of a limit of the container's processes, in the place of the system's. */
  public static String limit(String rlimit) {
    return "limit " + rlimit;
  }

  /**
   * Returns the name of a score below that of others, which are killed first for want of memory.
   */
  public static String outOfMemoryScore(long score) {
    return "oomScoreAdj " + score;
  }

  /** Returns the name of a setting that replaces one that confines every container. */
  public static String own(String key) {
    return key + " of its own";
  }

  /** Returns the name of a propagation of mounts between the container and the system. */
  public static String propagation(String kind) {
    return "root propagation " + kind;
  }

  private static Json get(Json json, String name) {
    return json instanceof JsonObject object
        ? object.get(name).orElse(JsonObject.EMPTY)
        : JsonObject.EMPTY;
  }

  private static String text(Json json) {
    return json instanceof JsonString string ? string.value() : "";
  }

  private static String number(Json json) {
    return json instanceof JsonNumber number ? number.text() : "*";
  }
}
