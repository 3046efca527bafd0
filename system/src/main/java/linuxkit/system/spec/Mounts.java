package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.filesystem.FileTree;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Mount;

/**
 * The mounts of a container, one for each destination: the defaults, then {@code tmpfs}, {@code
 * binds} and {@code mounts}, where later ones replace earlier ones.
 */
final class Mounts {
  private static final Set<String> KERNEL_TYPES =
      Set.of("mqueue", "devpts", "proc", "sysfs", "cgroup");
  private static final Map<String, String> DESTINATIONS =
      Map.of(
          "proc", "/proc",
          "devpts", "/dev/pts",
          "sysfs", "/sys",
          "cgroup", "/sys/fs/cgroup",
          "mqueue", "/dev/mqueue");

  private final Map<String, Mount> mounts = new HashMap<>();
  private final ProblemReporter problems;

  private Mounts(ProblemReporter problems) {
    this.problems = problems;
  }

  /** Returns the mounts in byte order of their destinations. */
  static List<Mount> of(ContainerConfig config, ProblemReporter problems) {
    Mounts mounts = new Mounts(problems);
    mounts.defaults(config.isSet(ContainerKeys.READONLY));
    config.list(ContainerKeys.TMPFS).forEach(mounts::tmpfs);
    config.list(ContainerKeys.BINDS).forEach(mounts::bind);
    config.list(ContainerKeys.MOUNTS).forEach(mounts::mount);
    return mounts.mounts.values().stream()
        .sorted((a, b) -> FileTree.BY_BYTES.compare(a.destination(), b.destination()))
        .toList();
  }

  private void put(String destination, String type, String source, List<String> options) {
    mounts.put(destination, new Mount(destination, type, source, options));
  }

  private void defaults(boolean readonly) {
    put("/proc", "proc", "proc", List.of("nosuid", "nodev", "noexec", "relatime"));
    put(
        "/dev",
        "tmpfs",
        "tmpfs",
        writable(List.of("nosuid", "strictatime", "mode=755", "size=65536k"), readonly));
    put(
        "/dev/pts",
        "devpts",
        "devpts",
        List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
    put("/sys", "sysfs", "sysfs", writable(List.of("nosuid", "noexec", "nodev"), readonly));
    put(
        "/sys/fs/cgroup",
        "cgroup",
        "cgroup",
        List.of("nosuid", "noexec", "nodev", "relatime", "ro"));
  }

  private static List<String> writable(List<String> options, boolean readonly) {
    return readonly ? with(options, "ro") : options;
  }

  private static List<String> with(List<String> options, String more) {
    List<String> all = new ArrayList<>(options);
    all.add(more);
    return all;
  }

  private void tmpfs(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length > 2) {
      problems.report("tmpfs", text, Quote.of(text) + " has more than one ':'");
      return;
    }
    put(parts[0], "tmpfs", "tmpfs", parts.length == 2 ? options(parts[1]) : List.of());
  }

  private void bind(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      problems.report(
          "binds",
          text,
          Quote.of(text) + " is not a bind: write it as source:destination[:options]");
      return;
    }
    put(
        parts[1],
        "bind",
        parts[0],
        parts.length == 3 ? with(options(parts[2]), "rbind") : List.of("rw", "rbind", "rshared"));
  }

  private static List<String> options(String text) {
    return List.of(text.split(",", -1));
  }

  private void mount(Mount asked) {
    String type = asked.type();
    if (type.isEmpty()) {
      type = KERNEL_TYPES.contains(asked.source()) ? asked.source() : "";
      type = type.isEmpty() && asked.destination().equals("/dev") ? "tmpfs" : type;
    }
    if (type.isEmpty()) {
      problems.report(
          "mounts", asked.destination(), "the mount " + describe(asked) + " has no type");
      return;
    }
    String destination =
        asked.destination().isEmpty() ? DESTINATIONS.getOrDefault(type, "") : asked.destination();
    if (destination.isEmpty()) {
      problems.report(
          "mounts", asked.source(), "the mount of type " + Quote.of(type) + " has no destination");
      return;
    }
    put(destination, type, asked.source().isEmpty() ? type : asked.source(), asked.options());
  }

  private static String describe(Mount mount) {
    return mount.destination().isEmpty()
        ? "from " + Quote.of(mount.source())
        : "on " + Quote.of(mount.destination());
  }
}
