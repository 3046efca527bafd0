package linuxkit.disk.ova;

import linuxkit.disk.DiskFailure;

/**
 * The virtual hardware that an appliance describes. Users can change it on import.
 *
 * @param name for people; not blank, without control characters
 * @param cpus at least 1
 * @param memory in MiB, at least 1
 */
public record Machine(String name, int cpus, int memory, Firmware firmware, Devices devices) {
  /** The firmware. In VirtualBox, UEFI must be enabled after the import. */
  public enum Firmware {
    BIOS,
    UEFI
  }

  /** The controller of the disk and the network card, each as the importing program names it. */
  public enum Devices {
    /** VMware's own, which current kernels for clouds have drivers for. */
    VSPHERE(6, "VirtualSCSI", "VmxNet3"),
    /** Those of VirtualBox, which does not have all of VMware's. */
    VIRTUALBOX(20, "AHCI", "virtio");

    private final int controllerType;
    private final String controller;
    private final String network;

    /**
     * @param controllerType as in CIM_ResourceAllocationSettingData: 6 for SCSI, 20 for others
     */
    Devices(int controllerType, String controller, String network) {
      this.controllerType = controllerType;
      this.controller = controller;
      this.network = network;
    }

    int controllerType() {
      return controllerType;
    }

    String controller() {
      return controller;
    }

    String network() {
      return network;
    }
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
