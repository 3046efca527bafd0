package linuxkit.system.assembly;

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
  private final UsedPaths used;
  private final boolean scripted;

  private MountChecks(FileTree files, List<Placed> containers) {
    this.files = files;
    this.used = new UsedPaths(files, containers);
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
          && !used.isCreated(path)
          && !used.isBelowShared(path, container);
    }
    if (RootPath.node(files, "", path).isPresent() || used.isCreated(path)) {
      return false;
    }
    String above = RootPath.parent(path);
    while (RootPath.node(files, "", above).isEmpty()) {
      above = RootPath.parent(above);
    }
    // The root is read-only: only what is mounted can have the file.
    return isIn(FIXED, above) || !used.isShared(above, container);
  }

  private static boolean isIn(Set<String> folders, String path) {
    int slash = path.indexOf('/');
    return folders.contains(slash < 0 ? path : path.substring(0, slash));
  }

  static RuntimeConfig runtime(Placed container) {
    return container.config().get(ContainerKeys.RUNTIME).orElse(RuntimeConfig.NONE);
  }

  static List<Mount> systemMounts(Placed container) {
    return runtime(container).mounts().orElse(List.of());
  }

  static String source(String bind) {
    int colon = bind.indexOf(':');
    return colon < 0 ? bind : bind.substring(0, colon);
  }

  static boolean isBind(Mount mount) {
    return Rights.isBind(mount.type(), mount.options());
  }
}
