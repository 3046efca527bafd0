package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.DebianOptions;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.debian.TestArchive;
import org.junit.jupiter.api.Test;

class PackageBuilderTest extends ComponentTest {

  @Test
  void filesOfAllKinds() throws Exception {
    write("tree/run.sh", "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        folder.resolve("tree/run.sh"), PosixFilePermissions.fromString("rwx------"));
    write("tree/below/data", "data");
    // To git, and so to the name of the image, this is no program, whoever may execute it.
    Files.setPosixFilePermissions(
        folder.resolve("tree/below/data"), PosixFilePermissions.fromString("rw-r-xr-x"));
    Files.createSymbolicLink(folder.resolve("tree/link"), Path.of("run.sh"));
    define(
        """
        image: hello
        files:
          - {path: /etc/tree, source: tree, uid: 7}
          - {path: /bin/service, guest: true}
          - {path: /etc/init.d/020-x, symlink: /usr/bin/service}
          - {path: /var/lib/x, directory: true, mode: "0700"}
          - {path: /etc/issue, contents: "first"}
          - {path: /etc/issue, contents: "second", mode: "0600", gid: 5}
        command: [/bin/service, --x]
        env: [A=b]
        cwd: /var
        labels: {com.example: yes please}
        config: {binds: ["/a:/b"], capabilities: [all]}
        """);
    ImageStore store = store("cache");
    Descriptor index = build(store, false, AMD64, ARM64);
    assertThat(list(store, index, ARM64))
        .containsExactly(
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 bin",
            "-rwxr-xr-x 0/0 15 2017-04-18 16:30:00 bin/service",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 etc",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 etc/init.d",
            "lrwxrwxrwx 0/0 0 2017-04-18 16:30:00 etc/init.d/020-x -> /usr/bin/service",
            "-rw------- 0/5 6 2017-04-18 16:30:00 etc/issue",
            "drwxr-xr-x 7/0 0 2017-04-18 16:30:00 etc/tree",
            "drwxr-xr-x 7/0 0 2017-04-18 16:30:00 etc/tree/below",
            "-rw-r--r-- 7/0 4 2017-04-18 16:30:00 etc/tree/below/data",
            "lrwxrwxrwx 7/0 0 2017-04-18 16:30:00 etc/tree/link -> run.sh",
            "-rwxr-xr-x 7/0 10 2017-04-18 16:30:00 etc/tree/run.sh",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 var",
            "drwxr-xr-x 0/0 0 2017-04-18 16:30:00 var/lib",
            "drwx------ 0/0 0 2017-04-18 16:30:00 var/lib/x");
    ImageConfig config = config(store, index, ARM64);
    assertThat(config.architecture()).isEqualTo("arm64");
    assertThat(config.cmd()).containsExactly("/bin/service", "--x");
    assertThat(config.env()).containsExactly("A=b");
    assertThat(config.workingDir()).isEqualTo("/var");
    assertThat(config.labels())
        .containsEntry("com.example", "yes please")
        .containsEntry(
            "org.mobyproject.config", "{\"capabilities\":[\"all\"],\"binds\":[\"/a:/b\"]}")
        .containsKey(FilesSource.GUEST_LABEL);
  }

  @Test
  void packagesAreTrimmedAndRecorded() throws Exception {
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
  void everyShippedPackageKeepsItsCopyrightFile() throws Exception {
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

  /** An image that an older version of the program built with other rules is not used again. */
  @Test
  void anImageBuiltByOtherRulesIsBuiltAgain() throws Exception {
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      Path tool = temporary.resolve("tool");
      content(tool, "usr/bin/tool", "usr/share/doc/tool/copyright");
      archive.add("tool", "1", "", tool);
      archive.publish();
      define("image: hello\narches: [amd64]\ndebian: {packages: [tool]}\n");
      ImageStore store = store("cache");
      Descriptor index = build(store, archive.options(), false, AMD64);
      assertThat(config(store, index, AMD64).labels()).containsEntry(DebianSource.RULES_LABEL, "3");
      ComponentSource newer =
          new ComponentSource() {
            @Override
            public boolean isUsedBy(PackageFolder used) {
              return true;
            }

            @Override
            public SortedMap<String, String> provenance(PackageFolder used, Platform platform) {
              return new TreeMap<>(Map.of(DebianSource.RULES_LABEL, "4"));
            }

            @Override
            public FileTree addTo(
                FileTree tree, PackageFolder used, Platform platform, TemporaryStorage storage) {
              return tree;
            }
          };
      try (PackageBuilder builder =
          new PackageBuilder(store, List.of(newer), temporary, progress, _ -> {})) {
        PackageFolder read = PackageFolder.read(folder, PackageOptions.DEFAULT);
        assertThat(builder.find(read, List.of(AMD64))).isEmpty();
        builder.build(read, List.of(AMD64), false);
        assertThat(builder.find(read, List.of(AMD64))).isPresent();
      }
      assertThat(isBuilt(store, AMD64)).as("by the older rules").isFalse();
    }
  }

  private static void content(Path root, String... files) throws Exception {
    for (String file : files) {
      Files.createDirectories(root.resolve(file.substring(0, file.lastIndexOf('/'))));
      Files.writeString(root.resolve(file), file);
    }
  }

  private List<String> names(ImageStore store, Descriptor index) throws Exception {
    return list(store, index, AMD64).stream().map(l -> l.replaceFirst("^(\\S+ ){5}", "")).toList();
  }

  @Test
  void aNewKernelForThisMachineIsReported() throws Exception {
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

  @Test
  void theSameFolderGivesTheSameImageAnywhere() throws Exception {
    write("b/two", "2");
    write("b/one", "1");
    define("image: hello\nfiles: [{path: /x, source: b}, {path: /g, guest: true}]\n");
    Descriptor first = build(store("first"), false, AMD64, ARM64);
    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
      Path other = Files.createDirectories(temporary.resolve("elsewhere/hello"));
      for (String name : List.of("b/one", "build.yml", "b/two")) {
        Files.createDirectories(other.resolve("b"));
        Files.copy(folder.resolve(name), other.resolve(name));
        Files.setLastModifiedTime(other.resolve(name), FileTime.from(Instant.EPOCH));
        Files.setPosixFilePermissions(
            other.resolve(name), PosixFilePermissions.fromString("rw-rw-rw-"));
      }
      folder = other;
      ImageStore store = store("second");
      build(store, false, ARM64);
      assertThat(build(store, false, ARM64, AMD64)).isEqualTo(first);
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
    }
  }

  @Test
  void anImageInTheStoreIsNotBuiltAgain() throws Exception {
    define("image: hello\nfiles: [{path: /g, guest: true}]\n");
    ImageStore store = store("cache");
    Descriptor first = build(store, false, AMD64, ARM64);
    progress.lines().clear();
    assertThat(build(store, false, AMD64, ARM64)).isEqualTo(first);
    assertThat(progress.lines()).isEmpty();
    assertThat(build(store, true, AMD64, ARM64)).isEqualTo(first);
    assertThat(progress.lines()).hasSize(2);

    Files.writeString(guests.resolve("arm64/guest"), "a newer guest");
    assertThat(isBuilt(store, AMD64)).isTrue();
    assertThat(isBuilt(store, AMD64, ARM64)).isFalse();
    progress.lines().clear();
    assertThat(build(store, false, AMD64, ARM64)).isNotEqualTo(first);
    assertThat(progress.lines()).singleElement().asString().contains("linux/arm64");
  }

  private Reference reference() {
    return PackageFolder.read(folder, PackageOptions.DEFAULT).reference();
  }

  private boolean isBuilt(ImageStore store, Platform... platforms) {
    DebianOptions debian = DebianOptions.ofMachine(temporary.resolve("debian"));
    try (PackageBuilder builder = builder(store, debian, _ -> {})) {
      return builder
          .find(PackageFolder.read(folder, PackageOptions.DEFAULT), List.of(platforms))
          .isPresent();
    }
  }

  @Test
  void anIncompleteImageIsBuiltAgain() throws Exception {
    define("image: hello\nfiles: [{path: /x, contents: y}]\n");
    ImageStore store = store("cache");
    Descriptor first = build(store, false, AMD64);
    ImageManifest manifest = manifest(store, first, AMD64);
    for (Descriptor lost : List.of(first, manifest.config(), manifest.layers().getFirst())) {
      Files.delete(temporary.resolve("cache/blobs/sha256").resolve(lost.digest().hex()));
      assertThat(isBuilt(store, AMD64)).isFalse();
      assertThat(build(store, false, AMD64)).isEqualTo(first);
      assertThat(store.has(lost)).isTrue();
    }
  }

  @Test
  void namesFollowTheFlags() throws Exception {
    define("image: hello\norg: mine\ntag: v1-{{.Hash}}\nfiles: [{path: /x, contents: y}]\n");
    PackageFolder read = PackageFolder.read(folder, PackageOptions.DEFAULT);
    assertThat(read.tag()).matches("v1-[0-9a-f]{40}");
    assertThat(read.platforms()).containsExactly(AMD64, ARM64);
    assertThat(options("abc", false, "theirs", "")).isEqualTo("docker.io/theirs/hello:v1-abc");
    assertThat(options("", true, "", "")).isEqualTo("docker.io/me/hello:v1-dev");
    assertThat(options("abc", true, "theirs", "t-{{ .Hash }}"))
        .isEqualTo("docker.io/theirs/hello:t-abc");
  }

  private String options(String hash, boolean dev, String org, String tag) {
    PackageOptions options =
        new PackageOptions(
            Optional.of(hash).filter(s -> !s.isEmpty()),
            "HEAD",
            Optional.of(org).filter(s -> !s.isEmpty()),
            Optional.of(tag).filter(s -> !s.isEmpty()),
            dev,
            "me",
            false,
            "build.yml");
    return PackageFolder.read(folder, options).reference().toString();
  }

  /** A real package, from the archive that this machine's apt uses. */
  @Test
  void aRealDebianPackage() throws Exception {
    define("image: hello\ndebian: {packages: [base-files], exclude: [awk]}\n");
    ImageStore store = store("cache");
    Descriptor index =
        build(store, DebianOptions.ofMachine(temporary.resolve("debian")), false, ARM64);
    assertThat(list(store, index, ARM64).toString())
        .contains("etc/debian_version", "status.d/base-files", "bin -> usr/bin");
  }
}
