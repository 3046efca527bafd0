package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds a system for 64-bit RISC-V in all of its formats and boots it, if QEMU is installed. */
@Tag("guest")
class GuestRiscv64Test {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String FORMATS =
      "tar,docker,kernel+initrd,tar-kernel-initrd,kernel+squashfs,kernel+erofs,iso,iso-efi,"
          + "iso-efi-initrd,uki,raw,raw-efi,qcow2-efi,aws,gcp,vhd,vhdx,vmdk,ova";
  private static final List<String> FIRMWARE =
      List.of(
          "/usr/share/qemu-efi-riscv64/RISCV_VIRT_CODE.fd",
          "/usr/share/qemu/edk2-riscv-code.fd",
          "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin");

  @TempDir static Path work;
  private static Linuxkit linuxkit;

  @BeforeAll
  static void build() throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-system-riscv64")),
        "qemu-system-riscv64 is not installed");
    Path manifest = work.resolve("riscv64.yml");
    try (var template = GuestRiscv64Test.class.getResourceAsStream("/guest-riscv64.yml")) {
      Files.writeString(
          manifest,
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    }
    // Not every mirror has security updates for this architecture.
    Path settings = Files.createDirectories(work.resolve(".moby/linuxkit"));
    Files.writeString(settings.resolve("config.yml"), "debian:\n  without: [security]\n");
    linuxkit = Linuxkit.withComponents().withEnvironment(Map.of("HOME", work.toString()));
    build(manifest, "riscv64", FORMATS);
    // These have artefacts of the same name as others.
    build(manifest, "other", "kernel+iso,dynamic-vhd");
  }

  private static void build(Path manifest, String name, String formats) {
    linuxkit
        .run(
            "build",
            "--arch",
            "riscv64",
            "--name",
            name,
            "--format",
            formats,
            "--dir",
            work.toString(),
            manifest.toString())
        .succeeds();
  }

  @Test
  void bootsKernelAndInitrd() throws Exception {
    assertThat(console("kernel", "--kernel", work.resolve("riscv64").toString()))
        .contains("riscv64 onboot PASSED", "riscv64 service PASSED", "Power down")
        .doesNotContain("riscv64 under UEFI");
  }

  @Test
  void bootsADiskThroughUefi() throws Exception {
    assumeTrue(FIRMWARE.stream().map(Path::of).anyMatch(Files::exists), "no firmware is installed");
    assertThat(console("disk", work.resolve("riscv64-efi.qcow2").toString()))
        .contains("riscv64 onboot PASSED", "riscv64 under UEFI")
        .contains("riscv64 service PASSED", "Power down");
  }

  private static String console(String name, String... arguments) throws Exception {
    Path state = work.resolve(name);
    Stream<String> line =
        Stream.concat(
            Stream.of("run", "--arch", "riscv64", "--accel", "tcg", "--detached"),
            Stream.concat(
                Stream.of("--networking", "none", "--state", state.toString()),
                Stream.of(arguments)));
    linuxkit.run(line.toArray(String[]::new)).succeeds();
    try {
      Path console = state.resolve("console.log");
      Instant end = Instant.now().plus(PATIENCE);
      while (!Files.readString(console).contains("Power down") && Instant.now().isBefore(end)) {
        Thread.sleep(250);
      }
      return Files.readString(console);
    } finally {
      linuxkit.run("run", "stop", state.toString());
    }
  }
}
