package linuxkit.boot;

import java.util.ArrayList;
import java.util.List;
import linuxkit.boot.root.BuiltIn;
import linuxkit.disk.ova.Machine;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.modules.ModuleSelection;

/**
 * Checks that a system has drivers for the devices of the machines that a format is made for: those
 * that its descriptor declares, or that every machine of a cloud has.
 */
final class DeclaredDevices {
  /**
   * A driver.
   *
   * @param module its name as a module
   * @param option of the kernel, without {@code CONFIG_}
   */
  private record Driver(String module, String option) {}

  /** A device, and the drivers of which one is enough. */
  private record Device(String name, List<Driver> drivers) {
    Device(String name, Driver... drivers) {
      this(name, List.of(drivers));
    }
  }

  private static final Driver NVME = new Driver("nvme", "BLK_DEV_NVME");
  private static final List<Device> VSPHERE =
      List.of(
          new Device("a pvscsi disk controller", new Driver("vmw_pvscsi", "VMWARE_PVSCSI")),
          new Device("a vmxnet3 network card", new Driver("vmxnet3", "VMXNET3")));
  private static final List<Device> VIRTUALBOX =
      List.of(
          new Device("an AHCI disk controller", new Driver("ahci", "SATA_AHCI")),
          new Device("a virtio network card", new Driver("virtio_net", "VIRTIO_NET")));
  private static final List<Device> AWS =
      List.of(
          new Device("NVMe disks", NVME),
          new Device("an ENA network card", new Driver("ena", "ENA_ETHERNET")));
  private static final List<Device> GOOGLE =
      List.of(
          new Device("virtio-scsi or NVMe disks", new Driver("virtio_scsi", "SCSI_VIRTIO"), NVME),
          new Device(
              "a virtio or gVNIC network card",
              new Driver("virtio_net", "VIRTIO_NET"),
              new Driver("gve", "GVE")));
  private static final List<Device> HYPER_V =
      List.of(
          new Device("Hyper-V disks", new Driver("hv_storvsc", "HYPERV_STORAGE")),
          new Device("a Hyper-V network card", new Driver("hv_netvsc", "HYPERV_NET")));

  private final SystemTree system;
  private final List<BuiltIn> kernels;

  DeclaredDevices(SystemTree system) {
    this.system = system;
    this.kernels = ModuleSelection.versions(system.files()).stream().map(BuiltIn::of).toList();
  }

  /** Returns a message for each device of a format that the system has no driver for. */
  List<String> missing(Format format, DiskOptions options) {
    List<String> messages = new ArrayList<>();
    if (isKnown()) {
      for (Device device : devices(format, options)) {
        if (device.drivers.stream().noneMatch(this::has)) {
          String module = device.drivers.getFirst().module();
          messages.add(
              "the system has no driver for "
                  + device.name
                  + " of "
                  + format.label()
                  + " machines: add "
                  + module
                  + " to kernel.modules, or use another kernel");
        }
      }
    }
    return messages;
  }

  private static List<Device> devices(Format format, DiskOptions options) {
    return switch (format.label()) {
      case "ova" -> options.ova() == Machine.Devices.VSPHERE ? VSPHERE : VIRTUALBOX;
      case "aws" -> AWS;
      case "gcp" -> GOOGLE;
      case "vhd", "dynamic-vhd", "vhdx" -> HYPER_V;
      default -> List.of();
    };
  }

  private boolean isKnown() {
    return system.kernelConfig().isPresent() || kernels.stream().anyMatch(BuiltIn::isKnown);
  }

  private boolean has(Driver driver) {
    return system.kernelConfig().filter(config -> config.isBuiltIn(driver.option)).isPresent()
        || kernels.stream().anyMatch(k -> k.has(driver.module) || k.isModule(driver.module));
  }
}
