package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.archive.CpioEntry;
import linuxkit.filesystem.archive.CpioReader;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots Debian's full kernel on a machine that has no device for virtual machines, only a network
 * card and disks as real machines have them; dm-verity and dm-crypt; and kernel-lean.
 */
@Tag("guest")
class GuestKernelsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final long DISK = 16 << 20;

  @TempDir Path work;

  @Test
  void drivesRealDevices() throws Exception {
    build("guest-kernels", Linuxkit.PROJECT.resolve("pkg/kernel-generic"));
    assertThat(firstArchive(work.resolve("guest-kernels-initrd.img")))
        .contains("kernel/x86/microcode/AuthenticAMD.bin", "kernel/x86/microcode/GenuineIntel.bin");
    List<String> devices = new ArrayList<>();
    devices.addAll(List.of("-netdev", "user,id=net", "-device", "e1000e,netdev=net"));
    devices.addAll(disk("sata", "ide-hd"));
    devices.addAll(List.of("-device", "qemu-xhci"));
    devices.addAll(disk("usb", "usb-storage"));
    assertThat(consoleUntil("devices END", "guest-kernels", devices))
        .contains("card e1000e", "AHCI PASSED", "USB PASSED", "firmware PASSED");
  }

  @Test
  void opensVerifiedAndEncryptedDisks() throws Exception {
    build("guest-device-mapper", Linuxkit.PROJECT.resolve("pkg/kernel"));
    assertThat(consoleUntil("check: done", "guest-device-mapper", List.of()))
        .contains("check: dm-verity reads", "check: dm-crypt keeps");
  }

  /** Runs only if {@code make kernel} has been run, which takes long. */
  @Test
  void leanKernelStartsNoProgramForAContainer() throws Exception {
    Path kernel = Linuxkit.PROJECT.resolve("target/kernel/amd64");
    assumeTrue(Files.exists(kernel.resolve("build.yml")), "make kernel has not been run");
    build("guest-kernel-lean", kernel);
    assertThat(consoleUntil("escape END", "guest-kernel-lean", List.of()))
        .contains(
            "|/containers/onboot/000-escape/rootfs/evil", "-lean", "no /dev/mem", "no modules")
        .doesNotContain("HELPER STARTED");
  }

  private void build(String name, Path kernel) throws IOException {
    Path manifest = work.resolve(name + ".yml");
    try (var template = GuestKernelsTest.class.getResourceAsStream("/" + name + ".yml")) {
      Files.writeString(
          manifest,
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString())
              .replace("KERNEL", kernel.toString()));
    }
    Linuxkit.withComponents()
        .run("build", "--arch", "amd64", "--dir", work.toString(), manifest.toString())
        .succeeds();
  }

  /** Lists the archive that the kernel reads before it unpacks any other. */
  private static List<String> firstArchive(Path initrd) throws IOException {
    List<String> paths = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(initrd))) {
      CpioReader reader = new CpioReader(in, initrd.toString());
      for (Optional<CpioEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        paths.add(next.get().path());
      }
    }
    return paths;
  }

  private String consoleUntil(String end, String name, List<String> devices)
      throws IOException, InterruptedException {
    Path console = Files.createFile(work.resolve("console.log"));
    List<String> line = new ArrayList<>(List.of("qemu-system-x86_64", "-accel", "tcg"));
    line.addAll(List.of("-machine", "q35", "-cpu", "qemu64,+rdrand", "-m", "1024"));
    line.addAll(List.of("-nodefaults", "-display", "none", "-no-reboot"));
    line.addAll(List.of("-serial", "file:" + console));
    line.addAll(List.of("-kernel", work.resolve(name + "-kernel").toString()));
    line.addAll(List.of("-initrd", work.resolve(name + "-initrd.img").toString()));
    line.addAll(List.of("-append", Files.readString(work.resolve(name + "-cmdline"))));
    line.addAll(devices);
    Process qemu =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("qemu.log").toFile())
            .start();
    try {
      Instant limit = Instant.now().plus(PATIENCE);
      for (boolean last = false; !last; ) {
        last = !qemu.isAlive() || Instant.now().isAfter(limit);
        String text = Files.readString(console);
        if (text.contains(end)) {
          return text;
        }
        Thread.sleep(250);
      }
      throw new AssertionError(
          Files.readString(work.resolve("qemu.log")) + Files.readString(console));
    } finally {
      qemu.destroyForcibly().onExit().join();
    }
  }

  private List<String> disk(String name, String device) throws IOException {
    Path image = work.resolve(name + ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(DISK);
    }
    return List.of(
        "-drive",
        "if=none,format=raw,id=" + name + ",file=" + image,
        "-device",
        device + ",drive=" + name);
  }
}
