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
import java.util.List;
import java.util.Map;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.own.OwnFolderFailure;
import linuxkit.fixtures.ProgressLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebianArchiveTest {
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
  void packagesComeWithTheirDependencies() throws Exception {
    archive.add("app", "1.0-1", "Depends: lib (>= 2), missing | mta, helper:any\n");
    archive.add("lib", "1.9", "");
    archive.add("lib", "2.0~rc1", "");
    archive.add("lib", "2.0", "");
    archive.add("exim", "4", "Provides: mta\n");
    archive.add("postfix", "3", "Provides: mta (= 3)\n");
    archive.add("helper", "1", "Depends: app\nRecommends: extra, absent\n");
    archive.add("extra", "1", "");
    archive.publish();
    assertThat(resolve(List.of("app"), List.of(), false))
        .containsExactly("app 1.0-1", "lib 2.0", "exim 4", "helper 1");
    assertThat(resolve(List.of("app"), List.of("exim", "helper"), false))
        .containsExactly("app 1.0-1", "lib 2.0", "postfix 3");
    assertThat(resolve(List.of("helper"), List.of("app"), true))
        .containsExactly("helper 1", "extra 1");
    assertThat(resolve(List.of("lib=1.9"), List.of(), false)).containsExactly("lib 1.9");
    // One that was asked for stands in before one that was not.
    assertThat(resolve(List.of("app", "postfix"), List.of(), false))
        .containsExactly("app 1.0-1", "postfix 3", "lib 2.0", "helper 1");
  }

  @Test
  void packagesComeFromTheListedComponents() throws Exception {
    archive.add("app", "1", "Depends: firmware\n");
    archive.component("non-free-firmware");
    archive.add("firmware", "2", "");
    archive.publish();
    assertThatThrownBy(() -> resolve(List.of("app"), List.of(), false))
        .isInstanceOf(DebianFailure.UnmetDependency.class);
    try (DebianArchive debian = new DebianArchive(archive.options(), Progress.silent())) {
      List<String> both = List.of("main", "non-free-firmware");
      List<DebianPackage> found =
          debian.resolve("trixie", both, "amd64", List.of("app"), List.of(), false);
      assertThat(found.stream().map(DebianPackage::toString))
          .containsExactly("app 1", "firmware 2");
      assertThat(debian.fetch(found.getLast())).isRegularFile();
      assertThatThrownBy(
              () ->
                  debian.resolve(
                      "trixie", List.of("contrib"), "amd64", List.of("app"), List.of(), false))
          .isInstanceOf(DebianFailure.Missing.class)
          .hasMessageContaining("contrib/binary-amd64");
    }
  }

  @Test
  void impossibleRequestsAreReported() throws Exception {
    archive.add("needs", "1", "Depends: nothing-of-the-kind (>= 3) | neither\n");
    archive.add("a", "1", "Conflicts: b (<< 2)\n");
    archive.add("b", "1", "");
    archive.add("vi-one", "1", "Provides: vi\nConflicts: vi\n");
    archive.add("vi-two", "1", "Provides: vi\nConflicts: vi\n");
    archive.publish();
    assertThatThrownBy(() -> resolve(List.of("nosuch"), List.of(), false))
        .isInstanceOf(DebianFailure.UnknownPackage.class)
        .hasMessageContaining("nosuch");
    assertThatThrownBy(() -> resolve(List.of("needs"), List.of(), false))
        .isInstanceOf(DebianFailure.UnmetDependency.class)
        .hasMessageContaining("nothing-of-the-kind (>= 3) or neither");
    assertThatThrownBy(() -> resolve(List.of("a", "b"), List.of(), false))
        .isInstanceOf(DebianFailure.Conflict.class);
    assertThatThrownBy(() -> resolve(List.of("vi-one", "vi-two"), List.of(), false))
        .isInstanceOf(DebianFailure.Conflict.class);
    assertThat(resolve(List.of("vi-one"), List.of(), false)).containsExactly("vi-one 1");
  }

  @Test
  void tamperedRelease() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    Path release = archive.www("dists/trixie/InRelease");
    Files.writeString(
        release, Files.readString(release).replace("Origin: Debian", "Origin: debian"));
    assertBadSignature("does not match");
  }

  @Test
  void textOutsideTheSignedOne() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    Path release = archive.www("dists/trixie/InRelease");
    String good = Files.readString(release);
    for (String bad :
        List.of(
            "Codename: trixie\n\n" + good,
            good + "Codename: trixie\n",
            good.replace("Hash: SHA256\n", "Hash: SHA256\nCodename: trixie\n"),
            good + good,
            good.replace("-----BEGIN PGP SIGNATURE-----", "- -----BEGIN PGP SIGNATURE-----"),
            good.substring(0, good.length() / 2),
            "<html></html>",
            "")) {
      Files.writeString(release, bad);
      assertThatThrownBy(() -> resolve(List.of("app"), List.of(), false))
          .isInstanceOf(DebianFailure.BadSignature.class);
    }
  }

  @Test
  void releaseSignedByAnUnknownKey() throws Exception {
    archive.add("app", "1", "");
    archive.publishSignedByAStranger();
    assertBadSignature("unknown key");
  }

  @Test
  void releaseSignedWithSha1() throws Exception {
    archive.add("app", "1", "");
    archive.signWithSha1();
    archive.publish();
    assertBadSignature("not trusted");
  }

  @Test
  void releaseOfAnotherSuite() throws Exception {
    archive.add("app", "1", "");
    archive.pretendToBe("bookworm");
    archive.publish();
    assertBadSignature("instead of trixie");
  }

  @Test
  void expiredRelease() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    DebianOptions late = archive.options(TestArchive.NOW.plus(Duration.ofDays(30)));
    assertThatThrownBy(() -> resolve(late, List.of("app")))
        .isInstanceOf(DebianFailure.BadSignature.class)
        .hasMessageContaining("expired at");
  }

  private void assertBadSignature(String why) {
    assertThatThrownBy(() -> resolve(List.of("app"), List.of(), false))
        .isInstanceOf(DebianFailure.BadSignature.class)
        .hasMessageContaining(why);
    assertThat(temporary.resolve("cache/lists")).isEmptyDirectory();
  }

  @Test
  void indexWithAWrongHash() throws Exception {
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
  void packageWithAWrongHash() throws Exception {
    Path deb = archive.add("app", "1", "");
    archive.publish();
    byte[] bytes = Files.readAllBytes(deb);
    bytes[bytes.length - 5] ^= 1;
    Files.write(deb, bytes);
    assertThatThrownBy(() -> unpack("app")).isInstanceOf(DebianFailure.WrongContent.class);
    assertThat(cached()).hasSize(1);
  }

  @Test
  void truncatedPackage() throws Exception {
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
  void packageThatIsTooLong() throws Exception {
    Path deb = archive.add("app", "1", "");
    archive.publish();
    Files.write(deb, new byte[1 << 20], StandardOpenOption.APPEND);
    assertThatThrownBy(() -> unpack("app"))
        .isInstanceOf(DebianFailure.WrongContent.class)
        .hasMessageContaining("longer");
  }

  @Test
  void damageInTheCacheIsFoundAndRepaired() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    unpack("app");
    for (Path file : cached()) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    unpack("app");
  }

  @Test
  void cachedPackagesNeedNoNetwork() throws Exception {
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
  void unreachableArchive() throws Exception {
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
  void archiveWithAnInvalidUrl(String mirror) throws Exception {
    DebianOptions good = archive.options();
    DebianOptions bad =
        new DebianOptions(
            good.cache(), good.root(), List.of(URI.create(mirror)), good.keyrings(), good.clock());
    assertThatThrownBy(() -> resolve(bad, List.of("app")))
        .isInstanceOf(DebianFailure.Unreachable.class)
        .hasMessageContaining("URL");
  }

  @Test
  void archiveInADirectory() throws Exception {
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
  void anUnwritableCacheIsNotBlamedOnTheArchive(boolean local) throws Exception {
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
  void noArchiveAndNoKeys() throws Exception {
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

  private List<String> resolve(List<String> wanted, List<String> exclude, boolean recommends)
      throws IOException {
    try (DebianArchive debian = new DebianArchive(archive.options(), Progress.silent())) {
      return debian
          .resolve("trixie", List.of("main"), "amd64", wanted, exclude, recommends)
          .stream()
          .map(DebianPackage::toString)
          .toList();
    }
  }

  private static void resolve(DebianOptions options, List<String> wanted) {
    try (DebianArchive debian = new DebianArchive(options, Progress.silent())) {
      debian.resolve("trixie", List.of("main"), "amd64", wanted, List.of(), false);
    }
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

  private List<Path> cached() throws IOException {
    try (var files = Files.list(temporary.resolve("cache/sha256"))) {
      return files.toList();
    }
  }
}
