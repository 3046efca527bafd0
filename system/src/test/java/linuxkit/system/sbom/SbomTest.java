package linuxkit.system.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SbomTest extends SbomFixture {
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
  void a9ListsTheGuestProgramOfItsLabels() {
    String label = "label org.mobyproject.linuxkit.guest";
    String digest = "sha256:" + "ab".repeat(32);
    ImagePart init =
        PackagedImage.of("init:1", Map.of(label, digest, label + ".version", "1.2.3"))
            .part("init[0]", "");
    DocumentFields guest =
        new DocumentFields(element(spdx(init), "packages", "SPDXRef-init-0-linuxkit-guest"));
    assertThat(guest.text("versionInfo")).isEqualTo("1.2.3");
    assertThat(guest.text("licenseDeclared")).isEqualTo("Apache-2.0");
    assertThat(guest.objects("externalRefs").getFirst().text("referenceLocator"))
        .isEqualTo(
            "pkg:generic/linuxkit-guest@1.2.3?arch=amd64&checksum=" + digest.replace(":", "%3A"));
    assertThat(cycloneDx(init).objects("components").getFirst().objects("components"))
        .extracting(each -> each.text("name") + " " + each.text("type"))
        .containsExactly("linuxkit-guest application");
    assertThat(
            spdx(PackagedImage.of("init:1", Map.of(label, "sha256:x")).part("init[0]", ""))
                .objects("packages"))
        .hasSize(1);
  }

  @Test
  void writesValidDocumentsForEveryKindOfImage() {
    List<ImagePart> parts =
        List.of(
            PackagedImage.of("attested:1", Map.of(), ATTESTED).part("init[0]", ""),
            DEBIAN.part("init[1]", ""),
            ALPINE.part("onboot[0]", "containers/onboot/000-a/lower"),
            PackagedImage.of("of-no-list:1", Map.of())
                .part("services[0]", "containers/services/b"));
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
        PackagedImage.of("a/b:1", Map.of("lib/apk/db/installed", "P:a\n")).part("init[0]", "");
    Sbom.write(List.of(part), both(cache), progress);
    Sbom.write(List.of(part), both(cache), progress);
    assertThat(progress.warnings()).hasSize(2);
  }
}
