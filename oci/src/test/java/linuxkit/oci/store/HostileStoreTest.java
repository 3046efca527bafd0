package linuxkit.oci.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.json.JsonFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.OciTools;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads manipulated stores and documents that are expensive to read. */
class HostileStoreTest {
  private static final Reference NAME = Reference.parse("test:1");
  private static final Platform AMD64 = Platform.linux("amd64");

  @TempDir Path directory;
  private ImageStore store;

  @BeforeEach
  void open() {
    store = ImageStore.open(directory.resolve("store"), Progress.silent());
  }

  @Test
  void replacesABlobThatIsALink() throws IOException {
    byte[] content = "content".getBytes(UTF_8);
    Path victim = Files.writeString(directory.resolve("victim"), "CONTENT");
    Files.createSymbolicLink(store.file(Digest.sha256(content)), victim);
    Descriptor blob = Descriptor.of("text/plain", Digest.sha256(content), content.length);
    assertThatThrownBy(() -> store.read(blob))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("is damaged");
    store.add("text/plain", content);
    assertThat(store.read(blob)).isEqualTo(content);
    assertThat(victim).hasContent("CONTENT");
    assertThat(store.file(blob.digest())).isRegularFile();
  }

  @Test
  void detectsAWrongFileUnderABlobsName() throws IOException {
    Descriptor blob = store.add("text/plain", "right".getBytes(UTF_8));
    Files.write(store.file(blob.digest()), "wrong".getBytes(UTF_8));
    assertThatThrownBy(() -> store.read(blob)).hasMessageContaining("is damaged");
    assertThat(new Housekeeping(store).verify()).hasSize(1);
    // Adding the right content replaces it.
    store.add("text/plain", "right".getBytes(UTF_8));
    assertThat(new Housekeeping(store).verify()).isEmpty();
  }

  @Test
  void readsAnIndexOfTenThousandEntries() {
    Descriptor image = TestImages.image(store, "amd64");
    Descriptor[] entries = new Descriptor[10_000];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = TestImages.forPlatform(image, "arch" + i);
    }
    entries[9_999] = TestImages.forPlatform(image, "amd64");
    store.name(NAME, TestImages.index(store, entries));
    assertThat(new StoreImages(store).find(NAME, AMD64).digest()).isEqualTo(image.digest());
  }

  @Test
  void ignoresDataWithinADescriptor() {
    Descriptor config =
        store.add(
            MediaTypes.OCI_CONFIG,
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"diff_ids\":[]}}"
                .getBytes(UTF_8));
    Descriptor manifest =
        store.add(
            MediaTypes.OCI_MANIFEST,
            ("{\"schemaVersion\":2,\"config\":{\"mediaType\":\""
                    + MediaTypes.OCI_CONFIG
                    + "\",\"digest\":\""
                    + config.digest()
                    + "\",\"size\":"
                    + config.size()
                    + ",\"data\":\"eyJvcyI6ImV2aWwifQ==\"},\"layers\":[]}")
                .getBytes(UTF_8));
    assertThat(store.image(NAME, manifest, AMD64).config().os()).isEqualTo("linux");
  }

  @Test
  void refusesAConfigurationOfAMillionVariables() {
    String config =
        "{\"os\":\"linux\",\"config\":{\"Env\":[\"A=b\"" + ",\"A=b\"".repeat(1_000_000) + "]}}";
    Descriptor blob = store.add(MediaTypes.OCI_CONFIG, config.getBytes(UTF_8));
    Descriptor manifest = TestImages.manifest(store, blob, List.of());
    assertThatThrownBy(() -> store.image(NAME, manifest, AMD64))
        .isInstanceOf(BlobFailure.class)
        .hasMessageContaining("bytes long; a document may have at most 4194304");
  }

  @Test
  void namesAnInvalidIndexJsonAndLeavesItUnchanged() throws IOException {
    for (String text :
        List.of("", "[]", "{\"schemaVersion\":2,\"manifests\":7}", "[".repeat(100_000))) {
      Path index = Files.writeString(store.root().resolve("index.json"), text);
      assertThatThrownBy(() -> store.list())
          .isInstanceOfAny(ManifestFailure.class, JsonFailure.class)
          .hasMessageContaining(index.toString());
      assertThat(index).hasContent(text);
    }
  }

  @Test
  void ignoresTheTimesOfFiles() throws IOException {
    Descriptor image = TestImages.image(store, "amd64", new TestTar().file("f", "f").bytes());
    store.name(NAME, image);
    for (String time : List.of("1970-01-01T00:00:00Z", "2106-02-07T06:28:16Z")) {
      try (Stream<Path> files = Files.walk(store.root())) {
        for (Path file : files.toList()) {
          Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
        }
      }
      ImageStore again = ImageStore.open(store.root(), Progress.silent());
      assertThat(TestImages.text(new StoreImages(again).find(NAME, AMD64).tree(), "f"))
          .isEqualTo("f");
      assertThat(new Housekeeping(again).verify()).isEmpty();
    }
  }

  @Test
  void readsAReadOnlyStore() throws Exception {
    store.name(NAME, TestImages.image(store, "amd64"));
    String user = Files.getAttribute(directory, "unix:uid").equals(0) ? "" : "--map-root-user ";
    String output =
        OciTools.run(
            directory,
            "sh",
            "-c",
            "exec unshare "
                + user
                + "--mount sh -c 'mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" &&"
                + " exec \"$2\" -cp \"$3\" \"$4\" \"$1\"' sh \"$@\"",
            "sh",
            store.root().toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            System.getProperty("java.class.path"),
            ReadingProcess.class.getName());
    assertThat(output).contains("read " + store.find(NAME).orElseThrow().digest());
  }
}
