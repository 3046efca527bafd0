package linuxkit.oci.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.oci.store.StoreImages;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
  private static final byte[] LOWER = new TestTar().file("lower", "l").bytes();
  private static final byte[] UPPER = new TestTar().file("upper", "u").bytes();
  private static final String CONFIG =
      "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
          + Digest.sha256(LOWER)
          + "\",\""
          + Digest.sha256(UPPER)
          + "\"]}}";
  private static final String MANIFEST =
      "[{\"Config\":\"c.json\",\"RepoTags\":[\"example:1\",\"other.example/a/b:2\"],"
          + "\"Layers\":[\"one/layer.tar\",\"two/layer.tar\"]}]";

  private ImageStore store;

  @BeforeEach
  void open(@TempDir Path directory) {
    store = ImageStore.open(directory, Progress.silent());
  }

  private List<NamedDescriptor> load(byte[] archive, String... name) {
    return ImageArchive.load(
        store,
        new ByteArrayInputStream(archive),
        "a.tar",
        Stream.of(name).findFirst().map(Reference::parse));
  }

  private static TestTar saved() {
    return new TestTar()
        .directory("one/")
        .file("one/VERSION", "1.0")
        .file("one/json", "{}")
        .file("one/layer.tar", LOWER)
        .directory("two/")
        .file("two/layer.tar", UPPER)
        .file("c.json", CONFIG);
  }

  private List<String> paths(String name) {
    List<String> paths = new java.util.ArrayList<>();
    new StoreImages(store)
        .find(Reference.parse(name), Platform.linux("amd64"))
        .tree()
        .walk(entry -> paths.add(entry.path()));
    return paths;
  }

  @Test
  void readsArchivesOfDockerSave() {
    List<NamedDescriptor> images = load(saved().file("manifest.json", MANIFEST).bytes());
    assertThat(images)
        .extracting(NamedDescriptor::name)
        .containsExactly("docker.io/library/example:1", "other.example/a/b:2");
    assertThat(images.get(0).root()).isEqualTo(images.get(1).root());
    assertThat(paths("example:1")).containsExactly("lower", "upper");
    assertThat(paths("other.example/a/b:2")).containsExactly("lower", "upper");
  }

  @Test
  void readsCompressedArchivesAndCompressedLayers() {
    byte[] archive =
        new TestTar()
            .file("one/layer.tar", TestImages.gzip(LOWER))
            .file("two/layer.tar", TestImages.zstd(UPPER))
            .file("c.json", CONFIG)
            .file("manifest.json", MANIFEST)
            .bytes();
    load(TestImages.gzip(archive));
    assertThat(paths("example:1")).containsExactly("lower", "upper");
    store.name(Reference.parse("example:1"), load(TestImages.zstd(archive), "c").get(0).root());
    assertThat(paths("c")).containsExactly("lower", "upper");
  }

  @Test
  void followsLinksToSharedLayers() {
    load(
        new TestTar()
            .file("blob.tar", LOWER)
            .symlink("one/layer.tar", "../blob.tar")
            .file("three/layer.tar", UPPER)
            .symlink("two/layer.tar", "../three/layer.tar")
            .file("c.json", CONFIG)
            .file("manifest.json", MANIFEST)
            .bytes());
    assertThat(paths("example:1")).containsExactly("lower", "upper");
  }

  @Test
  void treatsACircularLinkAsAMissingFile() {
    byte[] archive =
        new TestTar()
            .symlink("one/layer.tar", "../two/layer.tar")
            .symlink("two/layer.tar", "../one/layer.tar")
            .file("c.json", CONFIG)
            .file("manifest.json", MANIFEST)
            .bytes();
    assertThatThrownBy(() -> load(archive))
        .hasMessage("a.tar: the archive has no file one/layer.tar");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void replacesTheNamesOfTheArchiveWithTheGivenOne() {
    assertThat(load(saved().file("manifest.json", MANIFEST).bytes(), "mine:3"))
        .extracting(NamedDescriptor::name)
        .containsExactly("docker.io/library/mine:3");
    assertThat(store.list()).hasSize(1);
  }

  @Test
  void requiresANameForAnUnnamedImage() {
    byte[] archive =
        saved()
            .file(
                "manifest.json",
                MANIFEST.replace("[\"example:1\",\"other.example/a/b:2\"]", "null"))
            .bytes();
    assertThatThrownBy(() -> load(archive))
        .isInstanceOf(ArchiveFailure.class)
        .hasMessage("a.tar: the archive does not name its image");
    load(archive, "mine");
    assertThat(paths("mine")).containsExactly("lower", "upper");
  }

  @Test
  void refusesALayerThatDoesNotMatchTheConfiguration() {
    byte[] archive =
        new TestTar()
            .file("one/layer.tar", UPPER)
            .file("two/layer.tar", UPPER)
            .file("c.json", CONFIG)
            .file("manifest.json", MANIFEST)
            .bytes();
    assertThatThrownBy(() -> load(archive))
        .hasMessage(
            "a.tar: a layer has the digest "
                + Digest.sha256(UPPER)
                + ", but the configuration says "
                + Digest.sha256(LOWER));
    assertThat(store.list()).isEmpty();
  }

  @Test
  void a10SaysThatAFileIsNotAnArchive() {
    byte[] text = "root:x:0:0:root:/root:/bin/bash\n".repeat(40).getBytes(UTF_8);
    assertThatThrownBy(() -> load(text)).hasMessage("a.tar: not an archive of images");
    assertThatThrownBy(() -> load(new byte[] {1, 2})).hasMessage("a.tar: not an archive of images");
  }

  @Test
  void f13NamesAnEmptyLayer() {
    String manifest = MANIFEST.replace("one/layer.tar", "");
    assertThatThrownBy(() -> load(saved().file("manifest.json", manifest).bytes()))
        .hasMessage("a.tar: manifest.json lists a layer without a name");
  }

  @Test
  void refusesArchivesWithoutAnImage() {
    assertThatThrownBy(() -> load(new TestTar().file("x", "y").bytes()))
        .hasMessage("a.tar: the archive has neither index.json nor manifest.json");
    assertThatThrownBy(
            () -> load("not a tar archive, but longer than a block".repeat(99).getBytes(UTF_8)))
        .isInstanceOf(Failure.class);
    assertThatThrownBy(() -> load(saved().file("manifest.json", "{}").bytes()))
        .hasMessage("a.tar, manifest.json: the document is not a JSON list");
    assertThatThrownBy(() -> load(saved().file("manifest.json", "[7]").bytes()))
        .hasMessage("a.tar, manifest.json: \"[0]\" is not an object");
    assertThat(store.list()).isEmpty();
  }

  @Test
  @Timeout(300)
  void readsARepeatedIndexOnce() {
    TestTar archive = new TestTar();
    String entry = blob(archive, MediaTypes.OCI_CONFIG, CONFIG);
    entry =
        blob(
            archive,
            MediaTypes.OCI_MANIFEST,
            "{\"schemaVersion\":2,\"config\":" + entry + ",\"layers\":[]}");
    for (int i = 0; i < 3; i++) {
      entry = blob(archive, MediaTypes.OCI_INDEX, index(entry, 1000));
    }
    archive.file("index.json", index(entry, 1));
    assertThat(load(archive.bytes(), "example:1")).hasSize(1);
  }

  private static String index(String entry, int times) {
    return "{\"schemaVersion\":2,\"manifests\":["
        + String.join(",", Collections.nCopies(times, entry))
        + "]}";
  }

  private static String blob(TestTar archive, String mediaType, String content) {
    Digest digest = Digest.sha256(content.getBytes(UTF_8));
    archive.file("blobs/sha256/" + digest.hex(), content);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, content.length());
  }

  @Test
  void importsNothingFromATruncatedArchive() {
    byte[] archive = saved().file("manifest.json", MANIFEST).bytes();
    for (int length = 0; length < archive.length - 1024; length += 256) {
      byte[] cut = Arrays.copyOf(archive, length);
      assertThatThrownBy(() -> load(cut)).as("%d bytes", length).isInstanceOf(Failure.class);
    }
    assertThat(store.list()).isEmpty();
  }

  @Test
  void refusesABlobWithAWrongDigest() throws IOException {
    Digest claimed = Digest.sha256(LOWER);
    byte[] archive = new TestTar().file("blobs/sha256/" + claimed.hex(), UPPER).bytes();
    assertThatThrownBy(() -> load(archive))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("the digest is " + Digest.sha256(UPPER));
    try (Stream<Path> files = Files.walk(store.root().resolve("blobs"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void refusesAnArchiveWithTooManyFiles() {
    TestTar tar = new TestTar();
    for (int i = 0; i <= 20_000; i++) {
      tar.directory("d");
    }
    assertThatThrownBy(() -> load(tar.bytes()))
        .hasMessage("a.tar: the archive has more than 20000 files");
  }

  @FuzzTest
  void importsOrRefusesAnyBytes(byte[] archive) {
    try {
      ImageArchive.load(
          store, new ByteArrayInputStream(archive), "a.tar", Optional.<Reference>empty());
    } catch (Failure expected) {
      assertThat(expected.what()).isNotEmpty();
    }
    assertThat(store.list()).isNotNull();
  }
}
