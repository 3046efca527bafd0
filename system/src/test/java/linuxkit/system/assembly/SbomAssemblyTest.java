package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Platform;
import linuxkit.system.SystemFailure;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.sbom.SbomFormat;
import linuxkit.system.sbom.SbomOptions;
import linuxkit.system.tree.AssemblyOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SbomAssemblyTest {
  private static final String MANIFEST =
      """
      kernel: {image: "lk/kernel:1"}
      init: [lk/a:1, lk/b:1]
      volumes: [{name: v, image: lk/a:1}]
      onboot: [{name: x, image: lk/a:1, readonly: true}]
      services: [{name: y, image: lk/b:1}, {name: z, image: lk/b:1}]
      files: [{path: sbom.spdx.json, contents: mine}]
      """;

  @TempDir Path temporary;

  private final MemoryImages images =
      new MemoryImages()
          .add("lk/kernel:1", f -> f.file("kernel", "k").file("kernel.tar", new byte[1024]))
          .add("lk/a:1", f -> f.file("lib/apk/db/installed", "P:aa\nV:1\n"))
          .add(
              "lk/b:1",
              f -> f.file("var/lib/dpkg/status", "Package: bb\nVersion: 2\n").file("f", ""));

  private SystemTree assemble(Map<SbomFormat, String> paths) {
    ManifestSource source =
        new ManifestSource("m.yml", MANIFEST.getBytes(StandardCharsets.UTF_8), Optional.empty());
    return SystemAssembler.assemble(
        FoundImages.find(
            ManifestLoader.load(List.of(source), Path::toString, Progress.silent()),
            images,
            Platform.linux("amd64")),
        new AssemblyOptions(
            7,
            false,
            Path.of(""),
            Path.of(""),
            new WorkCache(temporary),
            Optional.of(new SbomOptions(paths, 0, Optional.empty()))),
        Progress.silent());
  }

  @Test
  void listsEveryUnpackedImageWithItsFolder() throws Exception {
    SystemTree system = assemble(Map.of(SbomFormat.CYCLONEDX, "usr/share/sbom.cdx.json"));
    var entry = system.files().find("usr/share/sbom.cdx.json").orElseThrow();
    assertThat(entry.origin().location()).isEmpty();
    assertThat(entry.node().metadata()).isEqualTo(Metadata.of(0644, 0, 0, 7));
    String text =
        new String(
            ((Node.RegularFile) entry.node()).content().open().readAllBytes(),
            StandardCharsets.UTF_8);
    for (String place :
        List.of(
            "\"kernel\"},{\"name\":\"linuxkit:folder\",\"value\":\"/\"",
            "\"init[0]\"},{\"name\":\"linuxkit:folder\",\"value\":\"/\"",
            "\"init[1]\"},{\"name\":\"linuxkit:folder\",\"value\":\"/\"",
            "\"volume[0]\"},{\"name\":\"linuxkit:folder\",\"value\":\"/containers/volumes/v/lower\"",
            "\"onboot[0]\"},{\"name\":\"linuxkit:folder\",\"value\":\"/containers/onboot/000-x/rootfs\"",
            "\"services[0]\"},{\"name\":\"linuxkit:folder\",\"value\":\"/containers/services/y/lower\"")) {
      assertThat(text).contains(place);
    }
    assertThat(text)
        .doesNotContain("services[1]")
        .contains("pkg:apk/alpine/aa@1", "pkg:deb/debian/bb@2");
  }

  @Test
  void replacesAnyFileOfItsName() throws Exception {
    SystemTree system = assemble(Map.of(SbomFormat.SPDX, "sbom.spdx.json"));
    var entry = system.files().find("sbom.spdx.json").orElseThrow();
    assertThat(entry.origin()).isEqualTo(new Origin("", "linuxkit.sbom", ""));
    assertThat(((Node.RegularFile) entry.node()).content().open())
        .asString(StandardCharsets.UTF_8)
        .startsWith("{\"spdxVersion\":\"SPDX-2.3\"")
        .contains("\"created\":\"1970-01-01T00:00:00Z\"");
  }

  @Test
  void refusesPathThroughAFile() {
    assertThatThrownBy(() -> assemble(Map.of(SbomFormat.SPDX, "f/sbom.json")))
        .isInstanceOf(SystemFailure.class)
        .hasMessageStartingWith(
            "cannot create the bill of materials /f/sbom.json: /f is a file in docker.io/lk/b:1 (layer sha256:");
    assertThatThrownBy(() -> assemble(Map.of(SbomFormat.SPDX, "var/lib")))
        .isInstanceOfSatisfying(
            SystemFailure.class,
            failure ->
                assertThat(failure.hint()).isEqualTo("choose another path with --sbom-output"))
        .hasMessageStartingWith(
            "cannot create the bill of materials /var/lib: /var/lib is a directory in docker.io/lk/b:1");
  }
}
