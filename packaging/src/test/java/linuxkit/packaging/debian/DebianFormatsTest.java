package linuxkit.packaging.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import linuxkit.base.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads versions, relations, control files and apt's configuration. */
class DebianFormatsTest {
  private static final List<String> VERSIONS =
      List.of(
          "0",
          "1",
          "1.0",
          "1.0-1",
          "1.0-1+b1",
          "1.0~rc1-1",
          "1.0~~",
          "1.0~",
          "1.0+dfsg-1",
          "1:0.1",
          "0:1.0",
          "1.0a",
          "1.0.0",
          "1.10",
          "1.9",
          "1.09",
          "2.41-12+deb13u5",
          "2.41-12",
          "6.12.107+1",
          "6.12.117+1",
          "1.7.24~ds1-6+deb13u1",
          "1.7.24~ds1-6",
          "01",
          "99999999999999999999",
          "99999999999999999998",
          "1-1-1",
          "1-1",
          "1.0-a",
          "1.0-A");

  @TempDir Path temporary;

  @Test
  void ordersVersionsLikeDpkg() throws Exception {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < VERSIONS.size(); i++) {
      for (int j = 0; j < i; j++) {
        String a = VERSIONS.get(i);
        String b = VERSIONS.get(j);
        int order = DebianVersion.parse(a).compareTo(DebianVersion.parse(b));
        String ours = "'%s' %s '%s'".formatted(a, order < 0 ? "lt" : order > 0 ? "gt" : "eq", b);
        script.append("dpkg --compare-versions " + ours + " || echo wrong: " + ours + "\n");
      }
    }
    Path file = Files.writeString(temporary.resolve("compare"), script);
    assertThat(TestArchive.run(temporary, "sh", file.toString())).isEmpty();
  }

  @Test
  void readsRelations() {
    assertThat(Relation.parse("a (>= 1:2) | b:any, c(=3),\n d (<< 4~) ", "test"))
        .hasToString("[[a (>= 1:2), b], [c (= 3)], [d (<< 4~)]]");
    assertThat(new Relation("a", "<<", "2").admits("2~")).isTrue();
    assertThat(new Relation("a", ">>", "2").admits("2")).isFalse();
    assertThatThrownBy(() -> Relation.parse("a (>= )", "test"))
        .isInstanceOf(DebianFailure.BadFormat.class);
  }

  @Test
  void readsSourcesOfBothFormats() {
    List<AptSources.Source> sources = new ArrayList<>();
    AptSources.addOneLine(
        """
        # deb http://no.example/debian trixie main
        deb [arch=amd64 signed-by=/a.gpg,/b.gpg] http://one.example/debian bookworm main contrib # why
        deb-src http://one.example/debian bookworm main
        deb cdrom:[Debian] trixie main
        """,
        sources);
    AptSources.addParagraphs(
        """
        Types: deb deb-src
        URIs: https://two.example/debian/
        Suites: bookworm bookworm-updates
        Components: main
        Signed-By:
         -----BEGIN PGP PUBLIC KEY BLOCK-----
         .
         abc
         -----END PGP PUBLIC KEY BLOCK-----

        Types: deb
        Enabled: no
        URIs: https://off.example/
        Suites: bookworm
        Components: main
        """,
        "test",
        sources);
    assertThat(sources)
        .extracting(s -> s.uri() + " " + s.suite() + " " + s.components())
        .containsExactly(
            "http://one.example/debian/ bookworm [main, contrib]",
            "https://two.example/debian/ bookworm [main]",
            "https://two.example/debian/ bookworm-updates [main]");
    assertThat(sources.get(0).signedBy()).containsExactly("/a.gpg", "/b.gpg");
    assertThat(sources.get(1).signedBy())
        .containsExactly(
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n");
  }

  @Test
  void replacesSuitesOfTheMachineByTheRequestedOnes() throws IOException {
    Path list = Files.createDirectories(temporary.resolve("sources.list.d")).resolve("x.list");
    Files.writeString(
        list,
        """
        deb http://a.example/debian bookworm main
        deb http://a.example/debian bookworm-updates main
        deb http://a.example/debian bookworm-backports main
        deb http://s.example/debian-security bookworm-security main
        deb http://other.example/apt nodistro main
        deb http://a.example/debian stable contrib
        """);
    assertThat(Suites.ofApt(AptSources.read(temporary), Suites.names("trixie", Set.of())))
        .extracting(suite -> suite.resolve("InRelease"))
        .containsExactly(
            URI.create("http://a.example/debian/dists/trixie/InRelease"),
            URI.create("http://a.example/debian/dists/trixie-updates/InRelease"),
            URI.create("http://s.example/debian-security/dists/trixie-security/InRelease"));
  }

  @Test
  void addsUpdatesAndSecurityToReleasesOnly() {
    assertThat(Suites.names("trixie", Set.of()))
        .containsExactly("trixie", "trixie-updates", "trixie-security");
    assertThat(Suites.names("trixie", Set.of(DebianOptions.Pocket.SECURITY)))
        .containsExactly("trixie", "trixie-updates");
    assertThat(Suites.names("sid", Set.of())).containsExactly("sid");
    assertThat(Suites.names("trixie-backports", Set.of())).containsExactly("trixie-backports");
  }

  @Test
  void readsSettingsOfApt() {
    AptConfiguration configuration = new AptConfiguration();
    assertThat(configuration.checksValidUntil()).isTrue();
    configuration.add(
        """
        // a comment; with "signs" {
        Acquire { http { Proxy "http://proxy.example:3128"; }; Check-Date "false"; };
        /* Acquire::Check-Valid-Until "true"; */
        APT::List { "one"; "two"; };
        acquire::check-valid-until "false";
        """);
    assertThat(configuration.get("Acquire::HTTP::Proxy")).contains("http://proxy.example:3128");
    assertThat(configuration.get("Acquire::Check-Date")).contains("false");
    assertThat(configuration.checksValidUntil()).isFalse();
  }

  @Test
  void readsTheSameSettingsAsApt() throws Exception {
    String dump = TestArchive.run(temporary, "apt-config", "dump");
    boolean off = dump.contains("Acquire::Check-Valid-Until \"false\"");
    assertThat(AptSources.read(Path.of("/etc/apt")).configuration().checksValidUntil())
        .isEqualTo(!off);
  }

  @FuzzTest
  void readsOrRefusesAnyControlFile(byte[] data) throws IOException {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      for (ControlParagraph paragraph : ControlParagraph.readAll(new StringReader(text), "test")) {
        Relation.parse(paragraph.get("Depends").orElse(""), "test");
        paragraph.words("Depends");
      }
      ControlParagraph.read(new BufferedReader(new StringReader(text)), _ -> false, "test");
      AptSources.addParagraphs(text, "test", new ArrayList<>());
    } catch (DebianFailure e) {
      assertThat(e.what()).isNotEmpty();
    }
  }

  @FuzzTest
  void acceptsAnySettingsAndSources(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    AptConfiguration configuration = new AptConfiguration();
    configuration.add(text);
    configuration.checksValidUntil();
    AptSources.addOneLine(text, new ArrayList<>());
  }

  @FuzzTest
  void ordersAnyVersionsTotally(byte[] data) {
    String text = new String(data, StandardCharsets.US_ASCII);
    int half = text.length() / 2;
    DebianVersion a = DebianVersion.parse(text.substring(0, half));
    DebianVersion b = DebianVersion.parse(text.substring(half));
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
    assertThat(a.compareTo(DebianVersion.parse(a.toString()))).isZero();
  }

  @FuzzTest
  void readsOrRefusesAnyPackage(byte[] data) throws IOException {
    try {
      byte[] magic = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
      byte[] all = Arrays.copyOf(magic, magic.length + data.length);
      System.arraycopy(data, 0, all, magic.length, data.length);
      DebFile.read(new ByteArrayInputStream(all), "test", _ -> {});
    } catch (Failure | IOException e) {
      assertThat(e).isNotNull();
    }
  }

  @FuzzTest
  void refusesAnySignedText(byte[] data) {
    try {
      ClearSigned.verify(data, new Keyring(TestArchive.NOW), "test");
      throw new AssertionError("an empty keyring vouched for it");
    } catch (DebianFailure.BadSignature e) {
      assertThat(e.what()).isNotEmpty();
    }
  }
}
