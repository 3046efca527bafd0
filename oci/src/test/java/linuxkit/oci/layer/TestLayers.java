package linuxkit.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;

/** Opens layers from bytes, without a store. */
final class TestLayers {
  private final Path directory;

  /**
   * @param directory for blobs and derived files
   */
  TestLayers(Path directory) {
    this.directory = directory;
  }

  FileTree flatten(TestTar... tars) {
    Flattening flattening = new Flattening();
    for (TestTar tar : tars) {
      flattening.apply(open(tar.bytes(), tar.bytes()), "image");
    }
    return flattening.tree();
  }

  /** Returns an archive for a lower layer: {@code d/a}, {@code d/b} and {@code e}. */
  static TestTar lower() {
    return new TestTar().directory("d/").file("d/a", "a").file("d/b", "b").file("e", "e");
  }

  /** Checks that layers are refused with a message that names the image, the layer and an entry. */
  void assertRefused(String what, TestTar... tars) {
    assertThatThrownBy(() -> flatten(tars))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("image, layer sha256:")
        .hasMessageContaining("entry ")
        .hasMessageContaining(what);
  }

  /** Opens a blob with the given uncompressed bytes. */
  Layer open(byte[] blob, byte[] tar) {
    return new Layers(new WorkCache(directory.resolve("derived")), Progress.silent())
        .open(new Blob(blob, directory), Digest.sha256(tar), "image");
  }

  /** Lists every path with its type and content. */
  static List<String> listing(FileTree tree) {
    List<String> lines = new ArrayList<>();
    tree.walk(entry -> lines.add(entry.path() + describe(entry.node())));
    return lines;
  }

  private static String describe(Node node) {
    return switch (node) {
      case Node.Directory _ -> "/";
      case Node.Symlink link -> " -> " + link.target();
      case Node.RegularFile file -> "=" + text(file);
      case Node.Device device -> " device " + device.major() + ":" + device.minor();
      case Node.Fifo _ -> " fifo";
    };
  }

  static String text(Node.RegularFile file) {
    try (InputStream in = file.content().open()) {
      byte[] bytes = in.readAllBytes();
      assertThat(bytes).hasSize((int) file.content().size());
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Blob implements LayerBlob {
    private final byte[] bytes;
    private final Path file;

    Blob(byte[] bytes, Path directory) {
      this.bytes = bytes;
      this.file = directory.resolve(Digest.sha256(bytes).hex());
      try {
        Files.write(file, bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Descriptor descriptor() {
      return new Descriptor(
          MediaTypes.OCI_LAYER,
          Digest.sha256(bytes),
          bytes.length,
          Optional.empty(),
          new TreeMap<>());
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public FileChannel channel() {
      try {
        return FileChannel.open(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
