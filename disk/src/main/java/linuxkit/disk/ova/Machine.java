package linuxkit.disk.ova;

import linuxkit.disk.DiskFailure;

/**
 * What a virtual machine is like beside its disk, before whoever imports it changes that.
 *
 * @param name for people; not empty, and without control characters
 * @param cpus at least 1
 * @param memory in MiB, at least 1
 */
public record Machine(String name, int cpus, int memory, Firmware firmware) {
  /** What starts the disk. VirtualBox has to be told after the import that it is UEFI. */
  public enum Firmware {
    BIOS,
    UEFI
  }

  /**
   * @throws DiskFailure when the name cannot be written in XML
   */
  public Machine {
    if (cpus < 1 || memory < 1) {
      throw new IllegalArgumentException(cpus + " CPUs and " + memory + " MiB");
    }
    if (name.isBlank() || name.codePoints().anyMatch(c -> !inXml(c))) {
      throw new DiskFailure(
          "a virtual machine cannot be called \"" + name + "\"", "choose another name");
    }
  }

  /** Extensible Markup Language 1.0, section 2.2, without the characters that end lines. */
  private static boolean inXml(int c) {
    return c >= 0x20
        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        && c != 0xfffe
        && c != 0xffff;
  }
}
