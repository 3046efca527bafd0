package linuxkit.oci.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.fixtures.ProgressLog;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageGate;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import linuxkit.oci.layer.TestTar;
import linuxkit.oci.store.Housekeeping;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.NamedDescriptor;
import linuxkit.oci.store.StoreImages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F7: no image gets a name with a digest that is not the digest of its content. */
class ArchiveNamesThreatTest {
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final String WRONG = "sha256:" + "2a".repeat(32);
  private static final byte[] LAYER = new TestTar().file("evil", "e").bytes();
  private static final String CONFIG =
      "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
          + Digest.sha256(LAYER)
          + "\"]}}";

  @TempDir private Path directory;
  private ImageStore store;

  @BeforeEach
  void open() {
    store = ImageStore.open(directory.resolve("store"), Progress.silent());
  }

  private static byte[] saved(String name) {
    return new TestTar()
        .file("layer.tar", LAYER)
        .file("c.json", CONFIG)
        .file(
            "manifest.json",
            "[{\"Config\":\"c.json\",\"RepoTags\":[\"first:1\",\""
                + name
                + "\"],\"Layers\":[\"layer.tar\"]}]")
        .bytes();
  }

  private List<NamedDescriptor> load(byte[] archive, Optional<String> name) {
    return ImageArchive.load(
        store, new ByteArrayInputStream(archive), "a.tar", name.map(Reference::parse));
  }

  private void isRefused(byte[] archive, Optional<String> name) {
    assertThatThrownBy(() -> load(archive, name))
        .isInstanceOf(ReferenceFailure.class)
        .hasMessageStartingWith("a.tar: the digest of the image is sha256:")
        .hasMessageContaining("so it cannot be named docker.io/library/nginx")
        .hasMessageContaining(WRONG);
    assertThat(store.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx@", "nginx:1@"})
  void f7RefusesAnotherDigestInADockerArchive(String name) {
    isRefused(saved(name + WRONG), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx@", "nginx:1@"})
  void f7RefusesAnotherDigestInTheNameOption(String name) {
    isRefused(saved("nginx:1"), Optional.of(name + WRONG));
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.opencontainers.image.ref.name", "io.containerd.image.name"})
  void f7RefusesAnotherDigestInALayout(String annotation) {
    Descriptor root = load(saved("nginx:1"), Optional.empty()).getFirst().root();
    byte[] manifest = store.read(root);
    new Housekeeping(store).remove(Reference.parse("first:1"));
    new Housekeeping(store).remove(Reference.parse("nginx:1"));
    byte[] layout =
        new TestTar()
            .file(
                "index.json",
                JsonFormat.COMPACT.bytes(
                    JsonObject.builder()
                        .put("schemaVersion", 2)
                        .put(
                            "manifests",
                            new JsonArray(List.of(named(root, annotation, "nginx@" + WRONG))))
                        .build()))
            .file(blob(Digest.sha256(manifest)), manifest)
            .file(blob(Digest.sha256(CONFIG.getBytes(UTF_8))), CONFIG)
            .file(blob(Digest.sha256(LAYER)), LAYER)
            .bytes();
    isRefused(layout, Optional.empty());
  }

  private static JsonObject named(Descriptor root, String annotation, String name) {
    return new Descriptor(
            root.mediaType(),
            root.digest(),
            root.size(),
            Optional.empty(),
            new TreeMap<>(Map.of(annotation, name)))
        .toJson();
  }

  private static String blob(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  @Test
  void acceptsTrueDigests() throws IOException {
    Descriptor root = load(saved("nginx:1"), Optional.empty()).getFirst().root();
    String name = "docker.io/library/nginx@" + root.digest();
    assertThat(load(saved(name), Optional.empty()))
        .extracting(NamedDescriptor::name)
        .contains(name);
    byte[] exported = export(Reference.parse(name), root, Reference.parse(name));
    assertThat(load(exported, Optional.empty()))
        .extracting(NamedDescriptor::name)
        .containsExactly(name);
  }

  @Test
  void f7DoesNotExportTheDigestOfAnotherImage() {
    Descriptor root = load(saved("nginx:1"), Optional.empty()).getFirst().root();
    assertThatThrownBy(
            () -> export(Reference.parse("nginx:1"), root, Reference.parse("nginx@" + WRONG)))
        .isInstanceOf(ReferenceFailure.class);
  }

  private byte[] export(Reference image, Descriptor root, Reference name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ImageExport(store, image, root, name).writeOci(Optional.of(AMD64), out);
    return out.toByteArray();
  }

  @Test
  void f7RefusesNamesWithAnotherDigestInTheStore() {
    Descriptor root = load(saved("nginx:1"), Optional.empty()).getFirst().root();
    Reference name = Reference.parse("nginx@" + WRONG);
    assertThatThrownBy(() -> store.name(name, root)).isInstanceOf(ReferenceFailure.class);
    assertThatThrownBy(() -> store.rename(name, _ -> root)).isInstanceOf(ReferenceFailure.class);
  }

  /** A Docker Engine claims to have what a manifest pins by its digest. */
  @Test
  void f7DoesNotTrustADockerEngineAboutADigest() throws Exception {
    Path socket = directory.resolve("docker.sock");
    String answer = "HTTP/1.1 200 OK\r\n\r\n{\"Id\": \"sha256:" + "3b".repeat(32) + "\"}";
    ProgressLog progress = new ProgressLog();
    try (FakeEngine _ = FakeEngine.answering(socket, answer.getBytes(UTF_8))) {
      DockerEngine engine =
          DockerEngine.of(
              Map.of("DOCKER_HOST", "unix://" + socket),
              store,
              new StoreImages(store),
              ImageGate.OPEN,
              progress);
      assertThatThrownBy(() -> engine.find(Reference.parse("nginx@" + WRONG), AMD64))
          .isInstanceOf(ImageNotFoundFailure.class);
      assertThat(progress.warnings()).isEmpty();
    }
  }
}
