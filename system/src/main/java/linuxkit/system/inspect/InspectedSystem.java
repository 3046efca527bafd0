package linuxkit.system.inspect;

import java.util.Map;
import java.util.Set;
import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.SystemTree;

/**
 * A system to inspect, either just assembled or read from a built one.
 *
 * @param cmdline the kernel command line; empty if there is none
 * @param detailed whether the files have origins and extended attributes, and {@code boot} is among
 *     them; an initrd keeps none of these
 * @param labelRights as in {@link SystemTree}
 */
public record InspectedSystem(
    FileTree files, String cmdline, boolean detailed, Map<String, Set<String>> labelRights) {
  /** Creates a system of which it is not known which rights come from labels of images. */
  public InspectedSystem(FileTree files, String cmdline, boolean detailed) {
    this(files, cmdline, detailed, Map.of());
  }

  public static InspectedSystem of(SystemTree system) {
    return new InspectedSystem(system.files(), system.cmdline(), true, system.labelRights());
  }
}
