package linuxkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.layer.TestTar;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.TestImages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@link Images}. The sample is an index of two images with one file each. */
public abstract class ImagesContract {
  private static final Platform AMD64 = Platform.linux("amd64");
  private static final Platform ARM64 = Platform.linux("arm64");

  @TempDir protected Path directory;
  private ImageStore source;
  private Descriptor amd64;
  private Descriptor arm64;
  private Descriptor root;

  @BeforeEach
  void makeSample() {
    source = ImageStore.open(directory.resolve("source"), Progress.silent());
    amd64 = image("amd64");
    arm64 = image("arm64");
    root =
        TestImages.index(
            source, TestImages.forPlatform(amd64, "amd64"), TestImages.forPlatform(arm64, "arm64"));
  }

  private Descriptor image(String architecture) {
    byte[] layer = new TestTar().file("file", "of " + architecture).bytes();
    return TestImages.image(source, architecture, layer);
  }

  /**
   * Returns a source that has the sample.
   *
   * @param source a store that has the sample's blobs, without a name for it
   */
  protected abstract Images images(ImageStore source, Descriptor root) throws Exception;

  /** Returns the name that the sample has in the source. */
  protected abstract Reference sample();

  private Images images() throws Exception {
    return images(source, root);
  }

  @Test
  void findsTheImageForThePlatform() throws Exception {
    Images images = images();
    Image found = images.find(sample(), ARM64);
    assertThat(found.reference()).isEqualTo(sample());
    assertThat(found.digest()).isEqualTo(arm64.digest());
    assertThat(images.find(sample(), AMD64).digest()).isEqualTo(amd64.digest());
  }

  @Test
  void returnsANewTreeEachTime() throws Exception {
    Image found = images().find(sample(), AMD64);
    FileTree changed = found.tree();
    changed.remove("file");
    List<String> paths = new ArrayList<>();
    found.tree().walk(entry -> paths.add(entry.path()));
    assertThat(paths).containsExactly("file");
  }

  @Test
  void namesTheAvailablePlatforms() throws Exception {
    Images images = images();
    assertThatThrownBy(() -> images.find(sample(), Platform.linux("riscv64")))
        .isInstanceOf(ImageNotFoundFailure.class)
        .hasMessageContaining("riscv64")
        .hasMessageContaining("linux/amd64, linux/arm64");
  }

  @Test
  void namesAnUnknownImage() throws Exception {
    Images images = images();
    Reference unknown =
        new Reference(sample().registry(), "nobody/knows", sample().tag(), Optional.empty());
    assertThatThrownBy(() -> images.find(unknown, AMD64))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(unknown.toString());
    assertThatThrownBy(() -> images.blobs(unknown, List.of()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(unknown.toString());
  }

  @Test
  void returnsAllBlobsWithoutAPlatform() throws Exception {
    ImageBlobs blobs = images().blobs(sample(), List.of());
    assertThat(blobs.root().digest()).isEqualTo(root.digest());
    assertThat(blobs.blobs()).containsOnlyKeys(digests(source.reachable(root)));
    for (var blob : blobs.blobs().entrySet()) {
      assertThat(Digest.sha256(bytes(blob.getValue()))).isEqualTo(blob.getKey());
    }
  }

  @Test
  void returnsOnlyTheBlobsOfOnePlatform() throws Exception {
    ImageBlobs blobs = images().blobs(sample(), List.of(ARM64));
    assertThat(blobs.blobs())
        .containsKey(blobs.root().digest())
        .containsKeys(digests(source.reachable(arm64)))
        .doesNotContainKey(amd64.digest());
  }

  private static Digest[] digests(Iterable<Descriptor> blobs) {
    List<Digest> digests = new ArrayList<>();
    blobs.forEach(blob -> digests.add(blob.digest()));
    return digests.toArray(Digest[]::new);
  }

  private static byte[] bytes(Content content) throws IOException {
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    }
  }
}
