package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.filesystem.FileTree;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.dockerfile.DependedImages;
import linuxkit.packaging.dockerfile.DockerfileKeys;
import org.junit.jupiter.api.Test;

/** Fault A1 of a newcomer: components with sources could not be built from within their folder. */
class CurrentFolderFaultsTest extends ComponentFixture {
  @Test
  void a1InstallsSourcesOfAFolderWithARelativeName() throws Exception {
    // The working directory of tests is the module's, so the folder is within its target.
    Path relative = Files.createTempDirectory(Path.of("target"), "a1");
    Files.writeString(relative.resolve("build.yml"), "image: x\nfiles: [{path: /a, source: s}]\n");
    Files.writeString(relative.resolve("s"), "content");
    for (String name : List.of("", ".", "../" + relative.getFileName())) {
      PackageFolder read =
          PackageFolder.read(relative.resolve(name), PackageOptions.DEFAULT, Map.of());
      assertThat(install(read).find("a")).isPresent();
    }
    // The folder that is the working directory itself.
    Files.writeString(Path.of("target/a1.yml"), "image: x\nfiles: [{path: /a, source: pom.xml}]\n");
    PackageOptions options =
        new PackageOptions(
            Optional.of("h"),
            Optional.empty(),
            "HEAD",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            "target/a1.yml");
    assertThat(install(PackageFolder.read(Path.of("."), options, Map.of())).find("a")).isPresent();
    assertThat(install(PackageFolder.read(Path.of(""), options, Map.of())).find("a")).isPresent();
  }

  @Test
  void findsTheListOfImagesOfTheCurrentFolder() {
    DockerfileKeys.Depends depends =
        new DockerfileKeys.Depends(
            Optional.of("src/test/list"), List.of(), Optional.of("x"), Optional.empty());
    for (String name : List.of("", ".", "../packaging")) {
      assertThatThrownBy(() -> new DependedImages(Path.of(name), depends).references())
          .isInstanceOf(Failure.class)
          .hasMessageContaining("cannot read the list of images");
    }
  }

  private FileTree install(PackageFolder folder) {
    FileTree tree = new FileTree(ComponentTree.metadata(0755));
    try (TemporaryStorage storage = TemporaryStorage.open(temporary)) {
      new FileInstaller(folder, "amd64", new GuestPrograms(guests), storage).addTo(tree);
    }
    return tree;
  }
}
