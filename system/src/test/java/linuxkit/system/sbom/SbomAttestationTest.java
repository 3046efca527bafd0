package linuxkit.system.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses the lists of packages that images bring as attestations. */
class SbomAttestationTest extends SbomFixture {
  @Test
  void copiesAttestedElements() {
    PackagedImage image =
        PackagedImage.of("a/b:1", Map.of("lib/apk/db/installed", "P:unused\nV:1\n"), ATTESTED);
    DocumentFields document = spdx(image.part("onboot[0]", "containers/onboot/000-b/lower"));
    assertThat(relationships(document))
        .containsExactly(
            "SPDXRef-DOCUMENT DESCRIBES SPDXRef-onboot-0",
            "SPDXRef-onboot-0 CONTAINS SPDXRef-onboot-0-Root",
            "SPDXRef-onboot-0-Root CONTAINS SPDXRef-onboot-0-zlib",
            "SPDXRef-onboot-0-File CONTAINED_BY SPDXRef-onboot-0-zlib");
    DocumentFields zlib =
        new DocumentFields(element(document, "packages", "SPDXRef-onboot-0-zlib"));
    assertThat(zlib.text("packageFileName")).isEqualTo("containers/onboot/000-b/lower/lib/libz.so");
    assertThat(zlib.text("licenseDeclared")).isEqualTo("Zlib AND LicenseRef-onboot-0-Odd");
    assertThat(zlib.text("licenseConcluded")).isEqualTo("NOASSERTION");
    assertThat(zlib.objects("externalRefs").getFirst().text("referenceCategory"))
        .isEqualTo("PACKAGE-MANAGER");
    assertThat(
            new DocumentFields(element(document, "packages", "SPDXRef-onboot-0-Root"))
                .text("packageFileName"))
        .isEqualTo("containers/onboot/000-b/lower");
    assertThat(
            new DocumentFields(element(document, "files", "SPDXRef-onboot-0-File"))
                .text("fileName"))
        .isEqualTo("containers/onboot/000-b/lower/lib/libz.so");
    element(document, "hasExtractedLicensingInfos", "LicenseRef-onboot-0-Odd");
    assertThat(progress.warnings()).isEmpty();
    cycloneDx(image.part("onboot[0]", "x"));
  }

  @Test
  void keepsFileNamesOfInitImages() {
    PackagedImage image = PackagedImage.of("a/b:1", Map.of(), ATTESTED);
    DocumentFields document = spdx(image.part("init[0]", ""));
    assertThat(document.objects("files").getFirst().text("fileName")).isEqualTo("/lib/libz.so");
    assertThat(element(document, "packages", "SPDXRef-init-0-Root").get("packageFileName"))
        .isEmpty();
  }

  @Test
  void separatesEqualIdentifiersOfSeveralDocuments() {
    PackagedImage image = PackagedImage.of("a/b:1", Map.of(), ATTESTED, ATTESTED);
    DocumentFields document = spdx(image.part("init[0]", ""), image.part("init[1]", ""));
    assertThat(document.objects("packages"))
        .extracting(each -> each.text("SPDXID"))
        .contains("SPDXRef-init-0-zlib", "SPDXRef-init-0-zlib-2", "SPDXRef-init-1-zlib");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"spdxVersion\":\"SPDX-3.0\"}",
        "{\"spdxVersion\":7}",
        "not JSON",
        "{\"spdxVersion\":\"SPDX-2.3\",\"spdxVersion\":\"SPDX-2.3\"}"
      })
  void usesDatabasesInPlaceOfInvalidAttestations(String predicate) {
    PackagedImage image =
        PackagedImage.of("a/b:1", Map.of("lib/apk/db/installed", "P:used\nV:1\n"), predicate);
    assertThat(spdx(image.part("init[0]", "")).objects("packages"))
        .extracting(each -> each.text("name"))
        .containsExactly("docker.io/a/b", "used");
    assertThat(progress.warnings())
        .singleElement()
        .asString()
        .startsWith("The attested list of packages of docker.io/a/b:1 is not used: ");
  }

  @Test
  void confinesHostileAttestationToItsImage() {
    String hostile =
        """
        {"spdxVersion":"SPDX-2.3","packages":[
           {"name":"twice","SPDXID":"SPDXRef-a"}, {"name":"twice","SPDXID":"SPDXRef-a"},
           {"name":"ours","SPDXID":"SPDXRef-DOCUMENT"}, {"name":"no id"}, {"SPDXID":"SPDXRef-b"},
           {"name":"odd","SPDXID":"SPDXRef-c","downloadLocation":"no place","supplier":"me","filesAnalyzed":true,
            "licenseDeclared":"MIT; rm -rf /","checksums":"x","externalRefs":[7,{"referenceType":"purl"}],
            "packageFileName":"../../../../services/other/bin/sh","packageVerificationCode":"x"}],
         "files":{"a":1},
         "relationships":[
           {"spdxElementId":"SPDXRef-init-0","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-a"},
           {"spdxElementId":"SPDXRef-a","relationshipType":"OWNS","relatedSpdxElement":"SPDXRef-c"},
           {"spdxElementId":"SPDXRef-a","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-gone"}]}
        """;
    PackagedImage image = PackagedImage.of("a/b:1", Map.of(), hostile);
    ImagePart part = image.part("services[0]", "containers/services/mine/lower");
    DocumentFields document = spdx(part);
    assertThat(relationships(document))
        .containsExactly(
            "SPDXRef-DOCUMENT DESCRIBES SPDXRef-services-0",
            "SPDXRef-services-0 CONTAINS SPDXRef-services-0-a",
            "SPDXRef-services-0 CONTAINS SPDXRef-services-0-c");
    DocumentFields odd = new DocumentFields(element(document, "packages", "SPDXRef-services-0-c"));
    assertThat(odd.text("packageFileName"))
        .isEqualTo("containers/services/mine/lower/services/other/bin/sh");
    assertThat(odd.text("downloadLocation")).isEqualTo("NOASSERTION");
    assertThat(odd.text("licenseDeclared")).isEqualTo("NOASSERTION");
    assertThat(odd.text("supplier")).isEmpty();
    assertThat(progress.warnings())
        .containsExactly(
            "The attested list of packages of docker.io/a/b:1 has invalid entries, which are left out: 7");
    cycloneDx(part);
  }

  @FuzzTest(maxDuration = "10s")
  void acceptsAnyAttestation(byte[] predicate) {
    PackagedImage image =
        PackagedImage.of("a/b:1", Map.of(), new String(predicate, StandardCharsets.UTF_8));
    Sbom.write(List.of(image.part("init[0]", "")), both(Optional.empty()), Progress.silent());
  }
}
