package linuxkit.system.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons of our indexes with kmod's own tools. */
class ModuleToolsTest {
  private static final String VERSION = "6.1.0-test";

  @TempDir Path root;

  private static ModuleFixture kernel() {
    return new ModuleFixture()
        .module("kernel/fs/ext4/ext4.ko.xz", "depends=jbd2,mb-cache", "softdep=pre: crc32c post: x")
        .module("kernel/fs/jbd2/jbd2.ko", "depends=core", "alias=fs-jbd2", "alias=fs-jbd3")
        .module("kernel/fs/mb-cache.ko", "depends=jbd2")
        .module("kernel/net/one.ko", "alias=pci:v0000[1-2]d*", "alias=same-alias")
        .module("kernel/net/onetwo.ko", "alias=pci:v0000d*sv*", "alias=same-alias")
        .module(
            "kernel/net/core.ko", "depends=", "alias=devname:net/tun", "alias=char-major-10-200")
        .module("kernel/net/unlisted.ko", "depends=core")
        .text("modules.builtin", "kernel/lib/crc32c-generic.ko", "kernel/drivers/block/loop.ko")
        .file(
            "modules.builtin.modinfo",
            "crc32c_generic.alias=crypto-crc32c\0crc32c_generic.file=x\0loop.alias=block-major-7-*\0"
                .getBytes(StandardCharsets.ISO_8859_1))
        .text(
            "modules.order",
            "kernel/net/onetwo.ko",
            "kernel/net/one.ko",
            "kernel/net/core.ko",
            "kernel/fs/mb-cache.ko",
            "kernel/fs/ext4/ext4.ko",
            "kernel/fs/jbd2/jbd2.ko");
  }

  private String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private Set<String> lines(Path file) throws IOException {
    Set<String> lines = new TreeSet<>(Files.readAllLines(file));
    lines.removeIf(line -> line.startsWith("#"));
    return lines;
  }

  @Test
  void writesWhatDepmodWrites() throws Exception {
    ModuleFixture kernel = kernel();
    kernel.unpack(root);
    run("/usr/sbin/depmod", "-b", root.toString(), VERSION);
    ModuleIndex.write(kernel.files, ModuleFixture.DIRECTORY);
    Path theirs = root.resolve(ModuleFixture.DIRECTORY);
    for (String list : List.of("modules.dep", "modules.alias", "modules.softdep")) {
      assertThat(new TreeSet<>(kernel.read(list).lines().toList()))
          .as(list)
          .isEqualTo(lines(theirs.resolve(list)));
    }
    for (String list :
        List.of(
            "modules.dep.bin",
            "modules.alias.bin",
            "modules.builtin.bin",
            "modules.builtin.alias.bin")) {
      assertThat(kernel.bytes(list)).as(list).isEqualTo(Files.readAllBytes(theirs.resolve(list)));
    }
  }

  @Test
  void findsModulesByNameAndByAliasWithModprobe() throws Exception {
    ModuleFixture kernel = kernel();
    ModuleSelection.apply(kernel.files, ModuleFixture.DIRECTORY, List.of("ext4", "one"));
    kernel.unpack(root);
    assertThat(modprobe("--show-depends", "ext4").lines().map(line -> line.strip()))
        .map(line -> line.substring(line.lastIndexOf('/') + 1))
        .containsExactly("core.ko", "jbd2.ko", "mb-cache.ko", "ext4.ko.xz");
    assertThat(modprobe("--resolve-alias", "fs-jbd3")).isEqualTo("jbd2\n");
    assertThat(modprobe("--resolve-alias", "pci:v00001dAF4")).isEqualTo("one\n");
    assertThat(modprobe("--show-depends", "loop")).isEqualTo("builtin loop\n");
    assertThat(modprobe("--show-depends", "crypto-crc32c")).isEqualTo("builtin crc32c_generic\n");
  }

  private String modprobe(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 7];
    command[0] = "/usr/sbin/modprobe";
    command[1] = "-C";
    command[2] = Files.createDirectories(root.resolve("etc")).toString();
    command[3] = "-d";
    command[4] = root.toString();
    command[5] = "-S";
    command[6] = VERSION;
    System.arraycopy(arguments, 0, command, 7, arguments.length);
    return run(command);
  }
}
