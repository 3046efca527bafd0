package linuxkit.system.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.fixtures.ProgressLog;
import linuxkit.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SbomTest {
  private static final long CREATED = 1_492_533_000L;
  private static final String SPDX = "a.spdx.json";
  private static final String CYCLONEDX = "b.cdx.json";
  private static final SampleImage DEBIAN =
      SampleImage.of(
          "linuxkit/init:1",
          Map.of(
              "var/lib/dpkg/status.d/libc6",
              """
              Package: libc6
              Source: glibc
              Version: 2.41-12
              Architecture: amd64
              Maintainer: GNU Libc (Debian) Maintainers <debian-glibc@lists.debian.org>
              """,
              "etc/os-release",
              "ID=debian\nVERSION_ID=\"13\"\n"));
  private static final SampleImage ALPINE =
      SampleImage.of(
          "nginx@sha256:" + "12".repeat(32),
          Map.of("lib/apk/db/installed", "P:musl\nV:1.2.5-r9\nA:x86_64\nL:MIT\nm:T <t@iki.fi>\n"));
  private static final String ATTESTED =
      """
      {"spdxVersion":"SPDX-2.2","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"x",
       "documentNamespace":"https://example.org/x",
       "creationInfo":{"created":"2020-01-01T00:00:00Z","creators":["Tool: syft"]},
       "packages":[
         {"name":"root","SPDXID":"SPDXRef-Root","downloadLocation":"NOASSERTION",
          "supplier":"Organization: Example (a@example.org)","filesAnalyzed":false},
         {"name":"zlib","SPDXID":"SPDXRef-zlib","versionInfo":"1.3","downloadLocation":"https://zlib.net/z.tar",
          "licenseDeclared":"Zlib AND LicenseRef-Odd","licenseConcluded":"LicenseRef-unknown",
          "packageFileName":"./lib/libz.so","filesAnalyzed":false,"unknownField":{"a":1},
          "checksums":[{"algorithm":"SHA1","checksumValue":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}],
          "externalRefs":[{"referenceCategory":"PACKAGE_MANAGER","referenceType":"purl",
            "referenceLocator":"pkg:generic/zlib@1.3"}]}],
       "files":[{"fileName":"/lib/libz.so","SPDXID":"SPDXRef-File","licenseConcluded":"NOASSERTION",
          "licenseInfoInFiles":["LicenseRef-Odd"],"copyrightText":"NOASSERTION",
          "checksums":[{"algorithm":"SHA1","checksumValue":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}]}],
       "hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-Odd","extractedText":"Do as you like."}],
       "snippets":[{"SPDXID":"SPDXRef-snippet"}],
       "relationships":[
         {"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-Root"},
         {"spdxElementId":"SPDXRef-Root","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-zlib"},
         {"spdxElementId":"SPDXRef-zlib","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-File"}]}
      """;

  private final ProgressLog progress = new ProgressLog();

  private static SbomOptions both(Optional<WorkCache> cache) {
    return new SbomOptions(
        Map.of(SbomFormat.CYCLONEDX, CYCLONEDX, SbomFormat.SPDX, SPDX), CREATED, cache);
  }

  private static byte[] bytes(Map<String, Content> documents, String path) {
    return DatabaseText.bytes(Objects.requireNonNull(documents.get(path)), path);
  }

  private byte[] write(List<ImagePart> parts, String path) {
    return bytes(Sbom.write(parts, both(Optional.empty()), progress), path);
  }

  private DocumentFields spdx(ImagePart... parts) {
    return new DocumentFields(SbomValidators.spdx(write(List.of(parts), SPDX)));
  }

  private DocumentFields cycloneDx(ImagePart... parts) {
    return new DocumentFields(SbomValidators.cycloneDx(write(List.of(parts), CYCLONEDX)));
  }

  private static List<String> relationships(DocumentFields document) {
    List<String> all = new ArrayList<>();
    for (DocumentFields each : document.objects("relationships")) {
      all.add(
          String.join(
              " ",
              each.text("spdxElementId"),
              each.text("relationshipType"),
              each.text("relatedSpdxElement")));
    }
    return all;
  }

  private static JsonObject element(DocumentFields document, String list, String id) {
    return document.objects(list).stream()
        .filter(each -> each.text("SPDXID").equals(id) || each.text("licenseId").equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id))
        .object();
  }

  @Test
  void listsImagesAndThePackagesOfTheirDatabases() {
    DocumentFields document =
        spdx(
            DEBIAN.part("init[0]", ""),
            ALPINE.part("services[0]", "containers/services/web/rootfs"));
    assertThat(document.text("documentNamespace"))
        .matches("https://github.com/linuxkit/linuxkit/sbom-[0-9a-f]{64}");
    assertThat(document.object("creationInfo").orElseThrow().text("created"))
        .isEqualTo("2017-04-18T16:30:00Z");
    assertThat(relationships(document))
        .containsExactly(
            "SPDXRef-DOCUMENT DESCRIBES SPDXRef-init-0",
            "SPDXRef-init-0 CONTAINS SPDXRef-init-0-deb-libc6-amd64",
            "SPDXRef-DOCUMENT DESCRIBES SPDXRef-services-0",
            "SPDXRef-services-0 CONTAINS SPDXRef-services-0-apk-musl-x86-64");
    DocumentFields libc =
        new DocumentFields(element(document, "packages", "SPDXRef-init-0-deb-libc6-amd64"));
    assertThat(libc.text("supplier"))
        .isEqualTo("Person: GNU Libc [Debian] Maintainers (debian-glibc@lists.debian.org)");
    assertThat(libc.text("sourceInfo")).isEqualTo("built from glibc 2.41-12; listed by dpkg");
    assertThat(libc.objects("externalRefs").getFirst().text("referenceLocator"))
        .isEqualTo("pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc");
    DocumentFields image = new DocumentFields(element(document, "packages", "SPDXRef-services-0"));
    assertThat(image.text("name")).isEqualTo("docker.io/library/nginx");
    assertThat(image.text("packageFileName")).isEqualTo("containers/services/web/rootfs");
    assertThat(image.objects("externalRefs").getFirst().text("referenceLocator"))
        .startsWith("pkg:oci/nginx@sha256%3A" + ALPINE.digest().hex());
    assertThat(progress.warnings()).isEmpty();
  }

  @Test
  void writesTheSamePackagesAsCycloneDx() {
    DocumentFields document =
        cycloneDx(
            DEBIAN.part("init[0]", ""),
            ALPINE.part("services[0]", "containers/services/web/rootfs"));
    assertThat(document.text("serialNumber"))
        .matches("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(document.objects("components"))
        .extracting(image -> image.text("type"))
        .containsExactly("container", "container");
    DocumentFields musl = document.objects("components").get(1).objects("components").getFirst();
    assertThat(musl.text("purl")).isEqualTo("pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64");
    assertThat(musl.objects("licenses").getFirst().object("license").orElseThrow().text("name"))
        .isEqualTo("MIT");
  }

  @Test
  void declaresTheLicencesOfCopyrightFiles() {
    String format =
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";
    SampleImage image =
        SampleImage.of(
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
  void hugeCopyrightFilesAreNotRead() {
    SampleImage image =
        SampleImage.of(
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

  @Test
  void copiesAttestedElements() {
    SampleImage image =
        SampleImage.of("a/b:1", Map.of("lib/apk/db/installed", "P:unused\nV:1\n"), ATTESTED);
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
    SampleImage image = SampleImage.of("a/b:1", Map.of(), ATTESTED);
    DocumentFields document = spdx(image.part("init[0]", ""));
    assertThat(document.objects("files").getFirst().text("fileName")).isEqualTo("/lib/libz.so");
    assertThat(element(document, "packages", "SPDXRef-init-0-Root").get("packageFileName"))
        .isEmpty();
  }

  @Test
  void separatesEqualIdentifiersOfSeveralDocuments() {
    SampleImage image = SampleImage.of("a/b:1", Map.of(), ATTESTED, ATTESTED);
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
    SampleImage image =
        SampleImage.of("a/b:1", Map.of("lib/apk/db/installed", "P:used\nV:1\n"), predicate);
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
    SampleImage image = SampleImage.of("a/b:1", Map.of(), hostile);
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

  @Test
  void writesValidDocumentsForEveryKindOfImage() {
    List<ImagePart> parts =
        List.of(
            SampleImage.of("attested:1", Map.of(), ATTESTED).part("init[0]", ""),
            DEBIAN.part("init[1]", ""),
            ALPINE.part("onboot[0]", "containers/onboot/000-a/lower"),
            SampleImage.of("of-no-list:1", Map.of()).part("services[0]", "containers/services/b"));
    for (ImagePart part : parts) {
      assertThat(spdx(part).objects("packages")).isNotEmpty();
      assertThat(cycloneDx(part).objects("components")).hasSize(1);
    }
    ImagePart[] all = parts.toArray(ImagePart[]::new);
    assertThat(spdx(all).objects("packages")).hasSize(4 + 2 + 1 + 1);
    assertThat(cycloneDx(all).objects("components")).hasSize(4);
    assertThat(progress.warnings()).isEmpty();
  }

  @Test
  void numbersEqualIdentifiersInLinearTime() {
    SpdxPart part = new SpdxPart(DEBIAN.part("init[0]", ""));
    assertThat(
            Stream.of("a-3", "a", "a", "a", "a-3", "a", "a+", "a-")
                .map(each -> part.identifier("SPDXRef", each)))
        .map(each -> each.substring("SPDXRef-init-0-".length()))
        .containsExactly("a-3", "a", "a-2", "a-4", "a-3-2", "a-5", "a-", "a--2");
    String last = "";
    for (int i = 1; i <= 300_000; i++) {
      last = part.identifier("SPDXRef", "many");
    }
    assertThat(last).isEqualTo("SPDXRef-init-0-many-300000");
  }

  @Test
  void writesEmptyDocumentWithoutImages() {
    assertThat(new String(write(List.of(), SPDX), StandardCharsets.UTF_8))
        .contains("\"packages\":[]");
    cycloneDx();
  }

  @Test
  void derivesNamespaceAndSerialNumberFromContent() {
    ImagePart one = DEBIAN.part("init[0]", "");
    assertThat(spdx(one)).isEqualTo(spdx(DEBIAN.part("init[0]", "")));
    assertThat(spdx(one).text("documentNamespace"))
        .isNotEqualTo(spdx(ALPINE.part("init[0]", "")).text("documentNamespace"));
    assertThat(cycloneDx(one).text("serialNumber"))
        .isNotEqualTo(cycloneDx(ALPINE.part("init[0]", "")).text("serialNumber"));
  }

  @Test
  void readsUnchangedSystemOnce(@TempDir Path folder) throws IOException {
    Optional<WorkCache> cache = Optional.of(new WorkCache(folder));
    List<ImagePart> parts = List.of(DEBIAN.part("init[0]", ""));
    Map<String, Content> first = Sbom.write(parts, both(cache), progress);
    List<ImagePart> unreadable =
        List.of(new ImagePart("init[0]", "", DEBIAN, PackageDatabases.NONE));
    Map<String, Content> second = Sbom.write(unreadable, both(cache), progress);
    for (String path : List.of(SPDX, CYCLONEDX)) {
      byte[] document = bytes(first, path);
      assertThat(bytes(second, path)).isEqualTo(document);
      assertThat(document).isEqualTo(write(parts, path));
      assertThat(first.get(path)).extracting(Content::size).isEqualTo((long) document.length);
    }
    Map<String, Content> other =
        Sbom.write(List.of(DEBIAN.part("init[1]", "")), both(cache), progress);
    assertThat(bytes(other, SPDX)).isNotEqualTo(bytes(first, SPDX));
    try (var kept = Files.list(folder.resolve("sbom"))) {
      assertThat(kept).hasSize(4);
    }
  }

  @Test
  void repeatsWarningsInEveryBuild(@TempDir Path folder) {
    Optional<WorkCache> cache = Optional.of(new WorkCache(folder));
    ImagePart part =
        SampleImage.of("a/b:1", Map.of("lib/apk/db/installed", "P:a\n")).part("init[0]", "");
    Sbom.write(List.of(part), both(cache), progress);
    Sbom.write(List.of(part), both(cache), progress);
    assertThat(progress.warnings()).hasSize(2);
  }

  @FuzzTest(maxDuration = "10s")
  void acceptsAnyAttestation(byte[] predicate) {
    SampleImage image =
        SampleImage.of("a/b:1", Map.of(), new String(predicate, StandardCharsets.UTF_8));
    Sbom.write(List.of(image.part("init[0]", "")), both(Optional.empty()), Progress.silent());
  }
}
