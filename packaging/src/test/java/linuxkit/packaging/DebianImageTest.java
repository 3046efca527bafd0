package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.debian.TestArchive;
import org.junit.jupiter.api.Test;

/** Builds images of Debian packages. */
class DebianImageTest extends ComponentFixture {
  @Test
  void trimsAndRecordsPackages() throws Exception {
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      Path content = Files.createDirectories(temporary.resolve("content"));
      for (String file :
          List.of(
              "usr/bin/tool", "usr/bin/other", "usr/share/doc/tool/README", "lib/libx.so.1.2")) {
        Path path = content.resolve(file);
        Files.createDirectories(content.resolve(file.substring(0, file.lastIndexOf('/'))));
        Files.writeString(path, file);
      }
      Files.createSymbolicLink(content.resolve("lib/libx.so.1"), Path.of("libx.so.1.2"));
      archive.add("tool", "1.2-3", "Depends: unused\n", content);
      archive.add("unused", "1", "");
      archive.publish();
      define(
          """
          image: hello
          arches: [amd64]
          debian:
            packages: [tool]
            keep: ["/usr/bin/*", "/lib/libx.so.1", "/nothing/**"]
            drop: [/usr/bin/other]
          """);
      ImageStore store = store("cache");
      Descriptor index = build(store, archive.options(), false, AMD64);
      List<String> names =
          list(store, index, AMD64).stream().map(l -> l.replaceFirst("^(\\S+ ){5}", "")).toList();
      assertThat(names)
          .containsExactly(
              "bin -> usr/bin",
              "lib -> usr/lib",
              "usr",
              "usr/bin",
              "usr/bin/tool",
              "usr/lib",
              "usr/lib/libx.so.1 -> libx.so.1.2",
              "var",
              "var/lib",
              "var/lib/dpkg",
              "var/lib/dpkg/status.d",
              "var/lib/dpkg/status.d/tool");
      assertThat(progress.lines())
          .anyMatch(line -> line.contains("/nothing/** matches nothing"))
          .anyMatch(
              line ->
                  line.contains("/usr/lib/libx.so.1 is kept, but not the file that it links to"));

      define("image: hello\narches: [amd64]\ndebian: {packages: [tool]}\n");
      String all = list(store, build(store, archive.options(), false, AMD64), AMD64).toString();
      assertThat(all).contains("libx.so.1.2", "status.d/unused").doesNotContain("README");
    }
  }

  @Test
  void keepsTheCopyrightFileOfEveryShippedPackage() throws Exception {
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      Path tool = temporary.resolve("tool");
      content(tool, "usr/bin/tool", "usr/share/doc/tool/copyright", "usr/share/doc/tool/NEWS");
      archive.add("tool", "1", "Depends: libx1, libx-data, unused, bare\n", tool);
      Path library = temporary.resolve("library");
      content(library, "usr/lib/libx.so.1");
      Files.createDirectories(library.resolve("usr/share/doc"));
      Files.createSymbolicLink(library.resolve("usr/share/doc/libx1"), Path.of("libx-data"));
      archive.add("libx1", "1", "", library);
      Path data = temporary.resolve("data");
      content(data, "usr/share/x", "usr/share/doc/libx-common/copyright");
      Files.createDirectories(data.resolve("usr/share/doc/libx-data"));
      Files.createSymbolicLink(
          data.resolve("usr/share/doc/libx-data/copyright"), Path.of("../libx-common/copyright"));
      archive.add("libx-data", "1", "", data);
      Path unused = temporary.resolve("unused");
      content(unused, "usr/bin/unused", "usr/share/doc/unused/copyright");
      archive.add("unused", "1", "", unused);
      Path bare = temporary.resolve("bare");
      content(bare, "usr/bin/bare");
      archive.add("bare", "1", "", bare);
      archive.publish();
      define(
          """
          image: hello
          arches: [amd64]
          debian:
            packages: [tool]
            keep: [/usr/bin/tool, /usr/bin/bare, /usr/lib/libx.so.1]
            drop: ["/usr/share/**"]
          """);
      ImageStore store = store("cache");
      assertThat(names(store, build(store, archive.options(), false, AMD64)))
          .filteredOn(name -> name.startsWith("usr/share/") || name.contains("status.d/"))
          .containsExactly(
              "usr/share/doc",
              "usr/share/doc/libx-common",
              "usr/share/doc/libx-common/copyright",
              "usr/share/doc/libx-data",
              "usr/share/doc/libx-data/copyright -> ../libx-common/copyright",
              "usr/share/doc/libx1 -> libx-data",
              "usr/share/doc/tool",
              "usr/share/doc/tool/copyright",
              "var/lib/dpkg/status.d/bare",
              "var/lib/dpkg/status.d/libx1",
              "var/lib/dpkg/status.d/tool");
      assertThat(progress.lines())
          .filteredOn(line -> line.contains("copyright"))
          .singleElement()
          .asString()
          .endsWith("build.yml: for amd64 the package bare has no copyright file.");
    }
  }

  @Test
  void reportsANewKernelForThisMachine() throws Exception {
    int expected = Platform.host().equals(AMD64) ? 1 : 0;
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      Path content = temporary.resolve("content");
      for (String file :
          List.of("boot/vmlinuz-6.12", "boot/config-6.12", "lib/modules/6.12/modules.builtin")) {
        Path path = content.resolve(file);
        Files.createDirectories(content.resolve(file.substring(0, file.lastIndexOf('/'))));
        Files.writeString(path, file);
      }
      content(content, "usr/share/doc/linux-image/copyright", "usr/share/doc/linux-image/NEWS");
      archive.add("linux-image", "6.12", "", content);
      archive.publish();
      define("image: hello\nkernel: true\ndebian: {packages: [linux-image]}\n");
      ImageStore store = store("cache");
      build(store, archive.options(), false, AMD64);
      assertThat(kernels).hasSize(expected);
      assertThat(kernels).allMatch(kernel -> kernel.tree().find("kernel.tar").isPresent());
      assertThat(names(store, store.find(reference()).orElseThrow()))
          .contains("usr/share/doc/linux-image/copyright")
          .noneMatch(name -> name.contains("NEWS"));
      build(store, archive.options(), false, AMD64);
      assertThat(kernels).as("nothing was built").hasSize(expected);
    }
    define("image: hello\nfiles: [{path: /kernel.tar, contents: none}]\n");
    build(store("cache"), true, AMD64, ARM64);
    assertThat(kernels).as("none of Debian's").hasSize(expected);
  }

  private Reference reference() {
    return PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of()).reference();
  }

  /** A real package, from the archive that this machine's apt uses. */
  @Test
  void buildsARealDebianPackage() throws Exception {
    define("image: hello\ndebian: {packages: [base-files], exclude: [awk]}\n");
    ImageStore store = store("cache");
    Descriptor index =
        build(store, DebianOptions.ofMachine(temporary.resolve("debian")), false, ARM64);
    assertThat(list(store, index, ARM64).toString())
        .contains("etc/debian_version", "status.d/base-files", "bin -> usr/bin");
  }
}
