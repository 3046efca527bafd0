package linuxkit.system.assembly;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.MountChecks.Placed;
import linuxkit.system.tree.RootPath;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Mount;

/** The uses that containers make of a system's paths, collected once for all checks. */
final class UsedPaths {
  private static final String SEVERAL = "";

  private final FileTree files;
  // What the guest creates or mounts, with everything above it.
  private final Set<String> made = new HashSet<>();
  private final Set<String> mounted = new HashSet<>();
  // Files of the system that a container has, with the container's folder.
  private final Map<String, String> shared = new HashMap<>();

  UsedPaths(FileTree files, List<Placed> containers) {
    this.files = files;
    for (Placed container : containers) {
      MountChecks.runtime(container).mkdir().orElse(List.of()).forEach(this::make);
      for (Mount mount : MountChecks.systemMounts(container)) {
        make(mount.destination());
        mounted.add(RootPath.resolve(files, "", mount.destination()));
      }
      for (String bind : container.config().list(ContainerKeys.BINDS)) {
        share(MountChecks.source(bind), container);
      }
      for (Mount mount : container.config().list(ContainerKeys.MOUNTS)) {
        if (MountChecks.isBind(mount)) {
          share(mount.source(), container);
        }
      }
    }
  }

  private void make(String path) {
    String at = RootPath.resolve(files, "", path);
    while (made.add(at) && !at.isEmpty()) {
      at = RootPath.parent(at);
    }
  }

  private void share(String path, Placed container) {
    String folder = folder(container);
    shared.merge(
        RootPath.resolve(files, "", path),
        folder,
        (one, other) -> one.equals(other) ? one : SEVERAL);
  }

  // What tells a container from all others.
  private static String folder(Placed container) {
    return container.places().entry().folder();
  }

  /** Returns whether the guest creates a file for any container, or mounts something there. */
  boolean isCreated(String path) {
    if (made.contains(path)) {
      return true;
    }
    for (String at = path; !mounted.contains(at); at = RootPath.parent(at)) {
      if (at.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether another container has a path, or a folder above it. */
  boolean isShared(String path, Placed container) {
    for (String at = path; !isOfOther(at, container); at = RootPath.parent(at)) {
      if (at.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private boolean isOfOther(String path, Placed container) {
    String owner = shared.get(path);
    return owner != null && !owner.equals(folder(container));
  }

  /** Returns whether another container has a folder above a path. */
  boolean isBelowShared(String path, Placed container) {
    return !path.isEmpty() && isShared(RootPath.parent(path), container);
  }
}
