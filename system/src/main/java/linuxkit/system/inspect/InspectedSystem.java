package linuxkit.system.inspect;

import linuxkit.filesystem.FileTree;
import linuxkit.system.assembly.SystemTree;

/**
 * A system to look into, put together just now or read from what was built.
 *
 * @param cmdline the kernel command line; empty when there is none
 * @param detailed whether the files have origins and extended attributes, and {@code boot} is among
 *     them; an initrd keeps nothing of that
 */
public record InspectedSystem(FileTree files, String cmdline, boolean detailed) {
  public static InspectedSystem of(SystemTree system) {
    return new InspectedSystem(system.files(), system.cmdline(), true);
  }
}
