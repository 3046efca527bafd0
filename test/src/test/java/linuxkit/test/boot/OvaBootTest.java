package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that a machine with the devices that an OVA declares, and no others, starts its disk and
 * gets an address by DHCP, and that the kernel has a driver for each of them.
 */
class OvaBootTest {
  @TempDir Path work;

  @Test
  void startsWithDeclaredDevices() throws Exception {
    boots("vsphere");
  }

  @Test
  @Tag("guest")
  void startsWithDeclaredDevicesOfVirtualBox() throws Exception {
    boots("virtualbox");
  }

  private void boots(String profile) throws Exception {
    GuestRun.build(
        work,
        "ova.yml",
        UnaryOperator.identity(),
        "--no-sbom",
        "--format",
        "ova",
        "--ova-profile",
        profile);
    Programs.run(work, "tar", "-xf", "guest.ova");
    OvfMachine machine = new OvfMachine(work, "guest.ovf");
    try (Guest guest = Guest.bare(work.resolve("console"), machine.arguments())) {
      // The network forwards to the address that DHCP gives to the first client.
      assertThat(guest.page().lines())
          .as("classes of PCI devices with their drivers")
          .hasSize(machine.devices())
          .allMatch(line -> line.matches("0x0[12][0-9a-f]{4} [\\w-]+"));
    }
  }
}
