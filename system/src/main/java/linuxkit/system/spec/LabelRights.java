package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import linuxkit.base.Printable;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Id;
import linuxkit.yaml.container.Key;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.RuntimeConfig;

/**
 * The rights that a container gets by the label of its image: those that the manifest's entry does
 * not decide itself. A container without any has no capabilities and no devices, sees no files of
 * the system, and shares only the namespaces that every container shares by default.
 */
public final class LabelRights {
  // A label may hold thousands, but a message is to be read. Limited for each kind, so that many
  // of one do not hide those of another.
  private static final int MOST_OF_A_KIND = 20;
  private static final int LONGEST = 200;

  private final ContainerConfig entry;
  private final ContainerConfig label;
  private final SequencedSet<String> words = new LinkedHashSet<>();

  private LabelRights(ContainerConfig entry, ContainerConfig label) {
    this.entry = entry;
    this.label = label;
  }

  /** Returns the rights in words, those that endanger the system most first. */
  public static SequencedSet<String> of(ContainerConfig entry, ContainerConfig label) {
    LabelRights rights = new LabelRights(entry, label);
    rights.capabilities();
    rights.namespaces();
    rights.devices();
    rights.mounts();
    rights.runtime(
        entry.get(ContainerKeys.RUNTIME).orElse(RuntimeConfig.NONE),
        label.get(ContainerKeys.RUNTIME).orElse(RuntimeConfig.NONE));
    rights
        .given(ContainerKeys.ROOTFS_PROPAGATION)
        .ifPresent(kind -> rights.words.add(Rights.propagation(kind)));
    rights.given(ContainerKeys.CGROUPS_PATH).ifPresent(p -> rights.words.add(Rights.cgroup(p)));
    rights
        .given(ContainerKeys.SYSCTL)
        .ifPresent(
            all -> all.forEach((name, value) -> rights.words.add(Rights.sysctl(name, value))));
    rights
        .given(ContainerKeys.ADDITIONAL_GIDS)
        .ifPresent(groups -> groups.forEach(id -> rights.words.add(Rights.group(text(id)))));
    rights.processes();
    rights
        .given(ContainerKeys.ANNOTATIONS)
        .ifPresent(
            all -> all.forEach((name, value) -> rights.words.add(Rights.annotation(name, value))));
    rights.confinement();
    return rights.words;
  }

  /** Returns the rights on one line. */
  public static String summary(SequencedSet<String> rights) {
    List<String> shown = new ArrayList<>(rights);
    if (rights.containsAll(Capabilities.ALL)) {
      shown.removeAll(Capabilities.ALL);
      shown.addFirst("all capabilities");
    }
    Map<String, Integer> kinds = new HashMap<>();
    String line =
        shown.stream()
            .filter(word -> kinds.merge(kind(word), 1, Integer::sum) <= MOST_OF_A_KIND)
            .map(LabelRights::shown)
            .collect(Collectors.joining(", "));
    int more = kinds.values().stream().mapToInt(n -> Math.max(0, n - MOST_OF_A_KIND)).sum();
    return line + (more > 0 ? " and " + more + " more" : "");
  }

  /** Returns the first word: each kind of right begins with its own. */
  private static String kind(String word) {
    return word.substring(0, word.indexOf(' ') < 0 ? word.length() : word.indexOf(' '));
  }

  private static String shown(String word) {
    String line = Printable.line(word);
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  private <T> Optional<T> given(Key<T> key) {
    return entry.get(key).isPresent() ? Optional.empty() : label.get(key);
  }

  private void capabilities() {
    given(ContainerKeys.CAPABILITIES).ifPresent(names -> words.addAll(expand(names)));
    given(ContainerKeys.AMBIENT)
        .ifPresent(
            names ->
                expand(names)
                    .forEach(
                        name -> {
                          words.add(name);
                          words.add(Rights.ambient(name));
                        }));
  }

  // A name that does not exist is reported where the configuration is written.
  private static List<String> expand(List<String> names) {
    return names.stream().anyMatch(name -> name.equalsIgnoreCase("all"))
        ? Capabilities.ALL
        : names.stream().filter(Capabilities.ALL::contains).toList();
  }

  private void namespaces() {
    namespace("pid", ContainerKeys.PID);
    namespace("network", ContainerKeys.NET);
    namespace("ipc", ContainerKeys.IPC);
    namespace("uts", ContainerKeys.UTS);
    namespace("user", ContainerKeys.USERNS);
  }

  private void namespace(String type, Key<String> key) {
    if (entry.get(key).filter(text -> !text.isEmpty()).isPresent()) {
      return;
    }
    String asked = label.get(key).orElse("");
    switch (asked) {
      case "", "new", "none", "auto" -> {}
      case "host", "root" -> {
        // Every container is in the user namespace of the system unless it asks for another.
        if (!type.equals("user")) {
          words.add(Rights.systemNamespace(type));
        }
      }
      default -> words.add(Rights.namespace(type, asked));
    }
  }

  private void devices() {
    // Mistakes are reported where the configuration is written.
    List<Json> rules =
        new ArrayList<>(
            new Devices(given(ContainerKeys.DEVICES).orElse(List.of()), (_, _, _) -> {}).rules());
    given(ContainerKeys.RESOURCES)
        .flatMap(resources -> resources.get("devices"))
        .ifPresent(
            more -> rules.addAll(more instanceof JsonArray all ? all.elements() : List.of()));
    List<String> some = new ArrayList<>();
    for (Json rule : rules) {
      // Those for all devices come first.
      Rights.devices(rule)
          .ifPresent(word -> (word.startsWith("devices all") ? words : some).add(word));
    }
    words.addAll(some);
  }

  private void mounts() {
    List<Mount> mounts = new ArrayList<>();
    for (String bind : given(ContainerKeys.BINDS).orElse(List.of())) {
      String[] parts = bind.split(":", -1);
      if (parts.length == 2 || parts.length == 3) {
        List<String> options = parts.length == 3 ? List.of(parts[2].split(",", -1)) : List.of();
        mounts.add(new Mount(parts[1], "bind", parts[0], options));
      }
    }
    for (Mount mount : given(ContainerKeys.MOUNTS).orElse(List.of())) {
      String type = mount.type().isEmpty() ? mount.source() : mount.type();
      String source = mount.source().isEmpty() ? type : mount.source();
      mounts.add(new Mount(mount.destination(), type, source, mount.options()));
    }
    // The higher a folder is, the more it shows.
    if (mounts.size() > 1) {
      mounts.sort(Comparator.comparingInt(mount -> mount.source().length()));
    }
    for (Mount mount : mounts) {
      Rights.mount(mount.type(), mount.source(), mount.destination(), mount.options())
          .or(() -> ownSysfs(mount))
          .ifPresent(words::add);
    }
  }

  private static String text(Id id) {
    return id instanceof Id.Named named ? named.name() : String.valueOf(((Id.Numeric) id).value());
  }

  // The default one is read-only in a container that is confined, and a part of it is masked.
  private Optional<String> ownSysfs(Mount mount) {
    boolean writable = mount.options().lastIndexOf("ro") <= mount.options().lastIndexOf("rw");
    return mount.type().equals("sysfs") && Confinement.applies(entry.over(label))
        ? Optional.of("mount sysfs → " + mount.destination() + (writable ? "" : " (read-only)"))
        : Optional.empty();
  }

  private void processes() {
    given(ContainerKeys.RLIMITS)
        .ifPresent(all -> all.forEach(each -> words.add(Rights.limit(each))));
    given(ContainerKeys.OOM_SCORE_ADJ)
        .filter(score -> score < 0)
        .ifPresent(score -> words.add(Rights.outOfMemoryScore(score)));
  }

  private void runtime(RuntimeConfig own, RuntimeConfig given) {
    given
        .bindNs()
        .forEach(
            (namespace, path) -> {
              if (!own.bindNs().containsKey(namespace) && !path.isEmpty()) {
                words.add(Rights.bound(namespace, path));
              }
            });
    runtime(own.mounts(), given.mounts(), m -> Rights.mounted(m.source(), m.destination()));
    runtime(own.mkdir(), given.mkdir(), Rights::created);
    runtime(own.interfaces(), given.interfaces(), each -> Rights.networkInterface(each.name()));
    runtime(own.cgroups(), given.cgroups(), Rights::cgroup);
  }

  /** Adds what the label has instead of the defaults that confine a container. */
  private void confinement() {
    if (!Confinement.applies(entry.over(label))) {
      return;
    }
    given(ContainerKeys.MASKED_PATHS).ifPresent(_ -> words.add(Rights.own("maskedPaths")));
    given(ContainerKeys.READONLY_PATHS).ifPresent(_ -> words.add(Rights.own("readonlyPaths")));
    given(ContainerKeys.SECCOMP)
        .filter(filter -> !filter.equals(Seccomp.DEFAULT))
        .ifPresent(_ -> words.add(Rights.own("seccomp")));
    given(ContainerKeys.NO_NEW_PRIVILEGES)
        .filter(denied -> !denied)
        .ifPresent(_ -> words.add("new privileges"));
  }

  private <T> void runtime(
      Optional<List<T>> own, Optional<List<T>> given, Function<T, String> word) {
    if (own.isEmpty()) {
      given.orElse(List.of()).forEach(each -> words.add(word.apply(each)));
    }
  }
}
