package linuxkit.system.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.packageurl.PackageURL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.filesystem.Content;
import linuxkit.fixtures.ProgressLog;
import linuxkit.system.sbom.InstalledPackage.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageListsTest {
  private final ProgressLog progress = new ProgressLog();

  private List<InstalledPackage> read(Map<String, String> files) {
    PackageDatabases databases = PackageDatabases.of(PackagedImage.of("a/b:1", files).tree());
    return PackageLists.read(databases, "a/b:1", progress::warn);
  }

  private static String purl(InstalledPackage installed, OsRelease release) throws Exception {
    String purl = installed.purl(release);
    assertThat(new PackageURL(purl).canonicalize()).isEqualTo(purl);
    return purl;
  }

  @Test
  void readsPackagesOfDpkg() throws Exception {
    List<InstalledPackage> packages =
        read(
            Map.of(
                "var/lib/dpkg/status",
                """
                Package: libstdc++6
                Status: install ok installed
                Priority: important
                Maintainer: Debian GCC Maintainers <debian-gcc@lists.debian.org>
                Architecture: amd64
                Source: gcc-14 (14.2.0-19~deb13u1)
                Version: 1:14.2.0-19
                Description: GNU Standard C++ Library v3
                 Version: 666
                 .
                 more

                Package: gone
                Status: deinstall ok config-files
                Architecture: amd64
                Version: 1

                Package: bash
                Status: hold ok installed
                Architecture: amd64
                Version: 5.2
                Origin: Debian
                """));
    assertThat(packages)
        .containsExactly(
            new InstalledPackage(
                InstalledPackage.Manager.DPKG,
                "bash",
                "5.2",
                "amd64",
                new Source("bash", "5.2"),
                "",
                "",
                "Debian"),
            new InstalledPackage(
                InstalledPackage.Manager.DPKG,
                "libstdc++6",
                "1:14.2.0-19",
                "amd64",
                new Source("gcc-14", "14.2.0-19~deb13u1"),
                "Debian GCC Maintainers <debian-gcc@lists.debian.org>",
                "",
                ""));
    assertThat(purl(packages.get(0), OsRelease.UNKNOWN))
        .isEqualTo("pkg:deb/debian/bash@5.2?arch=amd64");
    assertThat(new PackageURL(purl(packages.get(1), new OsRelease("ubuntu", "24.04"))))
        .satisfies(
            url -> {
              assertThat(url.getNamespace()).isEqualTo("ubuntu");
              assertThat(url.getName()).isEqualTo("libstdc++6");
              assertThat(url.getVersion()).isEqualTo("1:14.2.0-19");
              assertThat(url.getQualifiers())
                  .containsEntry("distro", "ubuntu-24.04")
                  .containsEntry("upstream", "gcc-14@14.2.0-19~deb13u1");
            });
    assertThat(progress.warnings()).isEmpty();
  }

  @Test
  void readsEveryFileOfStatusD() {
    assertThat(
            read(
                Map.of(
                    "var/lib/dpkg/status.d/base",
                        "Package: base-files\nVersion: 13\nArchitecture: all\n",
                    "var/lib/dpkg/status.d/base.md5sums", "0123  etc/passwd\n",
                    "var/lib/dpkg/status.d/netbase", "Package: netbase\nVersion: 6.4")))
        .extracting(InstalledPackage::name)
        .containsExactly("base-files", "netbase");
    assertThat(progress.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lib/apk/db/installed", "usr/lib/apk/db/installed"})
  void readsPackagesOfApk(String path) throws Exception {
    List<InstalledPackage> packages =
        read(
            Map.of(
                path,
                """
                C:Q1abcdefghijklmnopqrstuvwxyz0=
                P:musl
                V:1.2.5-r9
                A:x86_64
                T:the musl c library
                L:MIT
                o:musl
                m:Timo Teräs <timo.teras@iki.fi>
                F:lib
                R:ld-musl-x86_64.so.1
                a:0:0:755

                P:busybox-binsh
                V:1.37.0-r12
                A:x86_64
                L:GPL-2.0-only
                o:busybox
                """));
    assertThat(packages)
        .containsExactly(
            new InstalledPackage(
                InstalledPackage.Manager.APK,
                "busybox-binsh",
                "1.37.0-r12",
                "x86_64",
                new Source("busybox", "1.37.0-r12"),
                "",
                "GPL-2.0-only",
                ""),
            new InstalledPackage(
                InstalledPackage.Manager.APK,
                "musl",
                "1.2.5-r9",
                "x86_64",
                new Source("musl", "1.2.5-r9"),
                "Timo Teräs <timo.teras@iki.fi>",
                "MIT",
                ""));
    assertThat(purl(packages.get(0), new OsRelease("alpine", "3.21.3")))
        .isEqualTo(
            "pkg:apk/alpine/busybox-binsh@1.37.0-r12?arch=x86_64&distro=alpine-3.21.3&upstream=busybox");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Package: ../../etc\nVersion: 1",
        "Package: a\nVersion: 1 2",
        "Package: a\nVersion:",
        "Version: 1",
        "Package: a\nVersion: 1\nArchitecture: <script>",
        "Package: a\nVersion: 1\nSource: b (1) c",
        "no database at all"
      })
  void leavesOutInvalidEntries(String entry) {
    assertThat(read(Map.of("var/lib/dpkg/status", entry + "\n\nPackage: b\nVersion: 2\n")))
        .extracting(InstalledPackage::name)
        .containsExactly("b");
    assertThat(progress.warnings())
        .containsExactly("a/b:1, list of packages of dpkg: invalid entries, which are left out: 1");
  }

  @Test
  void boundsLists() {
    Content huge =
        new Content() {
          @Override
          public long size() {
            return PackageLists.MAX_SIZE + 1L;
          }

          @Override
          public String sha256() {
            return "";
          }

          @Override
          public java.io.InputStream open() {
            throw new AssertionError("it was read");
          }
        };
    PackageDatabases databases =
        new PackageDatabases(List.of(), Optional.of(huge), Optional.empty(), Map.of());
    assertThat(PackageLists.read(databases, "a/b:1", progress::warn)).isEmpty();
    assertThat(progress.warnings())
        .containsExactly(
            "a/b:1, list of packages of apk is 33554433 bytes long, more than 33554432: it is ignored");
  }

  @Test
  void removesControlCharactersAndCutsLongTexts() {
    String maintainer = "A\u0007B" + "x".repeat(1000);
    assertThat(read(Map.of("lib/apk/db/installed", "P:a\nV:1\nm:" + maintainer)))
        .singleElement()
        .satisfies(found -> assertThat(found.maintainer()).hasSize(256).startsWith("A Bx"));
  }

  @Test
  void readsDistributionFromOsRelease() {
    assertThat(OsRelease.parse("NAME=\"x\"\nID=wolfi\nVERSION_ID=\"20230201\"\n"))
        .isEqualTo(new OsRelease("wolfi", "20230201"));
    assertThat(OsRelease.parse("ID='debian'\nVERSION_ID=$(reboot)"))
        .isEqualTo(new OsRelease("debian", ""));
  }

  @FuzzTest
  void acceptsAnyDatabase(byte[] bytes) {
    PackageDatabases databases =
        new PackageDatabases(
            List.of(Content.of(bytes)), Optional.of(Content.of(bytes)), Optional.empty(), Map.of());
    for (InstalledPackage each : PackageLists.read(databases, "fuzz", _ -> {})) {
      assertThat(each.purl(OsRelease.parse(new String(bytes, StandardCharsets.ISO_8859_1))))
          .matches("pkg:[!-~]+");
    }
  }
}
