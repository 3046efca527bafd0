package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;
import linuxkit.oci.Platform;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.DebianFailure;
import linuxkit.packaging.debian.TestArchive;
import linuxkit.yaml.YamlFailure;
import org.junit.jupiter.api.Test;

/** Checks that mistakes in a component are reported before anything is built. */
class PackageRefusalsTest extends ComponentFixture {
  @Test
  void reportsAllMistakesWithTheirPositions() throws Exception {
    define(
        """
        image: Hello
        debain: {}
        tag: "{{.Date}}"
        files:
          - {path: relative, contents: x}
          - {path: /a/../b, contents: x}
          - {path: /two, contents: x, guest: true}
          - {path: /mode, contents: x, mode: "0999"}
        debian:
          keep: [no-slash]
          packages: {amd64: [ok]}
        """);
    assertThatThrownBy(() -> PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of()))
        .isInstanceOf(YamlFailure.class)
        .hasMessageContaining("build.yml:2:1")
        .hasMessageContaining("debian")
        .hasMessageContaining("the only variable is .Hash, not .Date")
        .hasMessageContaining("not an image name")
        .hasMessageContaining("absolute")
        .hasMessageContaining("..")
        .hasMessageContaining("exactly one of")
        .hasMessageContaining("octal mode")
        .hasMessageContaining("a pattern must begin with a slash")
        .hasMessageContaining("packages for arm64 are missing");
  }

  @Test
  void refusesSourcesOutsideTheFolder() throws Exception {
    Files.writeString(temporary.resolve("secret"), "secret");
    for (String source : List.of("../secret", "/etc/passwd", "link", "dir/secret")) {
      Files.deleteIfExists(folder.resolve("link"));
      Files.deleteIfExists(folder.resolve("dir"));
      Files.createSymbolicLink(folder.resolve("link"), Path.of("../secret"));
      Files.createSymbolicLink(folder.resolve("dir"), temporary);
      define("image: hello\nfiles: [{path: /x, source: " + source + "}]\n");
      assertThatThrownBy(() -> build(store("cache"), false, AMD64))
          .isInstanceOf(PackageFailure.class)
          .hasMessageContaining("outside");
    }
    define("image: hello\nfiles: [{path: /x, source: absent}]\n");
    assertThatThrownBy(() -> build(store("cache"), false, AMD64))
        .isInstanceOf(PackageFailure.class)
        .hasMessageContaining("there is no file absent");
  }

  @Test
  void saysThatAFolderDoesNotExist() {
    assertThatThrownBy(
            () -> PackageFolder.read(folder.resolve("no"), PackageOptions.DEFAULT, Map.of()))
        .isInstanceOf(PackageFailure.class)
        .hasMessageContaining("there is no such folder");
  }

  @Test
  void reportsImpossibleBuilds() throws Exception {
    define("image: hello\n");
    write("Dockerfile", "FROM scratch\n");
    assertFailure("must be built from its Dockerfile", AMD64);
    define("image: hello\narches: [amd64]\nfiles: [{path: /g, guest: true}]\n");
    assertFailure("does not support linux/arm64", ARM64);
    Files.delete(guests.resolve("amd64/guest"));
    assertFailure("no guest program for amd64", AMD64);
    define("image: hello\nfiles: [{path: /a, contents: x}, {path: /a/b, contents: x}]\n");
    assertFailure("/a is not a directory", AMD64);
    Files.delete(folder.resolve("build.yml"));
    assertFailure("has no build.yml", AMD64);
  }

  private void assertFailure(String why, Platform platform) {
    ImageStore store = store("cache");
    assertThatThrownBy(() -> build(store, false, platform))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(why);
    assertThat(store.list()).isEmpty();
  }

  @Test
  void refusesPackagesForAnUnknownArchitecture() throws Exception {
    try (TestArchive archive = new TestArchive(temporary.resolve("archive"))) {
      archive.publish();
      define("image: hello\narches: [riscv64]\ndebian: {packages: [tool]}\n");
      assertThatThrownBy(
              () -> build(store("cache"), archive.options(), false, Platform.linux("riscv64")))
          .isInstanceOf(DebianFailure.Missing.class);
    }
  }
}
