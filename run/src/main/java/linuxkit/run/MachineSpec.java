package linuxkit.run;

import java.util.List;
import java.util.Optional;

/**
 * A machine, independent of the hypervisor that runs it.
 *
 * @param processors at least 1
 * @param memory in MiB, at least 1
 * @param disks in addition to the disk that it boots from
 * @param ports forwarded to the guest; only with {@link Network.User}
 * @param data what the guest finds in {@code /config} on its metadata CD-ROM
 * @param uefi boots through UEFI firmware, even if the boot source does not require it
 */
public record MachineSpec(
    Architecture architecture,
    int processors,
    int memory,
    List<DiskSpec> disks,
    Network network,
    List<PortMapping> ports,
    Optional<GuestData> data,
    boolean uefi) {

  public MachineSpec {
    disks = List.copyOf(disks);
    ports = List.copyOf(ports);
    if (processors < 1 || memory < 1) {
      throw new OptionFailure(
          "a machine cannot have " + processors + " processors and " + memory + " MiB of memory",
          "give it at least one processor and 1 MiB");
    }
    if (!ports.isEmpty() && !(network instanceof Network.User)) {
      throw new OptionFailure(
          "ports can only be published with user networking", "remove --publish or --networking");
    }
  }
}
