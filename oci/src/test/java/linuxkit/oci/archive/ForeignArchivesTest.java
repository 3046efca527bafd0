package linuxkit.oci.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.OciTools;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.oci.store.StoreImages;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports archives written by other programs. */
class ForeignArchivesTest {
  private static final Reference NAME = Reference.parse("docker.io/library/test:1");

  @TempDir Path directory;
  private ImageStore store;

  @BeforeEach
  void open() {
    store = ImageStore.open(directory.resolve("store"), Progress.silent());
  }

  private List<NamedDescriptor> load(Path archive, Optional<Reference> name) throws Exception {
    try (InputStream in = Files.newInputStream(archive)) {
      return ImageArchive.load(store, in, archive.toString(), name);
    }
  }

  private List<String> paths(Reference name) {
    List<String> paths = new ArrayList<>();
    new StoreImages(store)
        .find(name, Platform.linux("amd64"))
        .tree()
        .walk(entry -> paths.add(entry.path()));
    return paths;
  }

  /** Creates a layout with one image of two layers, the upper one compressed. */
  private String layout() {
    ImageStore other = ImageStore.open(directory.resolve("other"), Progress.silent());
    other.name(
        NAME,
        TestImages.image(
            other,
            "amd64",
            new TestTar().directory("usr/").file("usr/a", "a".repeat(9999)).bytes(),
            new TestTar().symlink("b", "usr/a").bytes()));
    return "oci:" + other.root() + ":" + NAME;
  }

  @Test
  void importsArchivesOfSkopeo() throws Exception {
    String layout = layout();
    Path oci = directory.resolve("oci.tar");
    OciTools.skopeo(directory, "copy", layout, "oci-archive:" + oci + ":example.org/oci:1");
    load(oci, Optional.empty());
    assertThat(paths(Reference.parse("example.org/oci:1"))).containsExactly("b", "usr", "usr/a");

    Path docker = directory.resolve("docker.tar");
    OciTools.skopeo(
        directory, "copy", layout, "docker-archive:" + docker + ":example.org/docker:1");
    load(docker, Optional.empty());
    assertThat(paths(Reference.parse("example.org/docker:1"))).containsExactly("b", "usr", "usr/a");
    assertThat(new Housekeeping(store).verify()).isEmpty();
  }

  @Test
  void importsAnUnnamedArchiveOfSkopeo() throws Exception {
    Path archive = directory.resolve("unnamed.tar");
    OciTools.skopeo(directory, "copy", layout(), "docker-archive:" + archive);
    load(archive, Optional.of(NAME));
    assertThat(paths(NAME)).containsExactly("b", "usr", "usr/a");
  }

  @Test
  void importsArchivesOfADockerEngine() throws Exception {
    Path layer = directory.resolve("layer.tar");
    Files.write(layer, new TestTar().directory("etc/").file("etc/x", "x").bytes());
    Path archive = directory.resolve("saved.tar");
    try (DockerDaemon daemon = DockerDaemon.start(Files.createDirectory(directory.resolve("d")))) {
      daemon.docker("import", layer.toString(), "example.org/engine:1");
      daemon.docker("tag", "example.org/engine:1", "second:2");
      daemon.docker("save", "-o", archive.toString(), "example.org/engine:1", "second:2");
    }
    assertThat(load(archive, Optional.empty()))
        .extracting(NamedDescriptor::name)
        .containsExactlyInAnyOrder("example.org/engine:1", "docker.io/library/second:2");
    assertThat(paths(Reference.parse("second:2"))).containsExactly("etc", "etc/x");
    assertThat(new Housekeeping(store).verify()).isEmpty();
  }

  @Test
  void importsArchivesOfBuildah() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "content");
    Path archive = directory.resolve("committed.tar");
    Buildah buildah = new Buildah(directory);
    String container = buildah.run("from", "scratch");
    buildah.run("copy", container, file.toString(), "/srv/file");
    buildah.run("commit", container, "oci-archive:" + archive + ":example.org/committed:1");
    load(archive, Optional.empty());
    assertThat(paths(Reference.parse("example.org/committed:1")))
        .containsExactly("srv", "srv/file");
    assertThat(new Housekeeping(store).verify()).isEmpty();
  }
}
