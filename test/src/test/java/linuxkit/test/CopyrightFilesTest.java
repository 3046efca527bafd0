package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.PackageFolder;
import linuxkit.packaging.PackageOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that everything from a Debian package is shipped with the package's copyright file. */
class CopyrightFilesTest {
  private static final String STATUS = "var/lib/dpkg/status.d";
  private static final String SBOM = "sbom.spdx.json";
  private static final int MAX_LINKS = 8;

  static List<Path> components() {
    return Components.folders();
  }

  @ParameterizedTest
  @MethodSource("components")
  void keepsCopyrightFilesOfPackagesInComponents(Path folder) {
    ImageStore store = ImageStore.open(Components.STORE, Progress.silent());
    PackageFolder component = PackageFolder.read(folder, PackageOptions.DEFAULT, Map.of());
    Reference reference = component.reference();
    for (Platform platform : component.usualPlatforms()) {
      FileTree tree = store.image(reference, store.find(reference).orElseThrow(), platform).tree();
      Map<String, String> files = new HashMap<>();
      tree.walk(
          entry ->
              files.put(
                  entry.path(), entry.node() instanceof Node.Symlink link ? link.target() : ""));
      List<String> packages =
          tree.find(STATUS).stream()
              .flatMap(status -> status.children().stream())
              .map(FileTree.Entry::name)
              .toList();
      assertThat(packages).as(platform.toString()).allMatch(name -> hasCopyright(files, "", name));
    }
  }

  @Test
  void keepsCopyrightFilesOfAllPackagesInASystem(@TempDir Path folder) throws IOException {
    Path manifest = Linuxkit.PROJECT.resolve("examples/web.yml");
    Linuxkit.withComponents()
        .run("build", "--format", "tar", "--dir", folder.toString(), manifest.toString())
        .succeeds();
    Map<String, String> files = new HashMap<>();
    JsonObject sbom = JsonObject.EMPTY;
    try (InputStream in =
        new BufferedInputStream(Files.newInputStream(folder.resolve("web.tar")))) {
      TarReader reader = new TarReader(in, "web.tar");
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        files.put(entry.path(), entry.type() == TarEntry.Type.SYMLINK ? entry.link() : "");
        if (entry.path().equals(SBOM)) {
          sbom = (JsonObject) Json.parse(entry.content().readAllBytes(), SBOM);
        }
      }
    }
    List<String> packages = new ArrayList<>();
    List<String> licences = new ArrayList<>();
    for (Json each : ((JsonArray) sbom.get("packages").orElseThrow()).elements()) {
      if (text(each, "sourceInfo").endsWith("listed by dpkg")) {
        String name = text(each, "name");
        packages.add(name);
        assertThat(text(each, "sourceInfo")).contains("; from the archive Debian; ");
        licences.add(text(each, "licenseDeclared"));
        assertThat(hasCopyright(files, text(each, "packageFileName"), name)).as(name).isTrue();
      }
    }
    assertThat(packages)
        .contains("busybox-static", "containerd", "libc6", "nginx", "runc")
        .anyMatch(name -> name.startsWith("linux-image-"));
    assertThat(licences).anyMatch(licence -> licence.contains("GPL-2.0"));
    assertThat(files).containsKey("usr/share/common-licenses/GPL-2");
  }

  private static String text(Json object, String name) {
    return ((JsonObject) object).get(name).orElse(null) instanceof JsonString(String value)
        ? value
        : "";
  }

  /**
   * Looks for the copyright file of a package, through symbolic links.
   *
   * @param files by path, with the targets of links
   */
  private static boolean hasCopyright(Map<String, String> files, String root, String name) {
    String prefix = root.isEmpty() ? "" : root + "/";
    Path path = Path.of("/usr/share/doc", name, "copyright");
    for (int links = 0; links < MAX_LINKS; links++) {
      String folder = Optional.ofNullable(path.getParent()).orElseThrow().toString().substring(1);
      String folderTarget = files.getOrDefault(prefix + folder, "");
      String target = files.get(prefix + path.toString().substring(1));
      if (!folderTarget.isEmpty()) {
        path = Path.of("/" + folder).resolveSibling(folderTarget).normalize().resolve("copyright");
      } else if (target == null || target.isEmpty()) {
        return target != null;
      } else {
        path = path.resolveSibling(target).normalize();
      }
    }
    return false;
  }
}
