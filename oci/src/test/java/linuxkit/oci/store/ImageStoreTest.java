package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.json.JsonFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
  private static final byte[] CONTENT = "some content".getBytes(UTF_8);

  @TempDir Path directory;
  private ImageStore store;

  @BeforeEach
  void open() {
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
  }

  @Test
  void createsLinuxKitsLayout() throws IOException {
    assertThat(store.root().resolve("oci-layout"))
        .hasContent("{\n    \"imageLayoutVersion\": \"1.0.0\"\n}");
    assertThat(store.root().resolve("index.json"))
        .hasContent(
            "{\n   \"schemaVersion\": 2,\n   \"mediaType\":"
                + " \"application/vnd.oci.image.index.v1+json\",\n   \"manifests\": []\n}");
    assertThat(store.root().resolve("blobs/sha256")).isDirectory();
    assertThat(store.list()).isEmpty();
  }

  @Test
  void readsWhatWasAdded() throws IOException {
    Descriptor blob = store.add("text/plain", CONTENT);
    assertThat(store.has(blob)).isTrue();
    assertThat(store.read(blob)).isEqualTo(CONTENT);
    try (InputStream in = store.open(blob)) {
      assertThat(in.readAllBytes()).isEqualTo(CONTENT);
    }
    assertThat(store.add("text/plain", CONTENT)).isEqualTo(blob);
    assertThat(store.read(store.add("text/plain", new byte[0]))).isEmpty();
  }

  @Test
  void putsSha512BlobsInTheirOwnFolder() throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-512").digest(CONTENT);
    Digest digest = new Digest("sha512", HexFormat.of().formatHex(hash));
    try (BlobWriter writer = store.write(digest, CONTENT.length, "")) {
      writer.write(CONTENT, 0, CONTENT.length);
      writer.commit();
    }
    assertThat(store.read(descriptor(digest, CONTENT.length))).isEqualTo(CONTENT);
  }

  private static Descriptor descriptor(Digest digest, long size) {
    return new Descriptor("text/plain", digest, size, Optional.empty(), new TreeMap<>());
  }

  @Test
  void storesNothingIfContentIsNotAsAnnounced() throws IOException {
    Digest digest = Digest.sha256(CONTENT);
    assertThatThrownBy(() -> write(digest, CONTENT.length, "some CONTENT".getBytes(UTF_8)))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("the digest is sha256:");
    assertThatThrownBy(() -> write(digest, CONTENT.length, Arrays.copyOf(CONTENT, 5)))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("5 bytes long instead of the announced 12");
    assertThatThrownBy(() -> write(digest, 5, CONTENT))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("longer than the announced 5");
    try (var files = Files.list(store.root().resolve("blobs/sha256"))) {
      assertThat(files).isEmpty();
    }
  }

  private void write(Digest digest, long size, byte[] content) {
    try (BlobWriter writer = store.write(digest, size, "")) {
      writer.write(content, 0, content.length);
      writer.commit();
    }
  }

  @Test
  void copiesABlobInOrderHoweverItIsWritten() throws IOException {
    Digest digest = Digest.sha256(CONTENT);
    for (boolean inParts : List.of(true, false)) {
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      try (BlobWriter writer = store.write(digest, CONTENT.length, "")) {
        writer.copyTo(copy);
        if (inParts) {
          writer.at(7).write(CONTENT, 7, 5);
          writer.at(0).write(CONTENT, 0, 7);
        } else {
          writer.write(CONTENT, 0, CONTENT.length);
        }
        writer.commit();
      }
      assertThat(copy.toByteArray()).isEqualTo(CONTENT);
      assertThat(store.read(descriptor(digest, CONTENT.length))).isEqualTo(CONTENT);
    }
  }

  @Test
  void refusesABlobThatLacksAPart() throws IOException {
    Digest digest = Digest.sha256(CONTENT);
    try (BlobWriter writer = store.write(digest, CONTENT.length, "")) {
      writer.at(0).write(CONTENT, 0, 5);
      writer.at(7).write(CONTENT, 7, 5);
      assertThatThrownBy(writer::commit)
          .isInstanceOf(BlobFailure.class)
          .hasMessageContaining("5 bytes long instead of the announced 12");
    }
    assertThat(store.has(descriptor(digest, CONTENT.length))).isFalse();
  }

  @Test
  void namesAMissingBlob() {
    Descriptor blob = descriptor(Digest.sha256(CONTENT), 12);
    assertThat(store.has(blob)).isFalse();
    assertThatThrownBy(() -> store.read(blob))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining(blob.digest() + " is missing");
  }

  @Test
  void detectsAFlippedBitOnRead() throws IOException {
    Descriptor blob = store.add("text/plain", new byte[100_000]);
    byte[] flipped = new byte[100_000];
    flipped[77_777] = 1;
    Files.write(store.file(blob.digest()), flipped);
    assertThat(store.has(blob)).isTrue();
    try (InputStream in = store.open(blob)) {
      assertThatThrownBy(() -> in.readNBytes(100_000))
          .isInstanceOf(BlobFailure.class)
          .hasMessageContaining("is damaged");
    }
  }

  @Test
  void detectsATruncatedBlob() throws IOException {
    Descriptor blob = store.add("text/plain", CONTENT);
    Files.write(store.file(blob.digest()), Arrays.copyOf(CONTENT, 11));
    assertThat(store.has(blob)).isFalse();
    assertThatThrownBy(() -> store.read(blob))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("11 bytes long instead of 12");
    // Adding the content again repairs it.
    store.add("text/plain", CONTENT);
    assertThat(store.read(blob)).isEqualTo(CONTENT);
  }

  @Test
  void verifiesAnEmptyBlob() throws IOException {
    Descriptor wrong = descriptor(Digest.sha256(CONTENT), 0);
    Files.createFile(store.file(wrong.digest()));
    assertThatThrownBy(() -> store.read(wrong))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void refusesADocumentOfMoreThanFourMebibytes() {
    assertThatThrownBy(() -> store.read(descriptor(Digest.sha256(CONTENT), (4 << 20) + 1)))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("a document may have at most 4194304");
  }

  @Test
  void findsNamesLikeLinuxKit() {
    Descriptor image = TestImages.image(store, "amd64");
    Descriptor index = TestImages.index(store, TestImages.forPlatform(image, "amd64"));
    store.name(Reference.parse("alpine:3.13"), index);
    store.name(Reference.parse("redis"), image);
    store.name(Reference.parse("nginx:latest"), image);

    assertThat(digest("docker.io/library/alpine:3.13")).contains(index.digest());
    assertThat(digest("alpine")).isEmpty();
    assertThat(digest("alpine:3.14")).isEmpty();
    assertThat(digest("redis")).contains(image.digest());
    assertThat(digest("redis:latest")).isEmpty();
    assertThat(digest("nginx")).contains(image.digest());
    assertThat(digest("other:9@" + index.digest())).contains(index.digest());
    assertThat(digest("alpine:3.13@" + Digest.sha256(CONTENT))).isEmpty();
  }

  private Optional<Digest> digest(String reference) {
    return store.find(Reference.parse(reference)).map(Descriptor::digest);
  }

  @Test
  void movesARenamedImageToTheEnd() {
    Descriptor first = TestImages.image(store, "amd64");
    Descriptor second = TestImages.image(store, "arm64");
    store.name(Reference.parse("a:1"), first);
    store.name(Reference.parse("b:1"), first);
    store.name(Reference.parse("a:1"), second);
    assertThat(store.list())
        .extracting(NamedDescriptor::name, n -> n.root().digest())
        .containsExactly(
            tuple("docker.io/library/b:1", first.digest()),
            tuple("docker.io/library/a:1", second.digest()));
  }

  @Test
  void keepsForeignMembersOfTheIndex() throws IOException {
    Path index = store.root().resolve("index.json");
    String digest = "sha256:" + "0".repeat(64);
    Files.writeString(
        index,
        "{\"schemaVersion\":2,\"x-own\":[1],\"manifests\":[{\"mediaType\":\"m/x\",\"size\":1,"
            + "\"digest\":\""
            + digest
            + "\",\"x-other\":{\"y\":1}}]}");
    Descriptor image = TestImages.image(store, "amd64");
    store.name(Reference.parse("a:1"), image);
    assertThat(Files.readString(index)).contains("\"x-own\"").contains("\"x-other\"");
    assertThat(store.list())
        .extracting(NamedDescriptor::name)
        .containsExactly("docker.io/library/a:1");
    assertThat(digest("x@" + digest)).isPresent();
  }

  @Test
  void prefersAnImageToAnIndexOfTheSameName() throws IOException {
    Descriptor image = TestImages.image(store, "amd64");
    Descriptor index = TestImages.index(store, TestImages.forPlatform(image, "amd64"));
    store.name(Reference.parse("a:1"), index);
    store.name(Reference.parse("b:1"), image);
    Path json = store.root().resolve("index.json");
    Files.writeString(json, Files.readString(json).replace("library/b:1", "library/a:1"));
    assertThat(digest("a:1")).contains(image.digest());
  }

  @Test
  void doesNotOverwriteADamagedIndex() throws IOException {
    Path index = store.root().resolve("index.json");
    Files.writeString(index, "{");
    Descriptor image = TestImages.image(store, "amd64");
    assertThatThrownBy(() -> store.name(Reference.parse("a:1"), image))
        .isInstanceOf(JsonFailure.class)
        .hasMessageContaining("index.json");
    assertThat(index).hasContent("{");
  }

  @Test
  void losesNoNamesOfConcurrentProcesses() throws Exception {
    Descriptor image = TestImages.image(store, "amd64");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                NamingProcess.class.getName(),
                store.root().toString(),
                image.digest().toString(),
                Long.toString(image.size()))
            .inheritIO()
            .start();
    // Both loops overlap: this one continues after the first name of the other process appears.
    int mine = 0;
    while (other.isAlive() || mine < NamingProcess.COUNT) {
      store.name(Reference.parse("mine:" + mine % NamingProcess.COUNT), image);
      mine++;
    }
    assertThat(other.waitFor()).isZero();
    assertThat(store.list()).hasSize(2 * NamingProcess.COUNT);
  }

  @Test
  void namesAStoreThatCannotBeCreated() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> ImageStore.open(file.resolve("cache"), Progress.silent()))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("file/cache: cannot create");
  }
}
