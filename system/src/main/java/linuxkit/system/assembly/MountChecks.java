package linuxkit.system.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.system.manifest.ConfigPositions;
import linuxkit.system.spec.MountPoints;
import linuxkit.system.spec.Rights;
import linuxkit.system.tree.RootPath;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Mount;
import linuxkit.yaml.container.RuntimeConfig;

/**
 * Warns of mounts that keep a container from starting: on mount points that a read-only root lacks,
 * and of files that the running system does not have. In doubt, it does not warn: any container
 * that can write or mount above a path may create it.
 */
final class MountChecks {
  /** A container in the system, with the folder of its root's files. */
  record Placed(ContainerConfig config, ConfigPositions places, String root) {}

  // In memory at run time, whatever the tree has there.
  private static final Set<String> IN_MEMORY = Set.of("tmp", "var");
  // In memory as well, and filled by programs of which nothing is known here.
  private static final Set<String> UNKNOWN = Set.of("dev", "proc", "run", "sys");
  // By the guest.
  private static final Set<String> CREATED =
      Set.of(
          "tmp",
          "var",
          "var/cache",
          "var/empty",
          "var/lib",
          "var/local",
          "var/lock",
          "var/opt",
          "var/spool",
          "var/tmp");
  private static final List<String> FILLED = List.of("var/lib/containerd", "var/log", "var/run");
  // Nothing is mounted over these.
  private static final Set<String> FIXED =
      Set.of("", "bin", "boot", "etc", "lib", "lib64", "root", "sbin", "usr");
  private static final String CONTAINERS = "containers";
  private static final String SCRIPTS = "etc/init.d";
  private static final String KNOWN_SCRIPT = "000-issue";

  private final FileTree files;
  private final List<Placed> containers;
  private final boolean scripted;

  private MountChecks(FileTree files, List<Placed> containers) {
    this.files = files;
    this.containers = containers;
    this.scripted = hasScripts(files);
  }

  /**
   * Checks all containers.
   *
   * @param files of the whole system
   */
  static void check(FileTree files, List<Placed> containers) {
    MountChecks checks = new MountChecks(files, containers);
    for (Placed container : containers) {
      MountPoints.check(container.config(), files, container.root(), container.places()::warn);
      checks.sources(container);
    }
  }

  /** Returns whether the system runs scripts at boot, which may create anything. */
  private static boolean hasScripts(FileTree files) {
    return files.find(SCRIPTS).stream()
        .flatMap(folder -> folder.children().stream())
        .anyMatch(
            entry ->
                entry.node() instanceof Node.RegularFile && !entry.name().equals(KNOWN_SCRIPT));
  }

  private void sources(Placed container) {
    for (String bind : container.config().list(ContainerKeys.BINDS)) {
      check(container, ContainerKeys.BINDS.name(), bind, source(bind));
    }
    for (Mount mount : container.config().list(ContainerKeys.MOUNTS)) {
      if (isBind(mount)) {
        check(container, ContainerKeys.MOUNTS.name(), mount.source(), mount.source());
      }
    }
    for (Mount mount : systemMounts(container)) {
      if (isBind(mount)) {
        check(container, ContainerKeys.RUNTIME.name(), mount.source(), mount.source());
      }
    }
  }

  private void check(Placed container, String key, String value, String source) {
    if (source.startsWith("/")) {
      String path = RootPath.resolve(files, "", source);
      if (isMissing(path, container)) {
        String remedy =
            isIn(IN_MEMORY, path)
                ? "create it with 'runtime.mkdir', or in a container before this one"
                : "add it with 'files', or bind something else";
        container
            .places()
            .warn(
                key,
                value,
                Quote.of(value)
                    + ": the system has no /"
                    + path
                    + ", without which the container cannot start: "
                    + remedy);
      }
    }
  }

  private boolean isMissing(String path, Placed container) {
    if (scripted || isIn(UNKNOWN, path) || isIn(Set.of(CONTAINERS), path)) {
      return false;
    }
    if (isIn(IN_MEMORY, path)) {
      return !CREATED.contains(path)
          && FILLED.stream().noneMatch(folder -> RootPath.isWithin(path, folder))
          && !isCreated(path)
          && !mayCreate(container, path);
    }
    if (RootPath.node(files, "", path).isPresent() || isCreated(path)) {
      return false;
    }
    String above = RootPath.parent(path);
    while (RootPath.node(files, "", above).isEmpty()) {
      above = RootPath.parent(above);
    }
    // The root is read-only: only what is mounted can have the file.
    return isIn(FIXED, above) || !mayMount(container, above);
  }

  private static boolean isIn(Set<String> folders, String path) {
    int slash = path.indexOf('/');
    return folders.contains(slash < 0 ? path : path.substring(0, slash));
  }

  /** Returns whether the guest creates a file for any container, or mounts something there. */
  private boolean isCreated(String path) {
    for (Placed container : containers) {
      for (String folder : runtime(container).mkdir().orElse(List.of())) {
        if (RootPath.isWithin(RootPath.resolve(files, "", folder), path)) {
          return true;
        }
      }
      for (Mount mount : systemMounts(container)) {
        String target = RootPath.resolve(files, "", mount.destination());
        if (RootPath.isWithin(path, target) || RootPath.isWithin(target, path)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns whether another container may create a file in a folder that it has. */
  private boolean mayCreate(Placed container, String path) {
    return others(container).stream()
        .anyMatch(folder -> !folder.equals(path) && RootPath.isWithin(path, folder));
  }

  /** Returns whether another container may mount something on a folder. */
  private boolean mayMount(Placed container, String folder) {
    return others(container).stream().anyMatch(shared -> RootPath.isWithin(folder, shared));
  }

  /** Returns the files that other containers have of the system. */
  private List<String> others(Placed container) {
    List<String> shared = new ArrayList<>();
    for (Placed other : containers) {
      if (!folder(other).equals(folder(container))) {
        other
            .config()
            .list(ContainerKeys.BINDS)
            .forEach(bind -> shared.add(RootPath.resolve(files, "", source(bind))));
        for (Mount mount : other.config().list(ContainerKeys.MOUNTS)) {
          if (isBind(mount)) {
            shared.add(RootPath.resolve(files, "", mount.source()));
          }
        }
      }
    }
    return shared;
  }

  /** Returns what tells a container from all others. */
  private static String folder(Placed container) {
    return container.places().entry().folder();
  }

  private static RuntimeConfig runtime(Placed container) {
    return container.config().get(ContainerKeys.RUNTIME).orElse(RuntimeConfig.NONE);
  }

  private static List<Mount> systemMounts(Placed container) {
    return runtime(container).mounts().orElse(List.of());
  }

  private static String source(String bind) {
    int colon = bind.indexOf(':');
    return colon < 0 ? bind : bind.substring(0, colon);
  }

  private static boolean isBind(Mount mount) {
    return Rights.isBind(mount.type(), mount.options());
  }
}
