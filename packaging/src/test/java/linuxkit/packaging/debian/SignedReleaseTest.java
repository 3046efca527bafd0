package linuxkit.packaging.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import linuxkit.fixtures.ProgressLog;
import org.junit.jupiter.api.Test;

/** Refuses releases whose signature, suite or date is wrong. */
class SignedReleaseTest extends DebianArchiveFixture {
  @Test
  void refusesATamperedRelease() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    Path release = archive.www("dists/trixie/InRelease");
    Files.writeString(
        release, Files.readString(release).replace("Origin: Debian", "Origin: debian"));
    assertBadSignature("does not match");
  }

  @Test
  void refusesTextOutsideTheSignature() throws Exception {
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
  void refusesAReleaseSignedByAnUnknownKey() throws Exception {
    archive.add("app", "1", "");
    archive.publishSignedByAStranger();
    assertBadSignature("unknown key");
  }

  @Test
  void refusesAReleaseSignedWithSha1() throws Exception {
    archive.add("app", "1", "");
    archive.signWithSha1();
    archive.publish();
    assertBadSignature("not trusted");
  }

  @Test
  void refusesAReleaseOfAnotherSuite() throws Exception {
    archive.add("app", "1", "");
    archive.pretendToBe("bookworm");
    archive.publish();
    assertBadSignature("instead of trixie");
  }

  @Test
  void refusesAnExpiredRelease() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    DebianOptions late = archive.options(TestArchive.NOW.plus(Duration.ofDays(30)));
    assertThatThrownBy(() -> resolve(late, List.of("app")))
        .isInstanceOf(DebianFailure.BadSignature.class)
        .hasMessageContaining("expired at");
  }

  @Test
  void warnsOfAnExpiredReleaseThatAptAccepts() throws Exception {
    archive.add("app", "1", "");
    archive.publish();
    DebianOptions late = archive.options(TestArchive.NOW.plus(Duration.ofDays(30)));
    Path apt = Files.createDirectories(late.root().resolve("etc/apt"));
    Files.writeString(apt.resolve("apt.conf"), "Acquire::Check-Valid-Until \"false\";\n");
    ProgressLog progress = new ProgressLog();
    try (DebianArchive debian = new DebianArchive(late, progress)) {
      debian.resolve("trixie", List.of("main"), "amd64", List.of("app"), List.of(), false);
    }
    assertThat(progress.warnings()).hasSize(1).first().asString().contains("expired at");
  }

  private void assertBadSignature(String why) {
    assertThatThrownBy(() -> resolve(List.of("app"), List.of(), false))
        .isInstanceOf(DebianFailure.BadSignature.class)
        .hasMessageContaining(why);
    assertThat(temporary.resolve("cache/lists")).isEmptyDirectory();
  }
}
