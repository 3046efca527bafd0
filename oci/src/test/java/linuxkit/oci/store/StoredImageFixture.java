package linuxkit.oci.store;

import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.TestTar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store, and images in it. */
abstract class StoredImageFixture {
  static final Reference NAME = Reference.parse("docker.io/library/test:1");
  static final Platform AMD64 = Platform.linux("amd64");
  static final byte[] TAR = new TestTar().directory("etc/", 0750).file("etc/motd", "hello").bytes();

  @TempDir Path directory;
  ImageStore store;

  @BeforeEach
  void open() {
    store = ImageStore.open(directory.resolve("cache"), Progress.silent());
  }

  Image image(Descriptor root) {
    return store.image(NAME, root, AMD64);
  }

  Image packed(String mediaType, byte[] blob) {
    return image(
        TestImages.image(
            store, "amd64", List.of(store.add(mediaType, blob)), List.of(Digest.sha256(TAR))));
  }
}
