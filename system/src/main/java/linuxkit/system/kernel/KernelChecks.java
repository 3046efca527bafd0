package linuxkit.system.kernel;

import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.system.SystemFailure;
import linuxkit.yaml.Position;

/**
 * Checks that a kernel has what a system's containers need, as far as its configuration is known.
 */
public final class KernelChecks {
  private static final List<String> FOR_CONTAINERS =
      List.of(
          "PROC_FS",
          "SYSFS",
          "TMPFS",
          "DEVTMPFS",
          "UNIX",
          "CGROUPS",
          "NAMESPACES",
          "PID_NS",
          "NET_NS",
          "IPC_NS",
          "UTS_NS");

  private final KernelConfig config;
  private final Position position;
  private final String source;

  /**
   * @param position the position at which the manifest names the kernel's image
   * @param source the image and layer that it comes from
   */
  public KernelChecks(KernelConfig config, Position position, String source) {
    this.config = config;
    this.position = position;
    this.source = source;
  }

  /**
   * Checks the kernel.
   *
   * @param files the whole system, with its modules
   * @param writable whether a container has a writable root file system
   * @throws SystemFailure if the kernel could not start the containers
   */
  public void check(FileTree files, boolean writable) {
    List<String> missing =
        FOR_CONTAINERS.stream().filter(option -> !config.isBuiltIn(option)).toList();
    if (!missing.isEmpty()) {
      throw failure(
          "the kernel cannot run containers: it was built without CONFIG_"
              + String.join(", CONFIG_", missing),
          "use a kernel that has them built in");
    }
    if (!writable || config.isBuiltIn("OVERLAY_FS")) {
      return;
    }
    if (!config.isModule("OVERLAY_FS")) {
      throw failure(
          "the kernel was built without CONFIG_OVERLAY_FS, which containers with a writable root"
              + " file system need",
          "use a kernel that has it, or give every container readonly: true");
    }
    if (!hasModule(files, "overlay")) {
      throw failure(
          "the kernel has overlayfs as a module, which containers with a writable root file system"
              + " need and the system lacks",
          "add overlay to the kernel's modules, or give every container readonly: true");
    }
  }

  private static boolean hasModule(FileTree files, String name) {
    boolean[] found = new boolean[1];
    files
        .find("lib/modules")
        .ifPresent(
            folder ->
                folder.walk(
                    entry ->
                        found[0] |=
                            entry.name().equals(name + ".ko")
                                || entry.name().startsWith(name + ".ko.")));
    return found[0];
  }

  private SystemFailure failure(String what, String hint) {
    return new SystemFailure(what, position + ", " + source, hint);
  }
}
