package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One boot of a system whose root stays a compressed image in memory, with a boot chart. */
@Tag("guest")
class GuestSizeTest {
  private static final String MANIFEST =
      """
      kernel: {image: "@pkg:COMPONENTS/kernel", cmdline: "console=ttyS0"}
      init: ["@pkg:COMPONENTS/init", "@pkg:COMPONENTS/crun", "@pkg:COMPONENTS/containerd"]
      onboot:
        - name: disk
          image: "@pkg:COMPONENTS/getty"
          command: [/bin/sh, -c, "mkdir -p /var/lib/containerd && mount -t tmpfs new /var/lib/containerd && echo ONBOOT-PASSED"]
          binds: ["/var:/var:rshared,rbind"]
          capabilities: [all]
          rootfsPropagation: shared
          devices: [{path: all, type: a}]
      services:
        - name: probe
          image: "@pkg:COMPONENTS/getty"
          command: [/bin/sh, -c, "exec >/dev/console 2>&1; nsenter -t 1 -m grep ' / ' /proc/1/mounts; nsenter -t 1 -m touch /x; echo CTR $(ls /hostroot/usr/bin/ctr); echo SERVICE-PASSED; kill -USR2 1; sleep 1000"]
          binds: ["/dev:/dev", "/usr/bin:/hostroot/usr/bin"]
          capabilities: [all]
          devices: [{path: all, type: a}]
          pid: host
          net: host
      """;

  @TempDir Path work;

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void runsServicesFromACompressedRootThatIsReadOnly() throws Exception {
    Path manifest = work.resolve("small.yml");
    Files.writeString(
        manifest,
        MANIFEST.replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()),
        UTF_8);
    Linuxkit linuxkit = Linuxkit.withComponents();
    linuxkit
        .run(
            "build",
            "--arch",
            "amd64",
            "--initrd-compression",
            "erofs",
            "--dir",
            work.toString(),
            manifest.toString())
        .succeeds();
    Path chart = work.resolve("chart.svg");
    String console =
        linuxkit
            .run(
                "run",
                "qemu",
                "--arch",
                "x86_64",
                "--accel",
                "tcg",
                "--networking",
                "none",
                "--state",
                work.resolve("state").toString(),
                "--boot-chart",
                chart.toString(),
                work.resolve("small").toString())
            .succeeds()
            .out();
    assertThat(console)
        .contains("ONBOOT-PASSED")
        // containerd was started early, and again with the folder that onboot mounted
        .contains("another file system is at /var/lib/containerd now")
        .contains(" / erofs ro")
        .contains("touch: /x: Read-only file system")
        .contains("ls: /hostroot/usr/bin/ctr: No such file")
        .contains("SERVICE-PASSED");
    assertThat(Files.readString(chart))
        .contains("kernel kernel", "onboot 000-disk", "containerd containerd", "service probe");
  }
}
