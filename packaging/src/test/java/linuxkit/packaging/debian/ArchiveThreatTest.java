package linuxkit.packaging.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.base.Failure;
import linuxkit.fixtures.ProgressLog;
import linuxkit.packaging.debian.DebianOptions.Pocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who sit between this machine and Debian, and archives that are not Debian. */
class ArchiveThreatTest {
  private static final String ALL =
      """
      deb [signed-by=DEBIAN] URI bookworm main
      deb [signed-by=DEBIAN] URI bookworm-updates main
      deb [signed-by=DEBIAN] URI bookworm-security main
      """;

  @TempDir Path directory;
  private TestArchive archive;
  private final ProgressLog progress = new ProgressLog();

  @BeforeEach
  void start() throws Exception {
    archive = new TestArchive(directory);
    archive.add("ssl", "1", "");
    archive.publish();
    archive.suite("trixie-updates");
    archive.publish();
    archive.suite("trixie-security");
    archive.add("ssl", "1+deb13u1", "");
    archive.publish();
  }

  @AfterEach
  void stop() {
    archive.close();
  }

  private List<DebianPackage> resolve(DebianOptions options, String suite) {
    try (DebianArchive debian = new DebianArchive(options, progress)) {
      return debian.resolve(suite, List.of("main"), "amd64", List.of("ssl"), List.of(), false);
    }
  }

  private String ssl(DebianOptions options) {
    return resolve(options, "trixie").toString();
  }

  private DebianOptions mirrors(Set<Pocket> without) throws IOException {
    DebianOptions usual = archive.options();
    return new DebianOptions(
        usual.cache(),
        usual.root(),
        usual.mirrors(),
        usual.keyrings(),
        usual.clock(),
        Map.of(),
        List.of(),
        without);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trixie-security", "trixie-updates"})
  void t7ReportsAMissingSuiteOfApt(String suite) throws Exception {
    assertThat(ssl(archive.machine(ALL))).contains("1+deb13u1");
    Files.delete(directory.resolve("cache/lists").resolve(listOf(suite)));
    Files.delete(archive.www("dists/" + suite + "/InRelease"));
    assertThatThrownBy(() -> ssl(archive.machine(ALL)))
        .isInstanceOf(DebianFailure.MissingSuite.class)
        .hasMessageContaining(suite + ", which apt's sources name")
        .extracting(e -> ((Failure) e).hint())
        .asString()
        .contains("apt's sources", "--debian-mirror");
    // It is asked for again each time.
    assertThatThrownBy(() -> ssl(archive.machine(ALL)))
        .isInstanceOf(DebianFailure.MissingSuite.class);
  }

  private String listOf(String suite) {
    return (archive.uri() + "dists/" + suite + "/InRelease").replaceAll("[^A-Za-z0-9.-]", "_");
  }

  @Test
  void t7DoesNotTakeAnEmptyListForAMissingSuite() throws Exception {
    Path list =
        Files.createDirectories(directory.resolve("cache/lists"))
            .resolve(listOf("trixie-security"));
    Files.createFile(list);
    Files.setLastModifiedTime(list, FileTime.from(TestArchive.NOW));
    assertThat(ssl(archive.machine(ALL))).contains("1+deb13u1");
  }

  @Test
  void t7RefusesTheDisappearanceOfASuite() throws Exception {
    assertThat(ssl(mirrors(Set.of()))).contains("1+deb13u1");
    Files.delete(archive.www("dists/trixie-security/InRelease"));
    DebianOptions now = mirrors(Set.of());
    DebianOptions later =
        new DebianOptions(
            now.cache(),
            now.root(),
            now.mirrors(),
            now.keyrings(),
            InstantSource.fixed(TestArchive.NOW.plus(Duration.ofHours(2))),
            Map.of(),
            List.of(),
            Set.of());
    assertThatThrownBy(() -> ssl(later))
        .isInstanceOf(DebianFailure.MissingSuite.class)
        .hasMessageContaining("no longer has the suite trixie-security");
  }

  @Test
  void t7LeavesOutSecurityByDecisionOnly() throws Exception {
    Files.delete(archive.www("dists/trixie-security/InRelease"));
    assertThatThrownBy(() -> ssl(mirrors(Set.of())))
        .isInstanceOf(DebianFailure.MissingSuite.class)
        .hasMessageContaining("no archive has the suite trixie-security")
        .extracting(e -> ((Failure) e).hint())
        .asString()
        .contains("--debian-mirror", "--debian-without security");
    assertThat(ssl(mirrors(EnumSet.of(Pocket.SECURITY)))).contains("ssl 1]");
    assertThat(progress.warnings()).isEmpty();
  }

  @Test
  void combinesSuitesOfSeveralMirrors() throws Exception {
    Path other = directory.resolve("security/dists");
    Files.createDirectories(other);
    Files.move(archive.www("dists/trixie-security"), other.resolve("trixie-security"));
    Files.createDirectories(directory.resolve("security/pool"));
    DebianOptions one = mirrors(Set.of());
    DebianOptions two =
        new DebianOptions(
            one.cache(),
            one.root(),
            List.of(one.mirrors().getFirst(), directory.resolve("security").toUri()),
            one.keyrings(),
            one.clock());
    assertThat(ssl(two)).contains("1+deb13u1");
  }

  @Test
  void addsNoSuitesToUnstable() throws Exception {
    archive.suite("sid");
    archive.add("ssl", "3", "");
    archive.publish();
    assertThat(resolve(archive.machine(ALL), "sid").toString()).contains("ssl 3");
    assertThat(resolve(mirrors(Set.of()), "sid").toString()).contains("ssl 3");
  }

  @Test
  void reportsAptWithoutSecurity() throws Exception {
    ssl(archive.machine("deb URI trixie main\ndeb URI trixie-updates main\n"));
    assertThat(progress.warnings())
        .containsExactly(
            "The sources of apt do not name trixie-security, whose updates are not used.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"VENDOR", "0123456789012345678901234567890123456789"})
  void t8ArchiveWithKeysOfItsOwnIsNotDebian(String keys) throws Exception {
    try (TestArchive vendor = new TestArchive(directory.resolve("vendor"))) {
      vendor.add("ssl", "99", "");
      vendor.origin("SomeVendor");
      vendor.publishSignedByAStranger();
      DebianOptions machine =
          archive.machine(ALL + "deb [signed-by=" + keys + "] " + vendor.uri() + " trixie main\n");
      assertThat(ssl(machine)).contains("1+deb13u1").doesNotContain("99");
      assertThat(progress.lines())
          .anyMatch(
              line ->
                  line.contains("Ignoring trixie of " + vendor.uri())
                      && line.contains("--debian-mirror"));
      assertThat(vendor.requests()).isEmpty();
    }
  }

  @Test
  void t8RefusesAnArchiveWithoutNamedKeys() throws Exception {
    try (TestArchive vendor = new TestArchive(directory.resolve("vendor"))) {
      vendor.add("ssl", "99", "");
      vendor.publishSignedByAStranger();
      assertThatThrownBy(() -> ssl(archive.machine(ALL + "deb " + vendor.uri() + " trixie main\n")))
          .isInstanceOf(DebianFailure.BadSignature.class)
          .hasMessageContaining("signed by unknown keys")
          .extracting(e -> ((Failure) e).hint())
          .asString()
          .contains("Signed-By");
    }
  }

  @Test
  void t8RefusesAReleaseSwappedBetweenSources() throws Exception {
    // Were it believed, anybody on the way could have security updates ignored.
    archive.add("ssl", "0", "");
    archive.publishSignedByAStranger();
    assertThatThrownBy(() -> ssl(archive.machine(ALL)))
        .isInstanceOf(DebianFailure.BadSignature.class);
  }

  @Test
  void t8RefusesAReleaseOfAnotherOrigin() throws Exception {
    archive.origin("SomeVendor");
    archive.publish();
    assertThatThrownBy(() -> ssl(archive.machine(ALL)))
        .isInstanceOf(DebianFailure.BadSignature.class)
        .hasMessageContaining("of the origin \"SomeVendor\"");
    // Who names it means it.
    assertThat(ssl(mirrors(Set.of()))).contains("ssl 1");
  }

  @Test
  void t8ReportsThatPinsOfAptAreIgnored() throws Exception {
    DebianOptions machine = archive.machine(ALL);
    Path preferences = Files.createDirectories(directory.resolve("machine/etc/apt/preferences.d"));
    Files.writeString(
        preferences.resolve("other"), "Package: nodejs\nPin: origin x\nPin-Priority: 600\n");
    ssl(machine);
    assertThat(progress.lines()).noneMatch(line -> line.contains("pins"));
    Files.writeString(
        preferences.resolve("vendor"), "Package: *\nPin: release o=SomeVendor\nPin-Priority: -1\n");
    ssl(machine);
    assertThat(progress.lines())
        .filteredOn(line -> line.contains("pins"))
        .singleElement()
        .asString()
        .contains("preferences.d/vendor are not applied");
  }

  @Test
  void t8ReportsWhatElseOfAptIsIgnored() throws Exception {
    String sources =
        ALL
            + "deb mirror+file:/etc/apt/mirrors bookworm-security main\n"
            + "deb [signed-by=VENDOR] https://bearer:s3cret@vendor.example/d trixie main\n";
    DebianOptions machine = archive.machine(sources);
    Path apt = directory.resolve("machine/etc/apt");
    Files.writeString(apt.resolve("apt.conf"), "APT::Default-Release \"stable\";\n");
    Files.writeString(
        apt.resolve("preferences"), "Package: [s]sl\nPin: release a=x\nPin-Priority: 600\n");
    assertThat(ssl(machine)).contains("1+deb13u1");
    assertThat(progress.lines())
        .anyMatch(line -> line.contains("bookworm-security of mirror+file:/etc/apt/mirrors/, a"))
        .anyMatch(line -> line.contains("APT::Default-Release of apt is not applied"))
        .anyMatch(line -> line.contains("etc/apt/preferences are not applied"))
        .anyMatch(line -> line.contains("Ignoring trixie of https://vendor.example/d/"))
        .noneMatch(line -> line.contains("s3cret"));
  }

  @Test
  void recordsTheArchiveOfAPackage() throws Exception {
    archive.add("other", "1", "Origin: SomeVendor\nEssential: no\n");
    archive.publish();
    DebianOptions machine = archive.machine(ALL);
    try (DebianArchive debian = new DebianArchive(machine, progress);
        TemporaryStorage storage = TemporaryStorage.open(directory.resolve("tmp"))) {
      PackageTree tree = new PackageTree(storage, 0);
      DebianPackage other =
          debian
              .resolve("trixie", List.of("main"), "amd64", List.of("other"), List.of(), false)
              .getFirst();
      tree.add(other, debian.fetch(other));
      assertThat(tree.status("other"))
          .contains("Package: other\n", "Essential: no\n")
          .doesNotContain("SomeVendor")
          .endsWith("\nOrigin: Debian\n");
    }
  }

  /** The group of a shared store can rename the folder of the downloads. */
  @Test
  void f11RefusesAPackageThatIsExchangedAfterItWasHashed() throws Exception {
    try (DebianArchive debian = new DebianArchive(archive.machine(ALL), progress);
        TemporaryStorage storage = TemporaryStorage.open(directory.resolve("tmp"))) {
      DebianPackage ssl =
          debian
              .resolve("trixie", List.of("main"), "amd64", List.of("ssl"), List.of(), false)
              .getFirst();
      Path fetched = debian.fetch(ssl);
      byte[] bytes = Files.readAllBytes(fetched);
      // The time of its first member, which nobody reads.
      bytes[24] ^= 1;
      Files.write(fetched, bytes);
      assertThatThrownBy(() -> new PackageTree(storage, 0).add(ssl, fetched))
          .isInstanceOf(DebianFailure.WrongContent.class)
          .hasMessageContaining("changed while it was used");
    }
  }

  @Test
  void returnsTheArchiveOfAPackage() throws Exception {
    assertThat(resolve(archive.machine(ALL), "trixie"))
        .extracting(DebianPackage::archive)
        .containsExactly(new DebianPackage.Archive(archive.uri(), "trixie-security", "Debian"));
  }
}
