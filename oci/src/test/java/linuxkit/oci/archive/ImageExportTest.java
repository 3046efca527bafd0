package linuxkit.oci.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
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

class ImageExportTest {
  private static final Reference NAME = Reference.parse("docker.io/library/test:1");
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final byte[] LOWER =
      new TestTar().directory("usr/").file("usr/a", "a".repeat(9999)).file("b", "b").bytes();
  private static final byte[] UPPER = new TestTar().file(".wh.b", "").file("c", "c").bytes();

  @TempDir Path directory;
  private ImageStore store;
  private ImageExport export;
  private Descriptor amd64;

  /** Exports an image of two platforms with layers of every compression. */
  @BeforeEach
  void open() {
    store = ImageStore.open(directory.resolve("store"), Progress.silent());
    amd64 =
        TestImages.image(
            store,
            "amd64",
            List.of(
                store.add(MediaTypes.OCI_LAYER_ZSTD, TestImages.zstd(LOWER)),
                store.add(MediaTypes.OCI_LAYER_GZIP, TestImages.gzip(UPPER))),
            List.of(Digest.sha256(LOWER), Digest.sha256(UPPER)));
    Descriptor index =
        TestImages.index(
            store,
            TestImages.forPlatform(amd64, "amd64"),
            TestImages.forPlatform(TestImages.image(store, "arm64", LOWER), "arm64"));
    store.name(NAME, index);
    export = new ImageExport(store, NAME, index, NAME);
  }

  private interface Write {
    void to(OutputStream out) throws IOException;
  }

  private Path file(Write write) throws IOException {
    Path file = Files.createTempFile(directory, "export", ".tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      write.to(out);
    }
    return file;
  }

  private static byte[] bytes(Write write) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write.to(out);
    return out.toByteArray();
  }

  private static List<String> paths(ImageStore store, Reference name, String architecture) {
    List<String> paths = new ArrayList<>();
    new StoreImages(store)
        .find(name, Platform.linux(architecture))
        .tree()
        .walk(entry -> paths.add(entry.path()));
    return paths;
  }

  private ImageStore imported(byte[] archive) throws IOException {
    ImageStore other =
        ImageStore.open(Files.createTempDirectory(directory, "other"), Progress.silent());
    List<NamedDescriptor> images =
        ImageArchive.load(other, new ByteArrayInputStream(archive), "a.tar", Optional.empty());
    assertThat(images).extracting(NamedDescriptor::name).containsExactly(NAME.toString());
    assertThat(new Housekeeping(other).verify()).isEmpty();
    return other;
  }

  @Test
  void roundTripsAnOciArchiveOfAllPlatforms() throws IOException {
    ImageStore other = imported(bytes(out -> export.writeOci(Optional.empty(), out)));
    assertThat(other.find(NAME).orElseThrow().digest())
        .isEqualTo(store.find(NAME).orElseThrow().digest());
    assertThat(paths(other, NAME, "amd64")).containsExactly("c", "usr", "usr/a");
    assertThat(paths(other, NAME, "arm64")).containsExactly("b", "usr", "usr/a");
  }

  @Test
  void exportsOnlyTheManifestOfOnePlatform() throws IOException {
    ImageStore other = imported(bytes(out -> export.writeOci(Optional.of(AMD64), out)));
    assertThat(other.find(NAME).orElseThrow().digest()).isEqualTo(amd64.digest());
    assertThat(other.find(NAME).orElseThrow().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(paths(other, NAME, "amd64")).containsExactly("c", "usr", "usr/a");
  }

  @Test
  void roundTripsTheFilesOfADockerArchive() throws IOException {
    ImageStore other = imported(bytes(out -> export.writeDocker(AMD64, out)));
    assertThat(paths(other, NAME, "amd64")).containsExactly("c", "usr", "usr/a");
  }

  @Test
  void writesTheSameBytesForTheSameImage() throws IOException {
    assertThat(bytes(out -> export.writeOci(Optional.empty(), out)))
        .isEqualTo(bytes(out -> export.writeOci(Optional.empty(), out)));
    assertThat(bytes(out -> export.writeDocker(AMD64, out)))
        .isEqualTo(bytes(out -> export.writeDocker(AMD64, out)));
  }

  @Test
  void exportsTheFilesOfAllLayers() throws IOException {
    TarReader tar =
        new TarReader(
            new ByteArrayInputStream(bytes(out -> export.writeFiles(AMD64, out))), "files");
    List<String> paths = new ArrayList<>();
    for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      paths.add(entry.get().path());
    }
    assertThat(paths).containsExactly("c", "usr", "usr/a");
  }

  @Test
  void writesArchivesThatSkopeoReads() throws Exception {
    Path oci = file(out -> export.writeOci(Optional.of(AMD64), out));
    Path docker = file(out -> export.writeDocker(AMD64, out));
    for (String archive : List.of("oci-archive:" + oci, "docker-archive:" + docker)) {
      Path layout = Files.createTempDirectory(directory, "layout");
      OciTools.skopeo(directory, "copy", archive, "oci:" + layout + ":" + NAME);
      ImageStore copy = ImageStore.open(layout, Progress.silent());
      assertThat(paths(copy, NAME, "amd64")).containsExactly("c", "usr", "usr/a");
    }
  }

  @Test
  void writesArchivesThatDockerAndBuildahRead() throws Exception {
    Path docker = file(out -> export.writeDocker(AMD64, out));
    try (DockerDaemon daemon = DockerDaemon.start(Files.createDirectory(directory.resolve("d")))) {
      assertThat(daemon.docker("load", "-i", docker.toString())).contains("test:1");
      String inspected = daemon.docker("inspect", "test:1");
      assertThat(inspected)
          .contains(Digest.sha256(LOWER).toString(), Digest.sha256(UPPER).toString());
    }
    Buildah buildah = new Buildah(directory);
    Path oci = file(out -> export.writeOci(Optional.of(AMD64), out));
    for (String source :
        List.of(
            "oci:" + store.root() + ":" + NAME, "docker-archive:" + docker, "oci-archive:" + oci)) {
      String container = buildah.run("from", "--pull-always", "--arch", "amd64", source);
      Path mounted = Path.of(buildah.run("mount", container));
      assertThat(mounted.resolve("usr/a")).hasContent("a".repeat(9999));
      assertThat(mounted.resolve("c")).hasContent("c");
      assertThat(mounted.resolve("b")).doesNotExist();
      buildah.run("umount", container);
    }
  }
}
