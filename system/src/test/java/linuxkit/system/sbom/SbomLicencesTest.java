package linuxkit.system.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Declares licences of packages by their copyright files. */
class SbomLicencesTest extends SbomFixture {
  @Test
  void declaresTheLicencesOfCopyrightFiles() {
    String format =
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";
    PackagedImage image =
        PackagedImage.of(
            "a/b:1",
            Map.of(
                "var/lib/dpkg/status",
                """
                Package: free
                Version: 1

                Package: free-data
                Version: 1

                Package: prose
                Version: 1

                Package: bare
                Version: 1
                """,
                "usr/share/doc/free/copyright",
                format + "Files: *\nLicense: GPL-2+ or Odd, and Expat\n\nFiles: x\nLicense: Odd\n",
                "usr/share/doc/free-data -> free",
                "",
                "usr/share/doc/prose/copyright",
                "Do as you like.\n"));
    DocumentFields document = spdx(image.part("init[0]", ""));
    String licence =
        "(GPL-2.0-or-later OR LicenseRef-init-0-Odd) AND MIT AND LicenseRef-init-0-Odd";
    assertThat(document.objects("packages"))
        .filteredOn(each -> !each.text("name").startsWith("docker.io"))
        .extracting(each -> each.text("name") + ": " + each.text("licenseDeclared"))
        .containsExactly(
            "bare: NOASSERTION", "free: " + licence, "free-data: " + licence, "prose: NOASSERTION");
    assertThat(document.objects("packages"))
        .extracting(each -> each.text("licenseConcluded"))
        .containsOnly("NOASSERTION");
    assertThat(document.objects("hasExtractedLicensingInfos")).hasSize(1);
    assertThat(
            new DocumentFields(
                    element(document, "hasExtractedLicensingInfos", "LicenseRef-init-0-Odd"))
                .text("extractedText"))
        .isEqualTo("See the licence \"Odd\" in /usr/share/doc/free/copyright of the image.");
    assertThat(
            cycloneDx(image.part("init[0]", ""))
                .objects("components")
                .getFirst()
                .objects("components")
                .stream()
                .flatMap(each -> each.objects("licenses").stream()))
        .extracting(each -> each.text("expression"))
        .containsExactly(licence, licence);
    assertThat(progress.warnings()).isEmpty();
  }

  @Test
  void skipsHugeCopyrightFiles() {
    PackagedImage image =
        PackagedImage.of(
            "a/b:1",
            Map.of(
                "var/lib/dpkg/status",
                "Package: a\nVersion: 1\n",
                "usr/share/doc/a/copyright",
                "x".repeat(DeclaredLicences.MAX_SIZE + 1)));
    assertThat(spdx(image.part("init[0]", "")).objects("packages")).hasSize(2);
    assertThat(progress.warnings())
        .singleElement()
        .asString()
        .contains("docker.io/a/b:1, usr/share/doc/a/copyright is 2097153 bytes long");
  }
}
