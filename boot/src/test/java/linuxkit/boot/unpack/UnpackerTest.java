package linuxkit.boot.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.Formats;
import linuxkit.boot.InitrdTools;
import linuxkit.boot.Outputs;
import linuxkit.boot.Systems;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.disk.header.DiskType;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.disk.vhd.DynamicVhd;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.CpioWriter;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.system.assembly.SystemTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnpackerTest {
  @TempDir Path folder;

  /** Returns a system without microcode, whose test bytes are not an archive. */
  private static SystemTree system() {
    SystemTree full = Systems.full();
    // The data comes with the second name, when the first has its mode.
    Node readOnly = Systems.file(0444, Systems.text("read-only"));
    Systems.put(full.files(), "etc/read-only", readOnly);
    Systems.put(full.files(), "etc/same", readOnly);
    return new SystemTree(full.files(), full.kernel(), Optional.empty(), full.cmdline());
  }

  private static SortedMap<String, String> expected(boolean initrd) {
    SortedMap<String, String> lines = new TreeMap<>();
    system()
        .files()
        .walk(
            entry -> {
              if (!initrd || !entry.path().startsWith("boot/")) {
                lines.put(entry.path(), line(entry.node()));
              }
            });
    return lines;
  }

  private static String line(Node node) {
    String permissions = Integer.toOctalString(node.metadata().permissions() & 0777);
    return switch (node) {
      case Node.Directory _ -> "40" + permissions;
      case Node.Symlink link -> "-> " + link.target();
      case Node.RegularFile file -> "100" + permissions + " " + file.content().sha256();
      case Node.Device _, Node.Fifo _ -> throw new AssertionError();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "kernel+initrd, zstd, it-initrd.img",
    "kernel+initrd, gzip, it-initrd.img",
    "kernel+initrd-nogz, zstd, it-initrd.img",
    "tar, zstd, it.tar",
    "kernel+squashfs, zstd, it-squashfs.img",
    "kernel+erofs, zstd, it-erofs.img",
    "kernel+iso, zstd, it.iso"
  })
  void unpacksWhatWasBuilt(String format, String compression, String file) throws IOException {
    new Outputs(
            new WorkCache(folder.resolve("cache")),
            InitrdCompression.parse(compression).orElseThrow(),
            Systems.AMD64,
            Progress.silent())
        .write(system(), List.of(Formats.named(format)), folder, "it");
    Path root = folder.resolve("root");
    assertThat(Unpacker.unpack(folder.resolve(file), root, false)).isZero();
    SortedMap<String, String> expected = expected(file.endsWith("initrd.img"));
    SortedMap<String, String> found = InitrdTools.list(root);
    if (!file.endsWith("initrd.img") && !file.endsWith(".tar")) {
      // A root of its own has folders for the guest, and not the kernel.
      expected.keySet().removeIf(path -> path.startsWith("boot"));
      found.keySet().removeIf(path -> !expected.containsKey(path));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(Files.isSameFile(root.resolve("bin/tool"), root.resolve("bin/other-name"))).isTrue();
    assertThat(Files.isSameFile(root.resolve("etc/read-only"), root.resolve("etc/same"))).isTrue();
    assertThat(Files.getAttribute(root.resolve("bin/tool"), "unix:mode"))
        .as("no set-id mode")
        .isEqualTo(0100755);
    List<String> listed = new ArrayList<>();
    ArtefactReader.read(folder.resolve(file), (each, _) -> listed.add(each.path()));
    assertThat(listed).doesNotHaveDuplicates().containsAll(expected.keySet());
  }

  /** Writes entries that a {@link FileTree} would refuse, one after another. */
  private Path tar(Object... pathsAndNodes) throws IOException {
    Path file = folder.resolve("hostile.tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      TarWriter tar = new TarWriter(out);
      for (int i = 0; i < pathsAndNodes.length; i += 2) {
        tar.add(
            (String) pathsAndNodes[i], (Node) pathsAndNodes[i + 1], Collections.emptySortedMap());
      }
      tar.finish();
    }
    return file;
  }

  private static Node file(String text) {
    return Systems.file(0644, Systems.text(text));
  }

  private static Node link(String target) {
    return new Node.Symlink(Metadata.of(0777, 0, 0, 0), target);
  }

  @Test
  void writesNothingThroughALink() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path victim = Files.writeString(outside.resolve("victim"), "kept");
    for (Path hostile :
        List.of(
            tar("a", link(outside.toString()), "a/victim", file("evil")),
            tar("a", link(victim.toString()), "a", file("evil")),
            tar("d", link("../outside"), "d/new", file("evil")),
            tar("d", file("x"), "d/new", file("evil")))) {
      Path root = Files.createTempDirectory(folder, "root");
      try {
        Unpacker.unpack(hostile, root, false);
      } catch (Failure _) {
        // Refused, or unpacked without harm.
      }
      assertThat(victim).hasContent("kept");
      assertThat(outside).isDirectoryContaining("glob:**/victim");
      try (var files = Files.list(outside)) {
        assertThat(files).hasSize(1);
      }
    }
    assertThatThrownBy(() -> Unpacker.unpack(tar("../x", file("evil")), folder.resolve("r"), false))
        .isInstanceOf(Failure.class);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void writesOnlyIntoANewOrEmptyFolder() throws IOException {
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.writeString(full.resolve("mine"), "kept");
    Path tar = tar("a", file("x"));
    assertThatThrownBy(() -> Unpacker.unpack(tar, full, false))
        .isInstanceOf(UnpackFailure.class)
        .hasMessageContaining("the folder is not empty");
    Path link = Files.createSymbolicLink(folder.resolve("link"), full);
    assertThatThrownBy(() -> Unpacker.unpack(tar, link, false)).isInstanceOf(Failure.class);
    assertThat(full.resolve("mine")).hasContent("kept");
  }

  @Test
  void f11WritesBytesThatAreNotUtf8AsText() throws IOException {
    Path root = folder.resolve("root");
    Path tar = tar("d\udce4/\udcff", file("x"), "link", link("d\udce4/\udcff"));
    assertThat(Unpacker.unpack(tar, root, false)).isEqualTo(0);
    assertThat(root.resolve("d\\xe4/\\xff")).hasContent("x");
    assertThat(root.resolve("link")).hasContent("x");
  }

  @Test
  void leavesOutDevices() throws IOException {
    Node device = new Node.Device(Metadata.of(0666, 0, 0, 0), Node.Device.Kind.CHARACTER, 1, 3);
    Path root = folder.resolve("root");
    assertThat(Unpacker.unpack(tar("null", device, "a", file("x")), root, false)).isEqualTo(1);
    assertThat(root.resolve("null")).doesNotExist();
    assertThat(root.resolve("a")).hasContent("x");
  }

  /**
   * @param at place of a byte of the header to change, unless it is 0
   */
  @ParameterizedTest
  @CsvSource({
    "QCOW2, 79, 4, the external data file",
    "QCOW2, 19, 1, the backing file",
    "VHD, 63, 4, the parent disk",
    "VMDK, 0, 0, the files of its extents"
  })
  void refusesDisksThatNeedOtherFiles(DiskType type, int at, int value, String other)
      throws IOException {
    Path file = folder.resolve("disk");
    UUID id = new UUID(1, 2);
    switch (type) {
      case QCOW2 -> new Qcow2(Qcow2.Compression.NONE).create(file, 1 << 20);
      case VHD -> new DynamicVhd(id, Instant.EPOCH).create(file, 1 << 20);
      default -> Files.writeString(file, "# Disk DescriptorFile\n");
    }
    byte[] bytes = Files.readAllBytes(file);
    if (at > 0) {
      bytes[at] = (byte) value;
    }
    Files.write(file, bytes);
    assertThatThrownBy(() -> ArtefactReader.read(file, (_, _) -> {}))
        .isInstanceOf(UnpackFailure.class)
        .hasMessageStartingWith(file + ": the disk needs another file: " + other);
  }

  @Test
  void looksForARootImageOnlyBeforeTheContainers() throws IOException {
    FileTree files = Systems.full().files();
    ByteArrayOutputStream initrd = new ByteArrayOutputStream();
    CpioWriter writer = new CpioWriter(initrd);
    writer.addTree(files.find("containers").orElseThrow());
    writer.finish();
    List<CountedInput> opened = new ArrayList<>();
    InitrdFiles.read(
        () -> {
          opened.add(new CountedInput(initrd.toByteArray()));
          return opened.getLast();
        },
        "it",
        (_, _) -> {});
    assertThat(opened).hasSize(2);
    assertThat(opened.getFirst().position()).isLessThan(initrd.size() / 2);
    assertThat(opened.getLast().position()).isEqualTo(initrd.size());
  }

  /** Knows how many of its bytes were read. */
  private static final class CountedInput extends ByteArrayInputStream {
    CountedInput(byte[] bytes) {
      super(bytes);
    }

    int position() {
      return pos;
    }
  }

  @Test
  void refusesWhatIsNotAnArtefact() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "not an image", StandardCharsets.UTF_8);
    Path zeros = Files.write(folder.resolve("zeros"), new byte[100_000]);
    for (Path file : List.of(text, zeros)) {
      assertThatThrownBy(() -> ArtefactReader.read(file, (_, _) -> {}))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("it is not an artefact");
    }
  }
}
