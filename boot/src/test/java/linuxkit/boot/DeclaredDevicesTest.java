package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import linuxkit.disk.ova.Machine;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.kernel.KernelConfig;
import org.junit.jupiter.api.Test;

class DeclaredDevicesTest {
  private static final DiskOptions VIRTUALBOX =
      new DiskOptions(
          OptionalLong.empty(),
          RawCompression.NONE,
          Qcow2.Compression.NONE,
          DiskOptions.VmdkKind.STREAM_OPTIMIZED,
          Machine.Devices.VIRTUALBOX);

  private static SystemTree system(String config, String... modules) {
    SystemTree full = Systems.full();
    if (modules.length > 0) {
      for (String folder : List.of("lib", "lib/modules", "lib/modules/6.12")) {
        Systems.folder(full.files(), folder);
      }
    }
    for (String module : modules) {
      Systems.put(full.files(), "lib/modules/6.12/" + module, Systems.file(0644, Systems.text("")));
    }
    return new SystemTree(
        full.files(),
        full.kernel(),
        full.microcode(),
        full.cmdline(),
        full.cmdlinePosition(),
        full.modified(),
        config.isEmpty() ? Optional.empty() : Optional.of(KernelConfig.parse(config)));
  }

  private static List<String> missing(String format, SystemTree system) {
    return new DeclaredDevices(system).missing(Formats.named(format), DiskOptions.DEFAULT);
  }

  @Test
  void namesEachDeviceWithoutADriver() {
    SystemTree system = system("CONFIG_VMXNET3=y\nCONFIG_VMWARE_PVSCSI=m");
    assertThat(missing("ova", system))
        .containsExactly(
            "the system has no driver for a pvscsi disk controller of ova machines: add vmw_pvscsi"
                + " to kernel.modules, or use another kernel");
    assertThat(new DeclaredDevices(system).missing(Formats.named("ova"), VIRTUALBOX)).hasSize(2);
    assertThat(missing("vhdx", system)).hasSize(2);
    assertThat(missing("aws", system)).hasSize(2);
    assertThat(missing("raw", system)).isEmpty();
  }

  @Test
  void findsDriversAmongTheModules() {
    assertThat(missing("ova", system("CONFIG_X=y", "vmxnet3.ko.xz", "vmw_pvscsi.ko"))).isEmpty();
    assertThat(missing("vhd", system("CONFIG_X=y", "hv_netvsc.ko", "hv_storvsc.ko"))).isEmpty();
    assertThat(missing("gcp", system("CONFIG_BLK_DEV_NVME=y", "gve.ko"))).isEmpty();
  }

  @Test
  void doesNotGuessWhatAnUnknownKernelHas() {
    assertThat(missing("ova", system(""))).isEmpty();
  }
}
