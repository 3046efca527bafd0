package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import linuxkit.oci.Platform;
import linuxkit.yaml.YamlFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HardeningAssemblyTest extends AssemblyFixture {
  private static final String WORDS =
      " panic=10 oops=panic randomize_kstack_offset=on slab_nomerge debugfs=off iommu.strict=1";
  private static final String ALL = WORDS + " vsyscall=none linuxkit.hardening=on";
  private static final String KERNEL = "kernel: {image: lk/kernel:1, cmdline: console=ttyS0}\n";

  @BeforeEach
  void addImages() {
    images.add("lk/kernel:1", f -> f.file("kernel", "k").file("kernel.tar", new byte[1024]));
    images.add(
        "our/init:1",
        Map.of("org.mobyproject.linuxkit.guest", "sha256:0"),
        f -> f.file("bin/rc.init", "1"));
  }

  private String cmdline(String manifest) {
    return assemble(manifest).cmdline();
  }

  @Test
  void hardensSystemsWithTheProjectsGuestOnly() throws IOException {
    SystemTree system = assemble(KERNEL + "init: [lk/init:1, our/init:1]");
    assertThat(system.cmdline()).isEqualTo("console=ttyS0" + ALL);
    assertThat(text(system, "boot/cmdline")).isEqualTo(system.cmdline());
    assertThat(cmdline(KERNEL + "init: [lk/init:1]")).isEqualTo("console=ttyS0");
    assertThat(cmdline(KERNEL)).isEqualTo("console=ttyS0");
    assertThat(cmdline("init: [our/init:1]")).isEmpty();
  }

  @Test
  void doesWhatTheManifestSays() {
    for (String off : new String[] {"off", "false", "'off'"}) {
      assertThat(cmdline(KERNEL + "init: [our/init:1]\nhardening: " + off))
          .isEqualTo("console=ttyS0");
    }
    assertThat(cmdline(KERNEL + "init: [lk/init:1]\nhardening: on"))
        .isEqualTo("console=ttyS0" + ALL);
    assertThat(cmdline("kernel: {image: lk/kernel:1}\nhardening: true")).isEqualTo(ALL.strip());
    assertThatThrownBy(() -> assemble(KERNEL + "hardening: strict"))
        .isInstanceOf(YamlFailure.class)
        .hasMessageContaining("hardening: expected on or off, but found");
  }

  @Test
  void keepsWhatTheCommandLineDecides() {
    assertThat(harden("panic=0 slab_merge oops=x vsyscall=emulate linuxkit.hardening=off"))
        .isEqualTo(
            "panic=0 slab_merge oops=x vsyscall=emulate linuxkit.hardening=off"
                + " randomize_kstack_offset=on debugfs=off iommu.strict=1");
    assertThat(harden("a  b ")).isEqualTo("a  b" + ALL);
    assertThat(harden("a b" + ALL)).isEqualTo("a b" + ALL);
    assertThat(harden("--help -- panic=5")).isEqualTo("--help" + ALL + " -- panic=5");
    assertThat(Hardening.cmdline("a", Platform.linux("arm64")))
        .isEqualTo("a" + WORDS + " linuxkit.hardening=on");
  }

  private static String harden(String cmdline) {
    return Hardening.cmdline(cmdline, Platform.linux("amd64"));
  }
}
