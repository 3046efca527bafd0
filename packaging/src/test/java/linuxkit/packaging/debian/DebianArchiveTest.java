package linuxkit.packaging.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.base.FileFailure;
import linuxkit.base.own.OwnFolderFailure;
import linuxkit.fixtures.ProgressLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetches packages and indexes, and keeps them. */
class DebianArchiveTest extends DebianArchiveFixture {
  @Test
  void refusesAnIndexWithAWrongHash() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    Path hashes = archive.www("dists/trixie/main/binary-amd64/by-hash/SHA256");
    try (var files = Files.newDirectoryStream(hashes)) {
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    assertThatThrownBy(() -> resolve(List.of("app"), List.of(), false))
        .isInstanceOf(DebianFailure.WrongContent.class);
  }

  @Test
  void refusesAPackageWithAWrongHash() throws Exception {
    Path deb = archive.add("app", "1", "");
    archive.publish();
    byte[] bytes = Files.readAllBytes(deb);
    bytes[bytes.length - 5] ^= 1;
    Files.write(deb, bytes);
    assertThatThrownBy(() -> unpack("app")).isInstanceOf(DebianFailure.WrongContent.class);
    assertThat(cached()).hasSize(1);
  }

  @Test
  void refusesATruncatedPackage() throws Exception {
    Path deb = archive.add("app", "1", "");
    archive.publish();
    Files.write(deb, Arrays.copyOf(Files.readAllBytes(deb), 100));
    assertThatThrownBy(() -> unpack("app"))
        .isInstanceOf(DebianFailure.Unreachable.class)
        .hasMessageContaining("the transfer ended after 100 of");
    Files.delete(deb);
    assertThatThrownBy(() -> unpack("app")).isInstanceOf(DebianFailure.Missing.class);
  }

  @Test
  void refusesAPackageLongerThanAnnounced() throws Exception {
    Path deb = archive.add("app", "1", "");
    archive.publish();
    Files.write(deb, new byte[1 << 20], StandardOpenOption.APPEND);
    assertThatThrownBy(() -> unpack("app"))
        .isInstanceOf(DebianFailure.WrongContent.class)
        .hasMessageContaining("longer");
  }

  @Test
  void repairsDamageInTheCache() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    unpack("app");
    Map<Path, byte[]> intact = new HashMap<>();
    for (Path file : cached()) {
      byte[] bytes = Files.readAllBytes(file);
      intact.put(file, bytes.clone());
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    unpack("app");
    assertThat(intact).isNotEmpty();
    intact.forEach((file, bytes) -> assertThat(file).hasBinaryContent(bytes));
  }

  @Test
  void readsCachedPackagesWithoutNetwork() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    unpack("app");
    int before = archive.requests().size();
    unpack("app");
    assertThat(archive.requests()).hasSize(before);
    archive.cutOff();
    ProgressLog progress = new ProgressLog();
    DebianOptions later = archive.options(TestArchive.NOW.plus(Duration.ofHours(30)));
    try (DebianArchive debian = new DebianArchive(later, progress)) {
      debian.fetch(
          debian
              .resolve("trixie", List.of("main"), "amd64", List.of("app"), List.of(), false)
              .getFirst());
    }
    assertThat(progress.warnings())
        .anyMatch(w -> w.contains("cannot be reached") && w.contains("30 h ago"));
  }

  @Test
  void reportsAnUnreachableArchive() throws Exception {
    archive.cutOff();
    assertThatThrownBy(() -> resolve(List.of("app"), List.of(), false))
        .isInstanceOf(DebianFailure.Unreachable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "srv/mirror",
        "ftp://deb.example/debian",
        "http:///debian",
        "http://deb_1.example/debian",
        "http://deb.example:70000/debian",
        "file:srv/mirror",
        "file://host/srv/mirror"
      })
  void refusesAnInvalidUrl(String mirror) throws Exception {
    DebianOptions good = archive.options();
    DebianOptions bad =
        new DebianOptions(
            good.cache(), good.root(), List.of(URI.create(mirror)), good.keyrings(), good.clock());
    assertThatThrownBy(() -> resolve(bad, List.of("app")))
        .isInstanceOf(DebianFailure.Unreachable.class)
        .hasMessageContaining("URL");
  }

  @Test
  void readsAnArchiveInADirectory() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    DebianOptions served = archive.options();
    DebianOptions local =
        new DebianOptions(
            served.cache(),
            served.root(),
            List.of(archive.www("").toUri()),
            served.keyrings(),
            served.clock(),
            Map.of(),
            List.of(),
            served.without());
    resolve(local, List.of("app"));
    assertThat(archive.requests()).isEmpty();
  }

  @Test
  void t2FolderThatIsALinkIsNeitherWrittenToNorEmptied() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    Path cache = archive.options().cache();
    Path victim = Files.createDirectories(cache.resolveSibling("victim"));
    Files.writeString(victim.resolve("thesis.txt"), "precious");
    for (String name : List.of("sha256", "tmp")) {
      Files.createSymbolicLink(Files.createDirectories(cache).resolve(name), victim);
    }
    assertThatThrownBy(() -> resolve(archive.options(), List.of("app")))
        .isInstanceOf(OwnFolderFailure.class);
    assertThat(DebianArchive.prune(cache)).isLessThan(200);
    assertThat(victim.resolve("thesis.txt")).hasContent("precious");
    assertThat(victim.toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reportsAnUnwritableCacheAsSuch(boolean local) throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    DebianOptions served = archive.options();
    DebianOptions options =
        new DebianOptions(
            served.cache(),
            served.root(),
            local ? List.of(archive.www("").toUri()) : served.mirrors(),
            served.keyrings(),
            served.clock(),
            Map.of(),
            List.of(),
            served.without());
    // Not even root may make a file there.
    Files.writeString(Files.createDirectories(served.cache()).resolve("sha256"), "in the way");
    assertThatThrownBy(() -> resolve(options, List.of("app")))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("cache/sha256");
    assertThat(archive.requests()).doesNotHaveDuplicates();
  }

  @Test
  void reportsMissingMirrorsAndKeys() throws Exception {
    DebianOptions none = archive.options();
    DebianOptions machine =
        new DebianOptions(none.cache(), temporary, List.of(), List.of(), none.clock());
    assertThatThrownBy(() -> resolve(machine, List.of("app")))
        .isInstanceOf(DebianFailure.NoMirror.class);
    DebianOptions keyless =
        new DebianOptions(none.cache(), temporary, none.mirrors(), List.of(), none.clock());
    archive.publish();
    assertThatThrownBy(() -> resolve(keyless, List.of("app")))
        .isInstanceOf(DebianFailure.NoKeys.class);
  }

  private List<Path> cached() throws IOException {
    try (var files = Files.list(temporary.resolve("cache/sha256"))) {
      return files.toList();
    }
  }
}
