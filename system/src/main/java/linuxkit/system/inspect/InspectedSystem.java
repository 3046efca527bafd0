package linuxkit.system.inspect;

import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.SystemTree;

/**
 * A system to inspect, either just assembled or read from a built one.
 *
 * @param cmdline the kernel command line; empty if there is none
 * @param detailed whether the files have origins and extended attributes, and {@code boot} is among
 *     them; an initrd keeps none of these
 */
public record InspectedSystem(FileTree files, String cmdline, boolean detailed) {
  public static InspectedSystem of(SystemTree system) {
    return new InspectedSystem(system.files(), system.cmdline(), true);
  }
}
