package linuxkit.system.sbom;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.fixtures.ProgressLog;
import linuxkit.json.JsonObject;

/** Writes both documents of sample images, and validates them. */
abstract class SbomFixture {
  static final long CREATED = 1_492_533_000L;
  static final String SPDX = "a.spdx.json";
  static final String CYCLONEDX = "b.cdx.json";
  static final PackagedImage DEBIAN =
      PackagedImage.of(
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
  static final PackagedImage ALPINE =
      PackagedImage.of(
          "nginx@sha256:" + "12".repeat(32),
          Map.of("lib/apk/db/installed", "P:musl\nV:1.2.5-r9\nA:x86_64\nL:MIT\nm:T <t@iki.fi>\n"));
  static final String ATTESTED =
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
  final ProgressLog progress = new ProgressLog();

  static SbomOptions both(Optional<WorkCache> cache) {
    return new SbomOptions(
        Map.of(SbomFormat.CYCLONEDX, CYCLONEDX, SbomFormat.SPDX, SPDX), CREATED, cache);
  }

  static byte[] bytes(Map<String, Content> documents, String path) {
    return DatabaseText.bytes(Objects.requireNonNull(documents.get(path)), path);
  }

  byte[] write(List<ImagePart> parts, String path) {
    return bytes(Sbom.write(parts, both(Optional.empty()), progress), path);
  }

  DocumentFields spdx(ImagePart... parts) {
    return new DocumentFields(SbomValidators.spdx(write(List.of(parts), SPDX)));
  }

  DocumentFields cycloneDx(ImagePart... parts) {
    return new DocumentFields(SbomValidators.cycloneDx(write(List.of(parts), CYCLONEDX)));
  }

  static List<String> relationships(DocumentFields document) {
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

  static JsonObject element(DocumentFields document, String list, String id) {
    return document.objects(list).stream()
        .filter(each -> each.text("SPDXID").equals(id) || each.text("licenseId").equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id))
        .object();
  }
}
