package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collections;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.TestArchive;
import linuxkit.packaging.definition.BuildFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Makes files of images from those of packages. */
class PackagedFilesTest extends ComponentFixture {
  private static final String HEAD =
      """
      image: hello
      arches: [amd64]
      debian:
        packages: [ca]
        keep: []
      files:
      """;

  private TestArchive archive;

  @BeforeEach
  void aPackageOfCertificates() throws Exception {
    archive = new TestArchive(temporary.resolve("archive"));
    Path content = temporary.resolve("content");
    content(content, "usr/share/ca/README", "usr/share/doc/ca/copyright", "usr/bin/tool");
    Files.createSymbolicLink(content.resolve("usr/bin/link"), Path.of("tool"));
    content.resolve("usr/bin/tool").toFile().setExecutable(true, false);
    for (String name : List.of("B", "a")) {
      TestArchive.run(
          content,
          "openssl",
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-subj",
          "/CN=" + name,
          "-keyout",
          "/dev/null",
          "-out",
          "usr/share/ca/" + name + ".crt");
    }
    Path b = content.resolve("usr/share/ca/B.crt");
    Files.writeString(b, Files.readString(b).strip());
    archive.add("ca", "1", "Depends: other\n", content);
    archive.add("other", "1", "");
    archive.publish();
  }

  @AfterEach
  void stop() {
    archive.close();
  }

  @Test
  void joinsCopiesAndStoresWhatKeepLeavesOut() throws Exception {
    define(
        HEAD
            + """
                - {path: /etc/ssl/ca.crt, concatenate: ["/usr/share/ca/*.crt", "/usr/share/ca/a.*"]}
                - {path: /etc/java/cacerts, java-keystore: ["/usr/share/ca/*.crt"], mode: "0600"}
                - {path: /opt/tool, contents: replaced}
                - {path: /opt/tool, copy: /bin/link, uid: 7}
                - {path: /opt/readme, copy: /usr/share/ca/README}
              """);
    ImageStore store = store("cache");
    Descriptor index = build(store, archive.options(), false, AMD64);
    assertThat(names(store, index))
        .contains("usr/share/doc/ca/copyright", "var/lib/dpkg/status.d/ca")
        .doesNotContain("var/lib/dpkg/status.d/other", "usr/share/ca", "usr/bin");
    assertThat(list(store, index, AMD64))
        .anyMatch(line -> line.matches("-rwxr-xr-x 7/0 12 .* opt/tool"))
        .anyMatch(line -> line.matches("-rw-r--r-- 0/0 19 .* opt/readme"))
        .anyMatch(line -> line.matches("-rw------- 0/0 \\d+ .* etc/java/cacerts"));
    Path out = Files.createDirectories(temporary.resolve("out"));
    TestArchive.run(out, "tar", "--zstd", "-xf", temporary.resolve("layer.tar.zst").toString());
    String bundle = Files.readString(out.resolve("etc/ssl/ca.crt"));
    assertThat(bundle.split("-----BEGIN CERTIFICATE-----\n", -1)).hasSize(3);
    assertThat(bundle).endsWith("-----END CERTIFICATE-----\n").doesNotContain("----------");
    KeyStore keys = KeyStore.getInstance("JKS");
    try (InputStream in = Files.newInputStream(out.resolve("etc/java/cacerts"))) {
      keys.load(in, "changeit".toCharArray());
    }
    assertThat(Collections.list(keys.aliases())).containsExactlyInAnyOrder("a", "b");
    assertThat(keys.isCertificateEntry("b")).isTrue();
    assertThat(keys.getCertificate("b").toString()).contains("CN=B");
    Descriptor again = build(store("other"), archive.options(), false, AMD64);
    assertThat(again.digest()).isEqualTo(index.digest());
  }

  @Test
  void keepsTheLinkToTheLoader() throws Exception {
    Path content = temporary.resolve("libc");
    String loader = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";
    content(content, loader, "usr/share/doc/libc/copyright");
    Files.createDirectories(content.resolve("usr/lib64"));
    Path link = Path.of("../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
    Files.createSymbolicLink(content.resolve("usr/lib64/ld-linux-x86-64.so.2"), link);
    archive.add("libc", "1", "", content);
    archive.publish();
    String head = "image: hello\narches: [amd64]\ndebian:\n  packages: [libc]\n  keep: [%s]\n";
    ImageStore store = store("cache");
    define(head.formatted("\"/usr/lib/*/ld-*\""));
    assertThat(names(store, build(store, archive.options(), false, AMD64)))
        .contains("lib64 -> usr/lib64", "usr/lib64/ld-linux-x86-64.so.2 -> " + link);
    define(
        head.formatted("\"/usr/lib/*/ld-*\"")
            + "files: [{path: /lib64/ld-linux-x86-64.so.2, symlink: /%s}]\n".formatted(loader));
    assertThat(names(store, build(store, archive.options(), false, AMD64)))
        .contains("lib64", "lib64/ld-linux-x86-64.so.2 -> /" + loader)
        .doesNotContain("usr/lib64");
    define(head.formatted("/usr/share/none"));
    assertThat(names(store, build(store, archive.options(), false, AMD64)))
        .doesNotContain("lib64 -> usr/lib64");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          copy: /usr/bin/missing         | 7:22: no file of the packages is /usr/bin/missing
          copy: /usr/share/ca            | 7:22: no file of the packages is /usr/share/ca
          concatenate: [/usr/x*]         | 7:30: no file of the packages is /usr/x*
          java-keystore: [/usr/bin/tool] | 7:32: the file /usr/bin/tool does not consist of X.509
          """)
  void reportsWhatThePackagesDoNotHave(String source, String expected) throws Exception {
    define(HEAD + "- {path: /opt, " + source + "}\n");
    assertThatThrownBy(() -> build(store("cache"), archive.options(), false, AMD64))
        .isInstanceOf(Failure.class)
        .extracting(e -> ((Failure) e).where() + ": " + ((Failure) e).what())
        .asString()
        .contains("build.yml:" + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          copy: /x                       | needs packages under debian
          java-keystore: [/x]            | needs packages under debian
          concatenate: [x]               | a pattern must begin with a slash
          concatenate: []                | expected at least one pattern
          copy: /x, contents: y          | expected exactly one of
          """)
  void refusesWhatCannotWork(String source, String expected) {
    byte[] text =
        ("image: x\nfiles: [{path: /a, " + source + "}]\n").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> BuildFile.read("build.yml", text))
        .hasMessageContaining("build.yml:2:")
        .hasMessageContaining(expected);
  }
}
