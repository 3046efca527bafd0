package linuxkit.test.replay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.test.Components;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;

/** The folders of {@code test/replay}, each a git repository, and a store with their images. */
final class StandIns {
  private static final int PE = 0x40;

  private StandIns() {}

  /** Copies the folders, with the address of a registry in place of its name. */
  static void copy(Path to, String registry) throws IOException {
    Programs.run(to, "cp", "-r", Linuxkit.PROJECT.resolve("test/replay") + "/.", ".");
    Programs.run(
        to, "sh", "-c", "grep -rlZ REGISTRY . | xargs -0 sed -i 's|REGISTRY|" + registry + "|g'");
    try (Stream<Path> folders = Files.list(to)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        Programs.run(folder, "git", "init", "-q");
        Programs.run(folder, "git", "add", "-A");
        Programs.run(
            folder, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x");
      }
    }
  }

  /** Makes a store with the project's boot loaders and the images of the manifests. */
  static Path store(Path folder) throws IOException {
    Path store = Components.copyOfStore(folder.resolve("store"));
    for (String kernel : List.of("kernel", "hook-kernel")) {
      Files.write(folder.resolve("images").resolve(kernel).resolve("vmlinuz"), efiProgram());
    }
    try (Stream<Path> images = Files.list(folder.resolve("images"))) {
      Stream<String> paths = images.filter(i -> !i.endsWith(".git")).map(Path::toString).sorted();
      Linuxkit.withCache(store)
          .run(Stream.concat(Stream.of("pkg", "build"), paths).toArray(String[]::new))
          .succeeds();
    }
    return store;
  }

  /**
   * Copies the key of the user who filled the store to another home. Without it, the boot loaders
   * in the store are not trusted there, and are built anew from downloaded packages.
   */
  static void keepKey(Path home) throws IOException {
    Path keys = Path.of(System.getenv("HOME"), ".linuxkit/keys");
    Programs.run(home, "mkdir", "-p", ".linuxkit");
    Programs.run(home, "cp", "-a", keys, ".linuxkit/");
  }

  /** Returns an EFI program for amd64 without code, which serves as a kernel that never runs. */
  private static byte[] efiProgram() {
    int optional = PE + 24;
    int table = optional + 240;
    ByteBuffer bytes = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(0, (short) 0x5a4d).putInt(0x3c, PE);
    bytes.putInt(PE, 0x4550).putShort(PE + 4, (short) 0x8664);
    bytes.putShort(PE + 6, (short) 1).putShort(PE + 20, (short) 240);
    bytes.putShort(optional, (short) 0x20b);
    bytes.putInt(optional + 32, 4096).putInt(optional + 36, 512);
    bytes.putInt(optional + 56, 8192).putInt(optional + 60, 1024);
    bytes.put(table, ".text".getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(table + 8, 1000).putInt(table + 12, 4096);
    bytes.putInt(table + 16, 1024).putInt(table + 20, 1024);
    return bytes.array();
  }
}
