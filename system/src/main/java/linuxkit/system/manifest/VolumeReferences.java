package linuxkit.system.manifest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Nearest;
import linuxkit.system.spec.ProblemReporter;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.Quote;
import linuxkit.yaml.YamlNode;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Key;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.RuntimeConfig;

/**
 * The volumes that binds and mounts of a manifest may name in place of an absolute path. A
 * read-only volume must be mounted read-only, whether by its name or by its path: the guest mounts
 * a writable overlay for every volume, so nothing else protects it.
 */
public final class VolumeReferences {
  private final Map<String, Volume> volumes = new LinkedHashMap<>();

  public VolumeReferences(List<Volume> volumes) {
    volumes.forEach(volume -> this.volumes.putIfAbsent(volume.name(), volume));
  }

  /** Reports names that are not volumes, and writable mounts of read-only volumes. */
  void check(ContainerEntry entry, Diagnostics diagnostics) {
    for (Key<List<String>> key : List.of(ContainerKeys.BINDS, ContainerKeys.BINDS_ADD)) {
      List<String> binds = entry.config().list(key);
      for (int i = 0; i < binds.size(); i++) {
        report(entry, key.name(), i, problem(binds.get(i)), diagnostics);
      }
    }
    List<Mount> mounts = entry.config().list(ContainerKeys.MOUNTS);
    for (int i = 0; i < mounts.size(); i++) {
      report(entry, "mounts", i, problem(mounts.get(i)), diagnostics);
    }
  }

  private static void report(
      ContainerEntry entry,
      String key,
      int index,
      Optional<String> problem,
      Diagnostics diagnostics) {
    problem.ifPresent(
        text -> {
          YamlNode node = entry.node().get(key).orElse(entry.node());
          if (node instanceof YamlNode.Sequence list && index < list.elements().size()) {
            node = list.elements().get(index);
          }
          diagnostics.error(node.position(), entry.path() + "." + key + "." + index, text);
        });
  }

  /**
   * Checks the configuration in effect, to which a label may have contributed. Writable binds and
   * mounts of a folder above read-only volumes only cause a warning, because they may be intended.
   */
  public void checkEffective(ContainerConfig config, ConfigPositions places) {
    for (String bind : config.list(ContainerKeys.BINDS)) {
      if (bind.startsWith("/")) {
        problem(bind).ifPresent(text -> places.report("binds", bind, text));
        warning(bind).ifPresent(text -> places.warn("binds", bind, text));
      }
    }
    List<Mount> mounts = config.list(ContainerKeys.MOUNTS);
    checkMounts("mounts", mounts, places);
    for (Mount mount : mounts) {
      warning(mount).ifPresent(text -> places.warn("mounts", mount.source(), text));
    }
    checkMounts(
        "runtime",
        config.get(ContainerKeys.RUNTIME).flatMap(RuntimeConfig::mounts).orElse(List.of()),
        places);
  }

  private void checkMounts(String key, List<Mount> mounts, ProblemReporter problems) {
    for (Mount mount : mounts) {
      if (mount.source().startsWith("/")) {
        problem(mount).ifPresent(text -> problems.report(key, mount.source(), text));
      }
    }
  }

  private Optional<String> problem(String bind) {
    String[] parts = bind.split(":", -1);
    return problem(parts[0], isReadonly(parts), "end the bind with ':ro'");
  }

  private Optional<String> warning(String bind) {
    String[] parts = bind.split(":", -1);
    return isReadonly(parts)
        ? Optional.empty()
        : warning(bind, parts[0], "end the bind with ':ro,rro'");
  }

  private Optional<String> warning(Mount mount) {
    return !isBind(mount) || isReadonly(mount.options())
        ? Optional.empty()
        : warning(mount.source(), mount.source(), "give it the options 'ro' and 'rro'");
  }

  // The remedy adds rro, because ro alone leaves mounts below it, such as volumes, writable.
  private Optional<String> warning(String what, String source, String remedy) {
    if (!isAboveVolumes(source)) {
      return Optional.empty();
    }
    List<String> exposed =
        volumes.values().stream()
            .filter(Volume::readonly)
            .map(volume -> Quote.of(volume.name()))
            .toList();
    return exposed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Quote.of(what)
                + " is writable, and with it the read-only volume"
                + (exposed.size() == 1 ? " " : "s ")
                + String.join(", ", exposed)
                + ": bind less, or "
                + remedy);
  }

  private static boolean isAboveVolumes(String source) {
    String path = clean(source);
    return ("/" + Volume.FOLDER + "/").startsWith(path.endsWith("/") ? path : path + "/");
  }

  private Optional<String> problem(Mount mount) {
    return isBind(mount)
        ? problem(
            mount.source(), isReadonly(mount.options()), "give it the option 'ro' and not 'rw'")
        : Optional.empty();
  }

  // As runc and the guest decide: with these options the kernel ignores the type. A remount, which
  // has only a destination, is not a bind.
  private static boolean isBind(Mount mount) {
    return mount.type().equals("bind")
        || (!mount.source().isEmpty()
            && (mount.options().contains("bind") || mount.options().contains("rbind")));
  }

  private Optional<String> problem(String source, boolean readonly, String remedy) {
    Volume volume = volumes.get(nameIn(source));
    if (volume == null) {
      return source.startsWith("/")
          ? Optional.empty()
          : Optional.of(
              Quote.of(source)
                  + " is neither an absolute path nor a volume"
                  + Nearest.to(source, volumes.keySet())
                      .map(name -> " — did you mean '" + name + "'?")
                      .orElse(""));
    }
    return volume.readonly() && !readonly
        ? Optional.of("the volume " + Quote.of(volume.name()) + " is read-only: " + remedy)
        : Optional.empty();
  }

  private static boolean isReadonly(String[] bind) {
    return bind.length == 3 && isReadonly(List.of(bind[2].split(",", -1)));
  }

  // If both are given, the last counts.
  private static boolean isReadonly(List<String> options) {
    return options.contains("ro") && !options.contains("rw");
  }

  // Returns a volume's name, or the name in a path that leads into a volume.
  private static String nameIn(String source) {
    String folder = "/" + Volume.FOLDER + "/";
    String path = clean(source);
    if (!path.startsWith(folder)) {
      return source;
    }
    String rest = path.substring(folder.length());
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }

  private static String clean(String path) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      switch (name) {
        case "", "." -> {}
        case ".." -> names.pollLast();
        default -> names.add(name);
      }
    }
    return (path.startsWith("/") ? "/" : "") + String.join("/", names);
  }

  /** Returns the bind with a path in place of a volume's name. */
  public String resolve(String bind) {
    int colon = bind.indexOf(':');
    Volume volume = colon < 0 ? null : volumes.get(bind.substring(0, colon));
    return volume == null ? bind : volume.mergedPath() + bind.substring(colon);
  }

  /** Returns the mount with a path in place of a volume's name. */
  public Mount resolve(Mount mount) {
    Volume volume = isBind(mount) ? volumes.get(mount.source()) : null;
    return volume == null
        ? mount
        : new Mount(
            mount.destination(),
            mount.type(),
            volume.mergedPath(),
            mount.options(),
            mount.uidMappings(),
            mount.gidMappings());
  }
}
