package linuxkit.boot.initrd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static linuxkit.boot.Systems.file;
import static linuxkit.boot.Systems.folder;
import static linuxkit.boot.Systems.noise;
import static linuxkit.boot.Systems.put;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.InitrdTools;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.system.assembly.SystemTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFilesTest {
  private static final String A = "containers/services/a/tool";
  private static final String B = "containers/services/b/tool";

  /** Makes a tree in which two containers and the base have a file, once with another mode. */
  private static FileTree tree() {
    FileTree files = new FileTree(Metadata.of(0755, 0, 0, 0));
    for (String path :
        new String[] {
          "bin",
          "containers",
          "containers/services",
          "containers/services/a",
          "containers/services/b"
        }) {
      folder(files, path);
    }
    put(files, "bin/tool", file(0755, noise(50_000, 1)));
    put(files, A, file(0755, noise(50_000, 1)));
    put(files, B, file(0700, noise(50_000, 1)));
    put(files, "containers/services/b/copy", file(0755, noise(50_000, 1)));
    put(files, "containers/services/b/other", file(0755, noise(50_000, 2)));
    put(files, "bin/small", file(0755, noise(100, 3)));
    put(files, "containers/services/a/small", file(0755, noise(100, 3)));
    return files;
  }

  private static Node node(FileTree files, String path) {
    return files.find(path).orElseThrow().node();
  }

  @Test
  void linksOnlyFilesWithTheSameContentAndMetadata() {
    FileTree linked = SharedFiles.link(tree());
    Node tool = node(linked, "bin/tool");
    assertThat(node(linked, A)).isSameAs(tool);
    assertThat(node(linked, "containers/services/b/copy")).isSameAs(tool);
    assertThat(node(linked, B)).as("other mode").isNotSameAs(tool);
    assertThat(node(linked, "containers/services/b/other")).as("other content").isNotSameAs(tool);
    assertThat(node(linked, "containers/services/a/small"))
        .as("too small")
        .isNotSameAs(node(linked, "bin/small"));
  }

  @Test
  void unpacksWhatTheSystemSharesBeforeContainers(@TempDir Path work) throws Exception {
    SystemTree system = new SystemTree(tree(), Optional.empty(), Optional.empty(), "");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new InitrdBuilder(
            new WorkCache(work.resolve("cache")), InitrdCompression.ZSTD, Progress.silent())
        .build(system)
        .writeTo(bytes);
    String initrd = new String(InitrdTools.decompressed(bytes.toByteArray()), ISO_8859_1);
    // /init may be such a file, and has to be there if memory does not suffice for the containers.
    assertThat(initrd.indexOf("bin/tool")).isLessThan(initrd.indexOf("b/other"));
  }

  @Test
  void storesASharedFileOnceInTheInitrd(@TempDir Path work) throws Exception {
    SystemTree system = new SystemTree(tree(), Optional.empty(), Optional.empty(), "");
    Initrd initrd =
        new InitrdBuilder(
                new WorkCache(work.resolve("cache")), InitrdCompression.ZSTD, Progress.silent())
            .build(system);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    initrd.writeTo(bytes);
    Path unpacked = Files.createDirectory(work.resolve("unpacked"));
    // The kernel unpacks the archives one after the other; so do the calls of cpio.
    byte[] rest = InitrdTools.decompressed(bytes.toByteArray());
    assertThat(rest).as("three files of 50 kB").hasSizeBetween(150_000, 160_000);
    while (rest.length > 0) {
      InitrdTools.run(unpacked, rest, "cpio", "-idu", "--quiet");
      rest = after(rest);
    }
    assertThat(Files.getAttribute(unpacked.resolve(A), "unix:ino"))
        .isEqualTo(Files.getAttribute(unpacked.resolve("bin/tool"), "unix:ino"));
    assertThat(unpacked.resolve(A)).hasSize(50_000);
  }

  /** Returns what follows the first archive. */
  private static byte[] after(byte[] archives) {
    String text = new String(archives, StandardCharsets.ISO_8859_1);
    int trailer = text.indexOf("TRAILER!!!");
    int next = text.indexOf("070701", trailer);
    return next < 0 ? new byte[0] : Arrays.copyOfRange(archives, next, archives.length);
  }
}
