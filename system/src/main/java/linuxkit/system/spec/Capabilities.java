package linuxkit.system.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import linuxkit.base.Nearest;
import linuxkit.json.JsonObject;
import linuxkit.yaml.Quote;
import linuxkit.yaml.container.ContainerConfig;
import linuxkit.yaml.container.ContainerKeys;

/** The capabilities of a process (capabilities(7); OCI runtime specification, "Linux Process"). */
final class Capabilities {
  /** All capabilities in the kernel's order, from bit 0. */
  static final List<String> ALL =
      Stream.of(
              ("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP"
                      + " LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK"
                      + " IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN"
                      + " SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE"
                      + " AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM"
                      + " BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE")
                  .split(" ", -1))
          .map(name -> "CAP_" + name)
          .toList();

  private Capabilities() {}

  static JsonObject json(List<String> asked, List<String> askedAmbient, ProblemReporter problems) {
    List<String> effective = expand(asked, "capabilities", problems);
    List<String> ambient = expand(askedAmbient, "ambient", problems);
    Set<String> union = new TreeSet<>(effective);
    union.addAll(ambient);
    JsonObject.Builder json = JsonObject.builder();
    if (!union.isEmpty()) {
      json.put("bounding", union);
      if (!effective.isEmpty()) {
        json.put("effective", effective);
      }
      json.put("inheritable", union).put("permitted", union);
      if (!ambient.isEmpty()) {
        json.put("ambient", ambient);
      }
    }
    return json.build();
  }

  /** Returns whether a container has a capability. */
  static boolean has(ContainerConfig config, String capability) {
    return has(config.list(ContainerKeys.CAPABILITIES), capability)
        || has(config.list(ContainerKeys.AMBIENT), capability);
  }

  private static boolean has(List<String> names, String capability) {
    return names.stream().anyMatch(name -> name.equals(capability) || name.equalsIgnoreCase("all"));
  }

  private static List<String> expand(List<String> names, String key, ProblemReporter problems) {
    if (names.size() == 1 && names.getFirst().equalsIgnoreCase("none")) {
      return List.of();
    }
    boolean all = false;
    List<String> known = new ArrayList<>();
    for (String name : names) {
      if (name.equalsIgnoreCase("all")) {
        all = true;
      } else if (ALL.contains(name)) {
        known.add(name);
      } else {
        problems.report(key, name, unknown(name));
      }
    }
    return all ? ALL : known;
  }

  private static String unknown(String name) {
    if (name.equalsIgnoreCase("none")) {
      return "'none' cannot be combined with other capabilities";
    }
    Optional<String> nearest = Nearest.to(name, ALL);
    return "unknown capability "
        + Quote.of(name)
        + nearest.map(near -> " — did you mean '" + near + "'?").orElse("");
  }
}
