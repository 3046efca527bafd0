package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;
import linuxkit.yaml.container.Mount;

/**
 * The paths of the kernel's file systems that a container may not read or write unless it says
 * otherwise. A container with CAP_SYS_ADMIN, which could undo any of it, is not confined.
 */
final class Confinement {
  private static final String ADMIN = "CAP_SYS_ADMIN";
  private static final String NET_ADMIN = "CAP_NET_ADMIN";
  private static final String SYS = "/sys";

  /** The system's /sys, for a container that cannot have a new one. */
  static final Mount SYSTEMS_SYS =
      new Mount(SYS, "bind", SYS, List.of("rbind", "rro", "nosuid", "noexec", "nodev"));

  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats");
  private static final List<String> MASKED_SYS =
      List.of("/sys/devices/virtual/powercap", "/sys/firmware");
  private static final List<String> READONLY =
      List.of(
          "/proc/bus",
          "/proc/dynamic_debug",
          "/proc/fs",
          "/proc/irq",
          "/proc/mtrr",
          "/proc/sysrq-trigger");

  // Everything that kernels have in /proc/sys beside net. Runtimes ignore paths that do not exist.
  private static final List<String> SYSCTLS =
      List.of(
          "abi", "bus", "crypto", "debug", "dev", "efi", "fs", "fscache", "kernel", "lnet",
          "loadpin", "lustre", "pm", "sunrpc", "user", "vm", "xen", "xpc");

  private Confinement() {}

  /** Returns whether the defaults apply to a container. */
  static boolean applies(ContainerConfig config) {
    return !Capabilities.has(config, ADMIN);
  }

  /** Returns the paths that a container cannot read. */
  static List<String> masked(ContainerConfig config) {
    return config.get(ContainerKeys.MASKED_PATHS).orElseGet(() -> defaultMasked(config));
  }

  private static List<String> defaultMasked(ContainerConfig config) {
    if (!applies(config)) {
      return List.of();
    }
    List<String> paths = new ArrayList<>(MASKED);
    if (!mountsSys(config)) {
      paths.addAll(MASKED_SYS);
    }
    return paths;
  }

  /** Returns the paths that a container cannot write. */
  static List<String> readonly(ContainerConfig config) {
    return config.get(ContainerKeys.READONLY_PATHS).orElseGet(() -> defaultReadonly(config));
  }

  private static List<String> defaultReadonly(ContainerConfig config) {
    if (!applies(config)) {
      return List.of();
    }
    List<String> paths = new ArrayList<>(READONLY);
    if (Capabilities.has(config, NET_ADMIN)) {
      SYSCTLS.forEach(name -> paths.add("/proc/sys/" + name));
    } else {
      paths.add("/proc/sys");
    }
    boolean mountedReadonly =
        config.isSet(ContainerKeys.READONLY)
            || config.list(ContainerKeys.MOUNTS).contains(SYSTEMS_SYS);
    if (!mountedReadonly && !mountsSys(config)) {
      paths.add(SYS);
    }
    return paths;
  }

  /** Returns whether the container has a /sys of its own choice, which stays as it is. */
  static boolean mountsSys(ContainerConfig config) {
    return config.list(ContainerKeys.BINDS).stream().anyMatch(bind -> isSys(bind.split(":", -1)))
        || config.list(ContainerKeys.MOUNTS).stream()
            .anyMatch(
                mount ->
                    (mount.destination().equals(SYS) && !mount.equals(SYSTEMS_SYS))
                        || (mount.destination().isEmpty()
                            && (mount.type().equals("sysfs") || mount.source().equals("sysfs"))));
  }

  private static boolean isSys(String[] bind) {
    return bind.length > 1 && bind[1].equals(SYS);
  }
}
