package linuxkit.disk.ova;

import linuxkit.disk.DiskFailure;

/**
 * The virtual hardware that an appliance describes besides its disk. Users can change it on import.
 *
 * @param name for people; not blank, without control characters
 * @param cpus at least 1
 * @param memory in MiB, at least 1
 */
public record Machine(String name, int cpus, int memory, Firmware firmware) {
  /** The firmware. In VirtualBox, UEFI must be enabled after the import. */
  public enum Firmware {
    BIOS,
    UEFI
  }

  /**
   * @throws DiskFailure if the name cannot be written in XML
   */
  public Machine {
    if (cpus < 1 || memory < 1) {
      throw new IllegalArgumentException(cpus + " CPUs and " + memory + " MiB");
    }
    if (name.isBlank() || name.codePoints().anyMatch(c -> !inXml(c))) {
      throw new DiskFailure(
          "\"" + name + "\" is not a valid name for a virtual machine", "choose another name");
    }
  }

  /** Returns whether XML allows a character (XML 1.0, section 2.2). Line breaks are not allowed. */
  private static boolean inXml(int c) {
    return c >= 0x20
        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        && c != 0xfffe
        && c != 0xffff;
  }
}
