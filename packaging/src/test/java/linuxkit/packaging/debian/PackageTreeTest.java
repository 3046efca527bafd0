package linuxkit.packaging.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.TarWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageTreeTest {
  @TempDir Path temporary;
  private TestArchive archive;

  @BeforeEach
  void start() throws IOException {
    archive = new TestArchive(temporary);
  }

  @AfterEach
  void stop() {
    archive.close();
  }

  @Test
  void unpacksTheSameFilesAsDpkg() throws Exception {
    Path content = Files.createDirectories(temporary.resolve("content"));
    Files.createDirectories(content.resolve("lib/legacy"));
    Files.writeString(content.resolve("lib/legacy/file"), "legacy");
    Files.createDirectories(content.resolve("etc"));
    Files.writeString(content.resolve("etc/conf"), "conffile");
    Files.createSymbolicLink(content.resolve("etc/link"), Path.of("conf"));
    Files.createLink(content.resolve("etc/hard"), content.resolve("etc/conf"));
    Path deb = archive.add("app", "1", "", content);
    archive.publish();
    try (TemporaryStorage storage = TemporaryStorage.open(temporary.resolve("tmp"))) {
      FileTree tree = unpack(storage, "app").tree();
      List<String> paths = new ArrayList<>();
      tree.walk(entry -> paths.add(entry.path()));
      List<String> listed =
          TestArchive.run(temporary, "sh", "-c", "dpkg-deb --fsys-tarfile " + deb + " | tar t")
              .lines()
              .map(line -> line.replaceFirst("^\\./", "").replaceFirst("/$", ""))
              .filter(line -> !line.isEmpty())
              .map(line -> line.startsWith("lib") ? "usr/" + line : line)
              .toList();
      List<String> expected = new ArrayList<>(listed);
      expected.add("usr");
      assertThat(paths).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(tree.find("etc/hard").orElseThrow().node())
          .isSameAs(tree.find("etc/conf").orElseThrow().node());
    }
  }

  @Test
  void refusesTheSameFileInTwoPackages() throws Exception {
    for (String name : List.of("one", "two", "three")) {
      Path content = Files.createDirectories(temporary.resolve(name + "/etc"));
      Files.writeString(content.resolve("file"), name);
      archive.add(
          name, "1", name.equals("three") ? "Replaces: one\n" : "", temporary.resolve(name));
    }
    archive.publish();
    assertThatThrownBy(() -> unpack("one", "two"))
        .isInstanceOf(DebianFailure.Conflict.class)
        .hasMessageContaining("etc/file");
    for (List<String> order : List.of(List.of("one", "three"), List.of("three", "one"))) {
      try (TemporaryStorage storage = TemporaryStorage.open(temporary.resolve("tmp"))) {
        PackageTree tree = unpack(storage, order.toArray(String[]::new));
        assertThat(tree.owners()).containsEntry("etc/file", "three");
      }
    }
  }

  @Test
  void refusesPathTraversalInDataTar() throws Exception {
    archive.addRaw("up", control("up"), tar("../../etc/evil", "x"));
    archive.publish();
    assertThatThrownBy(() -> unpack("up")).isInstanceOf(Failure.class).hasMessageContaining("..");
  }

  @Test
  void refusesAFileWrittenThroughALink() throws Exception {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(data);
    Metadata metadata = Metadata.of(0777, 0, 0, 0);
    tar.add("etc", new Node.Symlink(metadata, "/tmp"), Collections.emptySortedMap());
    tar.add(
        "etc/evil",
        new Node.RegularFile(metadata, Content.of(new byte[1])),
        Collections.emptySortedMap());
    tar.finish();
    archive.addRaw("through", control("through"), data.toByteArray());
    archive.publish();
    assertThatThrownBy(() -> unpack("through"))
        .isInstanceOf(DebianFailure.BadFormat.class)
        .hasMessageContaining("etc is not a directory");
  }

  @Test
  void refusesAPackageWithoutControlFile() throws Exception {
    archive.addRaw("bare", tar("other", "x"), tar("usr", "x"));
    archive.publish();
    assertThatThrownBy(() -> unpack("bare")).isInstanceOf(DebianFailure.BadFormat.class);
  }

  private static byte[] control(String name) throws IOException {
    return tar("control", "Package: " + name + "\nVersion: 1\n");
  }

  private static byte[] tar(String name, String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    tar.add(
        name,
        new Node.RegularFile(
            Metadata.of(0644, 0, 0, 0), Content.of(text.getBytes(StandardCharsets.UTF_8))),
        Collections.emptySortedMap());
    tar.finish();
    return out.toByteArray();
  }

  private void unpack(String... names) throws IOException {
    try (TemporaryStorage storage = TemporaryStorage.open(temporary.resolve("tmp"))) {
      unpack(storage, names);
    }
  }

  private PackageTree unpack(TemporaryStorage storage, String... names) throws IOException {
    PackageTree tree = new PackageTree(storage, 0);
    try (DebianArchive debian = new DebianArchive(archive.options(), Progress.silent())) {
      for (DebianPackage pack :
          debian.resolve("trixie", List.of("main"), "amd64", List.of(names), List.of(), false)) {
        tree.add(pack, debian.fetch(pack));
      }
    }
    return tree;
  }
}
